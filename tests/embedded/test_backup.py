"""What a backup holds comes back: counted row by row and byte by byte."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from embedded import backup
from embedded.__main__ import main
from embedded.private_folder import FolderInUse, PrivateFolder
from tests.contract.deployables import ROOT

ROWS = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with rows, details, raw objects and secrets."""
    folder = PrivateFolder(tmp_path / "data")
    folder.claim()
    folder.release()
    folder.secret("platform_secret_key")
    for name in backup.DATABASES:
        with closing(sqlite3.connect(folder.path / name)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE requests (id INTEGER PRIMARY KEY, path TEXT)")
            rows = [(number, f"/books/{number}") for number in range(ROWS)]
            database.executemany("INSERT INTO requests VALUES (?, ?)", rows)
            database.commit()
    for store in ("details", "raw"):
        (folder.subfolder(store) / "v1").mkdir()
        for number in range(20):
            (folder.path / store / "v1" / f"{number}").write_bytes(bytes([number]) * 100)
    return folder.path


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for store in backup.FOLDERS
        for path in (folder / store).rglob("*")
        if path.is_file()
    }


def test_every_row_every_object_and_every_secret_comes_back(folder: Path, tmp_path: Path) -> None:
    saved = backup.backup(folder, tmp_path / "saved.tar.gz")
    again = tmp_path / "again"
    assert backup.restore(again, tmp_path / "saved.tar.gz") == saved
    assert saved["treblle.db"]["requests"] == ROWS
    assert files(again) == files(folder)
    assert (again / "secrets.json").read_text() == (folder / "secrets.json").read_text()
    with closing(sqlite3.connect(again / "treblle.db")) as database:
        row = database.execute("SELECT path FROM requests WHERE id = 7").fetchone()
    assert row == ("/books/7",)


def test_it_is_one_moment_of_the_database_while_others_write(folder: Path, tmp_path: Path) -> None:
    """A transaction under way is not in it, and does not hinder it."""
    with closing(sqlite3.connect(folder / "treblle.db")) as writer:
        writer.execute("DELETE FROM requests WHERE id < 500")
        saved = backup.backup(folder, tmp_path / "saved.tar.gz")
        writer.commit()
    assert saved["treblle.db"]["requests"] == ROWS


def test_only_its_owner_reads_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "saved.tar.gz"
    backup.backup(folder, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.partial")) == []


def test_a_folder_that_holds_something_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    backup.backup(folder, tmp_path / "saved.tar.gz")
    with pytest.raises(backup.BackupFailed, match="holds a database already"):
        backup.restore(folder, tmp_path / "saved.tar.gz")


def test_a_folder_a_system_runs_on_is_not_restored_into(folder: Path, tmp_path: Path) -> None:
    backup.backup(folder, tmp_path / "saved.tar.gz")
    running = PrivateFolder(tmp_path / "running")
    running.claim()
    with pytest.raises(FolderInUse):
        backup.restore(running.path, tmp_path / "saved.tar.gz")
    running.release()


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_file_that_cannot_be_read_says_so(
    folder: Path, tmp_path: Path, damage: bytes | None
) -> None:
    file = tmp_path / "saved.tar.gz"
    backup.backup(folder, file)
    file.write_bytes(file.read_bytes()[:500] if damage is None else damage)
    with pytest.raises(backup.BackupFailed, match="cannot be read"):
        backup.restore(tmp_path / "again", file)


def test_a_folder_without_a_database_has_no_backup(tmp_path: Path) -> None:
    with pytest.raises(backup.BackupFailed, match="holds no database"):
        backup.backup(tmp_path, tmp_path / "saved.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_one_command_each(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "saved.tar.gz"
    monkeypatch.setenv("TREBLLE_FOLDER", str(folder))
    main(["backup", str(file)])
    monkeypatch.setenv("TREBLLE_FOLDER", str(tmp_path / "again"))
    main(["restore", str(file)])
    assert capsys.readouterr().out.count(f"{2 * ROWS} rows, {ROWS} of them requests") == 2


@pytest.mark.parametrize("module", ["demo", "embedded"])
def test_help_is_printed_and_nothing_started(module: str) -> None:
    words = [sys.executable, "-m", module, "--help"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "TREBLLE_FOLDER" in done.stdout
