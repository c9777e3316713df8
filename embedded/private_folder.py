"""The data folder, and the secrets in it that are made once."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

OWNER_ONLY_FILE: Final = 0o600
OWNER_ONLY_FOLDER: Final = 0o700
SECRETS: Final = "secrets.json"


class FolderInUse(SystemExit):
    """Another system runs on this data folder."""


def short_password() -> str:
    """For people to type: 72 bits."""
    return secrets.token_urlsafe(9)


class PrivateFolder:
    """A folder only its owner can look into, used by one system at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Make the folder and take it for this process. Raises `FolderInUse`."""
        self.path.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        self.path.chmod(OWNER_ONLY_FOLDER)
        lock = (self.path / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise FolderInUse(
                f"A system already runs on {self.path}. End that one first (Ctrl-C where it runs)."
            ) from None
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def subfolder(self, name: str) -> Path:
        folder = self.path / name
        folder.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
        return folder

    def write(self, name: str, text: str) -> Path:
        """Write a file for the owner's eyes, whole or not at all."""
        path, partial = self.path / name, self.path / f"{name}.partial"
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        partial.replace(path)
        return path

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_hex(32)) -> str:
        """The secret of this name, made the first time it is asked for."""
        path = self.path / SECRETS
        known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if name not in known:
            known[name] = make()
            self.write(SECRETS, json.dumps(known, indent=2))
        return known[name]
