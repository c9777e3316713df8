"""Packages of Debian, where this is Debian and we may."""

import os
import shutil
import subprocess

NO_QUESTIONS = {"DEBIAN_FRONTEND": "noninteractive", "APT_LISTCHANGES_FRONTEND": "none"}


def may_install() -> bool:
    """Whether there is apt and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(packages: list[str]) -> None:
    """Raises `CalledProcessError`, its `output` the words of apt."""
    try:
        _apt("install", "--yes", "--no-install-recommends", *packages)
    except subprocess.CalledProcessError:
        # The lists of packages are missing or stale: fetch them, then once more.
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *packages)


def _apt(*words: str) -> None:
    subprocess.run(
        ["apt-get", "--quiet", *words],
        env={**os.environ, **NO_QUESTIONS},
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
