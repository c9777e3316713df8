"""What `make` offers works one step at a time and says plainly what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import migrations

from tests.contract.deployables import ROOT
from tools.check_migrations import irreversible, one_way

OUTSIDERS = {"install", "demo", "test", "check", "bench", "migrate", "clean"}
MOST_TARGETS = 12


def make(*words: str) -> "subprocess.CompletedProcess[str]":
    # These tests may themselves run under make, which tells its children so.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--no-print-directory", *words]
    return subprocess.run(command, cwd=ROOT, env=own, text=True, capture_output=True)


def run_services(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """tools/services.py on a machine whose PATH has nothing on it, apt neither."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "services.py"],
        env={"PATH": str(tmp_path), **environment},
        text=True,
        capture_output=True,
    )


def test_make_alone_lists_few_targets_and_all_that_outsiders_use() -> None:
    lines = make().stdout.splitlines()
    targets = {line.split()[1] for line in lines}
    assert targets >= OUTSIDERS
    assert len(lines) <= MOST_TARGETS


@pytest.mark.parametrize("jobs", ["-j1", "-j8"])
def test_the_steps_of_make_test_come_in_their_order(jobs: str) -> None:
    done = make("--dry-run", jobs, "test")
    assert done.returncode == 0, done.stderr
    steps = ["install.py", "services.py", "ruff check", "mypy", "lint-imports", "bin/pytest"]
    places = [done.stdout.index(step) for step in steps]
    assert places == sorted(places)
    assert ".venv/bin/pytest" in done.stdout.rstrip().splitlines()[-1]


def test_ci_runs_make_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-1] == "exec make test"


def test_a_missing_program_is_named_with_its_package_and_its_variable(tmp_path: Path) -> None:
    done = run_services(tmp_path)
    assert done.returncode != 0
    assert "Chromium: apt-get install chromium" in done.stderr
    assert "CHROMIUM=/path/to/chromium" in done.stderr
    assert "MariaDB (server): apt-get install mariadb-server-core" in done.stderr
    assert "TEST_MARIADB_URL=mysql://" in done.stderr


def test_what_the_environment_names_is_not_missing(tmp_path: Path) -> None:
    named = {"CHROMIUM": "/opt/chromium", "TEST_MARIADB_URL": "mysql://me@db/treblle"}
    done = run_services(tmp_path, **named)
    assert "Chromium" not in done.stderr
    assert "MariaDB" not in done.stderr


class Loader:
    """Stands where Django's migration loader does, with one migration."""

    def __init__(self, *operations: migrations.RunPython | migrations.RunSQL) -> None:
        self.migration = migrations.Migration("0002_words", "app")
        self.migration.operations = list(operations)
        self.disk_migrations = {("app", "0002_words"): self.migration}


def test_a_migration_without_a_way_back_is_found() -> None:
    loader = Loader(migrations.RunSQL("DELETE FROM words"))
    (problem,) = irreversible(loader, ["app"])
    assert problem.startswith("app.0002_words: ")
    assert list(irreversible(loader, ["another"])) == []


def test_a_way_back_may_hide_in_a_separate_state() -> None:
    inner = migrations.RunPython(lambda apps, editor: None)
    loader = Loader(migrations.SeparateDatabaseAndState(database_operations=[inner]))
    assert inner in one_way(loader.migration)


def test_a_migration_that_says_why_there_is_no_way_back_is_fine() -> None:
    loader = Loader(migrations.RunSQL("DELETE FROM words"))
    loader.migration.irreversible = "the words were not ours to keep"
    assert list(irreversible(loader, ["app"])) == []


def test_a_migration_with_a_way_back_is_fine() -> None:
    back = migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)
    assert list(irreversible(Loader(back), ["app"])) == []
