"""One file that holds all of a data folder, made while the system runs, and the way back.

Databases are copied first (SQLite's online backup: one consistent moment each), stores after. So
every row's details are in it; a raw object that came in between is not in the ledger, and is
loaded after the restore as if it had just arrived. Secrets are in it: keep it as you keep them.
"""

import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from embedded.private_folder import OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, SECRETS, PrivateFolder

DATABASES: Final = ("treblle.db", "website.db")
FOLDERS: Final = ("details", "raw", "media", "mail")
CONTENTS: Final = "backup.json"
FORMAT: Final = 1
# What a store is still writing (treblle_service.store.file_store).
PARTIAL: Final = ".partial"

Counts = dict[str, dict[str, int]]


class BackupFailed(SystemExit):
    """Nothing was made or changed; the message says why."""


def backup(folder: Path, file: Path) -> Counts:
    """Write `file` (tar, gzip), readable by its owner alone; rows by database and table."""
    present = [name for name in DATABASES if (folder / name).exists()]
    if "treblle.db" not in present:
        raise BackupFailed(f"{folder} holds no database: is TREBLLE_FOLDER right?")
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
    try:
        with (
            os.fdopen(descriptor, "wb") as written,
            tarfile.open(fileobj=written, mode="w:gz") as tar,
        ):
            counts = {name: _add_database(tar, folder / name) for name in present}
            _add_text(tar, CONTENTS, json.dumps(_contents(counts)))
            if (folder / SECRETS).exists():
                _add_text(tar, SECRETS, (folder / SECRETS).read_text("utf-8"))
            for path in _files(folder):
                _add_file(tar, path, str(path.relative_to(folder)))
            written.flush()
            os.fsync(written.fileno())
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return counts


def restore(folder: Path, file: Path) -> Counts:
    """Fill an empty data folder from `file`, then count: the rows must be those of the backup."""
    target = PrivateFolder(folder)
    target.claim()
    try:
        if any((folder / name).exists() for name in DATABASES):
            raise BackupFailed(f"{folder} holds a database already: move it away first")
        try:
            with tarfile.open(file) as tar:
                tar.extractall(folder, filter="data")
        except (OSError, tarfile.TarError, EOFError) as error:
            raise BackupFailed(f"{file} cannot be read: {error}") from None
        contents = json.loads((folder / CONTENTS).read_text("utf-8"))
        (folder / CONTENTS).unlink()
        for name in FOLDERS:
            (folder / name).mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
        counts = {name: _checked(folder / name) for name in contents["rows"]}
    finally:
        target.release()
    if counts != contents["rows"]:
        raise BackupFailed(f"rows differ from those of the backup: {counts}, {contents['rows']}")
    return counts


def _contents(counts: Counts) -> dict[str, Any]:
    return {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "rows": counts}


def _add_database(tar: tarfile.TarFile, path: Path) -> dict[str, int]:
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        copy = Path(place) / path.name
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        _add_file(tar, copy, path.name)
        return _rows(copy)


def _rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for (name,) in names.fetchall()
        }


def _checked(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        (answer,) = database.execute("PRAGMA quick_check").fetchone()
    if answer != "ok":
        raise BackupFailed(f"{path.name} is damaged: {answer}")
    return _rows(path)


def _files(folder: Path) -> Iterator[Path]:
    """What stores hold; what is not yet whole has another name and is left out."""
    for name in FOLDERS:
        for path in sorted((folder / name).rglob("*")):
            if path.is_file() and not path.name.endswith(PARTIAL):
                yield path


def _add_file(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Retention or an erasure may remove a file meanwhile: then it is not in the backup either."""
    try:
        tar.add(path, name, recursive=False)
    except FileNotFoundError:
        return


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    head = tarfile.TarInfo(name)
    head.size, head.mode = len(data), OWNER_ONLY_FILE
    tar.addfile(head, io.BytesIO(data))
