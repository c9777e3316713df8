"""What must be done to a database before its processes begin, decided without Django's seconds.

A stamp in the data folder says by which code a SQLite file was last brought up to date. A new
file begins as a copy of a template, an empty database that this checkout has migrated before.
Of a database that is no file nothing is known, so its jobs are always due.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Collection
from importlib import metadata
from pathlib import Path
from typing import Final

from embedded.private_folder import PrivateFolder
from embedded.surroundings import ROOT, Surroundings

STAMPS: Final = "prepared.json"
TEMPLATES: Final = ROOT / ".treblle" / "templates"
SQLITE: Final = "sqlite:///"
# The jobs of each database in their order; ETL and API share the platform's.
JOBS: Final = {"platform": ("migrate-platform",), "website": ("migrate-website", "seed-website")}
# Where migrations of others come from.
PACKAGES_WITH_MIGRATIONS: Final = ("django", "django-allauth", "wagtail", "django-taggit")


def due(around: Surroundings, part: str) -> list[str]:
    """The jobs to do for the database of `part`, after a copy has saved what it can."""
    file = file_of(around, part)
    if file is not None and not file.exists() and template(part).exists():
        shutil.copy(template(part), file)
        mark_done(around, f"migrate-{part}")
    done = _stamps(around.folder)
    found: list[str] = []
    for job in JOBS[part]:
        # What comes after a job that is due is due as well.
        if found or file is None or not file.exists() or done.get(job) != _stamp(job, file):
            found.append(job)
    return found


def mark_done(around: Surroundings, job: str) -> None:
    file = file_of(around, job.partition("-")[2])
    if file is not None:
        stamps = _stamps(around.folder) | {job: _stamp(job, file)}
        around.folder.write(STAMPS, json.dumps(stamps))


def file_of(around: Surroundings, part: str) -> Path | None:
    """Where the database of `part` lies; None where it is no file."""
    url = around.environment(part)["DATABASE_URL"]
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def template(part: str) -> Path:
    """An empty database as this very code makes it (there may be none yet)."""
    return TEMPLATES / f"{part}-{_code(f'migrate-{part}').hexdigest()[:16]}.db"


def _stamps(folder: PrivateFolder) -> dict[str, str]:
    path = folder.path / STAMPS
    stamps: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return stamps


def _stamp(job: str, file: Path) -> str:
    """Of the code and the file: another file in its place has another inode."""
    digest = _code(job)
    digest.update(f"{file.stat().st_ino}".encode())
    return digest.hexdigest()


def _code(job: str) -> "hashlib._Hash":
    verb, _, part = job.partition("-")
    digest = hashlib.sha256(sys.version.encode())
    for name in PACKAGES_WITH_MIGRATIONS:
        digest.update(f"{name} {metadata.version(name)}".encode())
    sources = ROOT / "projects" / part / "src"
    patterns = ["*/**/migrations/*.py", "*/settings.py", *(["*/seed/*"] if verb == "seed" else [])]
    files: Collection[Path] = {file for pattern in patterns for file in sources.glob(pattern)}
    for file in sorted({*files, *ROOT.glob("packages/*/src/*/migrations/*.py")}):
        if file.is_file():
            digest.update(f"{file.relative_to(ROOT)}".encode() + file.read_bytes())
    return digest
