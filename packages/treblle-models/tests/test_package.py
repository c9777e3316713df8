"""The private package: it builds, installs with a token that stands in no file of git, migrates."""

import base64
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent
UV = Path(sys.executable).parent / "uv"
TOKEN = "a-token-for-tests"
SETTINGS = """
SECRET_KEY = "only here"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "treblle_models"]
AUTH_USER_MODEL = "treblle_models.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
USE_TZ = True
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    usual = {
        k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
    }
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=usual | environment, capture_output=True, text=True
    )


def must(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def version() -> str:
    return tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]["version"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and sdist, made from a copy without what builds leave behind."""
    folder = tmp_path_factory.mktemp("package")
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(PACKAGE, folder / "source", ignore=left_out)
    must(UV, "build", "--quiet", "--out-dir", folder / "dist", folder / "source", cwd=folder)
    return folder / "dist"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The Python of a clean virtual environment."""
    must(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    return tmp_path / "venv" / "bin" / "python"


def test_wheel_and_sdist_hold_what_they_must(built: Path, version: str) -> None:
    wheel, sdist = next(built.glob("*.whl")), next(built.glob("*.tar.gz"))
    assert wheel.name == f"treblle_models-{version}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = (PACKAGE / "src").rglob("*.py")
    assert {path.relative_to(PACKAGE / "src").as_posix() for path in sources} <= names
    assert "treblle_models/py.typed" in names
    assert not [name for name in names if name.startswith("tests")]
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "CHANGELOG.md"} <= inside
    assert version in (PACKAGE / "CHANGELOG.md").read_text()


def test_installed_in_a_clean_environment_it_migrates(
    built: Path, environment: Path, tmp_path: Path
) -> None:
    wheel = next(built.glob("*.whl"))
    must(UV, "pip", "install", "--quiet", "--python", environment, wheel, cwd=tmp_path)
    (tmp_path / "throwaway.py").write_text(SETTINGS)
    manage = [environment, "-m", "django"]
    settings = {"DJANGO_SETTINGS_MODULE": "throwaway", "PYTHONPATH": str(tmp_path)}
    must(*manage, "check", "--fail-level", "WARNING", cwd=tmp_path, **settings)
    must(*manage, "migrate", cwd=tmp_path, **settings)
    must(*manage, "makemigrations", "--check", "--dry-run", cwd=tmp_path, **settings)
    shown = must(*manage, "seed", "--requests", "50", "--days", "1", cwd=tmp_path, **settings)
    assert "50 requests seeded" in shown
    assert "all point somewhere" in must(*manage, "check_integrity", cwd=tmp_path, **settings)


class AsksForTheToken(SimpleHTTPRequestHandler):
    def has_the_token(self) -> bool:
        """Whether the request carries it; one that does not has been answered."""
        expected = base64.b64encode(f"token:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {expected}":
            return True
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="packages"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Index(AsksForTheToken):
    """A package index."""

    def do_GET(self) -> None:
        if self.has_the_token():
            super().do_GET()


class Repository(AsksForTheToken):
    """Git's own server program (git-http-backend), called as its manual says: by CGI."""

    def do_GET(self) -> None:
        if self.has_the_token():
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            cgi = {
                "GIT_PROJECT_ROOT": self.directory,
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_USER": "token",
            }
            done = subprocess.run(
                ["git", "http-backend"], env=os.environ | cgi, input=body, capture_output=True
            )
            self.wfile.write(b"HTTP/1.0 200 OK\r\n" + done.stdout)
            self.close_connection = True

    do_POST = do_GET


@contextmanager
def serving(handler: type[AsksForTheToken], folder: Path) -> Iterator[int]:
    """The port on which `handler` serves `folder`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def index_url(built: Path, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "index" / "simple" / "treblle-models"
    folder.mkdir(parents=True)
    wheel = next(built.glob("*.whl"))
    shutil.copy(wheel, folder)
    (folder / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    with serving(Index, tmp_path / "index") as port:
        yield f"http://127.0.0.1:{port}/simple"


@pytest.fixture
def repository_port(tmp_path: Path) -> Iterator[int]:
    """Serves `treblle.git`, in which the package lies where it lies here."""
    source = tmp_path / "treblle"
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(PACKAGE, source / "packages" / "treblle-models", ignore=left_out)
    git = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com")
    must(*git, "init", "--quiet", "--initial-branch=main", cwd=source)
    must(*git, "add", ".", cwd=source)
    must(*git, "commit", "--quiet", "--message=All of it", cwd=source)
    must(*git, "clone", "--quiet", "--bare", source, tmp_path / "git" / "treblle.git", cwd=source)
    with serving(Repository, tmp_path / "git") as port:
        yield port


def install(environment: Path, index: str, tmp_path: Path, **variables: str) -> bool:
    """Whether uv finds the package, and only it, on that index."""
    done = run(
        *(UV, "pip", "install", "--quiet", "--no-cache", "--no-config", "--no-deps"),
        *("--python", environment, "--default-index", index, "treblle-models"),
        cwd=tmp_path,
        **variables,
    )
    return done.returncode == 0


def test_without_the_token_nobody_gets_it(
    environment: Path, index_url: str, tmp_path: Path
) -> None:
    assert not install(environment, index_url, tmp_path, NETRC=os.devnull)


def test_the_token_comes_from_netrc(environment: Path, index_url: str, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login token password {TOKEN}\n")
    netrc.chmod(0o600)
    assert install(environment, index_url, tmp_path, NETRC=str(netrc))


def test_the_token_comes_from_the_environment(
    environment: Path, index_url: str, tmp_path: Path
) -> None:
    given = {"UV_INDEX_TREBLLE_USERNAME": "token", "UV_INDEX_TREBLLE_PASSWORD": TOKEN}
    named = f"treblle={index_url}"
    assert install(environment, named, tmp_path, NETRC=os.devnull, **given)


@pytest.mark.parametrize("token", [TOKEN, "a-wrong-one"])
def test_a_git_repository_gives_it_to_the_token_of_the_environment(
    environment: Path, repository_port: int, tmp_path: Path, token: str
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        f"treblle-models @ git+http://token:${{TREBLLE_TOKEN}}@127.0.0.1:{repository_port}"
        "/treblle.git@main#subdirectory=packages/treblle-models\n"
    )
    options = ("--quiet", "--no-cache", "--no-deps", "--python", environment)
    given = {"TREBLLE_TOKEN": token, "NETRC": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
    done = run(UV, "pip", "install", *options, "-r", requirements, cwd=tmp_path, **given)
    assert (done.returncode == 0) is (token == TOKEN), done.stderr
    assert TOKEN not in done.stdout + done.stderr
    if token == TOKEN:
        must(environment, "-c", "import treblle_models", cwd=tmp_path)
