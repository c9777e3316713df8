"""What a program gets that starts the system on a data folder."""

import io
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded import beside, memory, migrations
from embedded.keeper import Process
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.private_folder import FolderInUse, PrivateFolder
from embedded.supervisor import Supervisor
from embedded.surroundings import DEPLOYABLES, Choices, Surroundings


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    folder = PrivateFolder(tmp_path / "data")
    folder.claim()
    yield Surroundings(folder, Ports.free(), 1, Choices())
    folder.release()


@pytest.fixture
def database(around: Surroundings) -> Path:
    file = migrations.file_of(around, "platform")
    assert file is not None
    file.touch()
    return file


def test_a_data_folder_serves_one_system_at_a_time(around: Surroundings) -> None:
    other = PrivateFolder(around.folder.path)
    with pytest.raises(FolderInUse, match="already runs"):
        other.claim()
    around.folder.release()
    other.claim()
    other.release()


def test_commands_beside_it_find_what_its_own_processes_find(around: Surroundings) -> None:
    beside.note(around)
    found = beside.surroundings(around.folder.path)
    for name in DEPLOYABLES:
        assert found.environment(name) == around.environment(name)
    around.folder.release()
    with pytest.raises(beside.NothingRuns, match="Nothing runs on"):
        beside.surroundings(around.folder.path)


def test_secrets_are_made_once_and_only_their_owner_reads_them(around: Surroundings) -> None:
    made = [around.environment(name)["SECRET_KEY"] for name in DEPLOYABLES]
    again = PrivateFolder(around.folder.path)
    kept = Surroundings(again, around.ports, 1, Choices())
    assert [kept.environment(name)["SECRET_KEY"] for name in DEPLOYABLES] == made
    assert len(set(made)) == len(DEPLOYABLES)
    assert stat.S_IMODE((again.path / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(again.path.stat().st_mode) == 0o700


def test_only_those_who_need_a_store_or_a_database_know_of_it(around: Surroundings) -> None:
    knows_raw = [name for name in DEPLOYABLES if "RAW_STORE_URL" in around.environment(name)]
    knows_data = [name for name in DEPLOYABLES if "DATABASE_URL" in around.environment(name)]
    assert knows_raw == ["intake", "etl"]
    assert knows_data == ["etl", "platform", "api", "website"]
    shared = around.environment("platform")["DATABASE_URL"]
    assert around.environment("website")["DATABASE_URL"] != shared


def test_names_of_the_surrounding_shell_do_not_leak_in(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://elsewhere/production")
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/other")
    environment = around.environment("platform")
    assert environment["DATABASE_URL"].startswith("sqlite:///")
    assert "SECRET_KEY_FILE" not in environment


def test_a_database_is_migrated_once_and_again_when_it_is_another(
    around: Surroundings, database: Path
) -> None:
    assert migrations.due(around, "platform") == ["migrate-platform"]
    migrations.mark_done(around, "migrate-platform")
    assert migrations.due(around, "platform") == []
    database.rename(database.with_suffix(".old"))
    database.touch()
    assert migrations.due(around, "platform") == ["migrate-platform"]


def test_a_database_that_is_no_file_is_always_migrated(around: Surroundings) -> None:
    elsewhere = Choices(database_url="mysql://root@127.0.0.1:1/treblle")
    other = Surroundings(around.folder, around.ports, 1, elsewhere)
    migrations.mark_done(other, "migrate-platform")
    assert migrations.due(other, "platform") == ["migrate-platform"]


def test_memory_is_summed_over_a_process_and_all_below_it(tmp_path: Path) -> None:
    script = "import sys; block = b'x' * 50_000_000; print('made', flush=True); sys.stdin.read(0)"
    command = ("/bin/sh", "-c", f'{sys.executable} -c "{script}; import time; time.sleep(600)"; :')
    process = Process(name="large", command=command, environment={}, folder=tmp_path)
    output = io.StringIO()
    with Supervisor([process], LogLines(output)) as supervisor:
        supervisor.wait_ready()
        pid = supervisor["large"].pid
        assert pid is not None
        while "made" not in output.getvalue():
            supervisor.wait_failed(0.01)
        usages = memory.of_tree(pid)
    assert len(usages) == 2
    assert 50 < sum(usage.pss for usage in usages) / memory.BYTES_IN_MB < 90
    assert not psutil.pid_exists(pid)
