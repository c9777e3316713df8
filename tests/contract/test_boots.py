"""Each deployable starts alone, with the environment docker-compose.yml gives it and no more."""

import ast
import importlib
import os
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.contract.deployables import DEPLOYABLES, ROOT, Deployable, python, run

WITH_DJANGO = [deployable for deployable in DEPLOYABLES if deployable.has_django]
TELL_MODULES = "; import sys; print([name for name in sorted(sys.modules)])"
EACH = pytest.mark.parametrize("deployable", DEPLOYABLES, ids=lambda it: it.folder)
EACH_WITH_DJANGO = pytest.mark.parametrize("deployable", WITH_DJANGO, ids=lambda it: it.folder)


@EACH
def test_its_entry_points_load(deployable: Deployable, tmp_path: Path) -> None:
    for words in deployable.entry_points:
        done = python(words, deployable.environment(), tmp_path)
        assert done.returncode == 0, done.stderr


@EACH_WITH_DJANGO
def test_it_passes_djangos_checks_as_in_production(deployable: Deployable, tmp_path: Path) -> None:
    words = ["-m", deployable.package, "check", "--deploy", "--fail-level", "WARNING"]
    done = python(words, deployable.environment(), tmp_path)
    assert done.returncode == 0, done.stderr


@EACH_WITH_DJANGO
def test_its_manage_py_does_the_same(deployable: Deployable, tmp_path: Path) -> None:
    manage = ROOT / "projects" / deployable.folder / "manage.py"
    done = python([manage, "check"], deployable.environment(), tmp_path)
    assert done.returncode == 0, done.stderr


@EACH
def test_it_does_not_start_without_what_it_needs(deployable: Deployable, tmp_path: Path) -> None:
    """It ends at once with the name of the variable, without a stack trace."""
    name = "EVENTS_URL" if deployable.folder == "intake" else "DATABASE_URL"
    environment = {key: value for key, value in deployable.environment().items() if key != name}
    done = python(deployable.entry_points[0], environment, tmp_path)
    assert done.returncode != 0
    assert f"{name}: is not set" in done.stderr
    assert "Traceback" not in done.stderr


@EACH_WITH_DJANGO
def test_its_apps_are_in_the_union_that_tests_run_under(deployable: Deployable) -> None:
    own = importlib.import_module(f"{deployable.package}.settings")
    assert set(own.INSTALLED_APPS) <= set(settings.INSTALLED_APPS)


@EACH_WITH_DJANGO
def test_its_settings_fit_a_screen_or_two(deployable: Deployable) -> None:
    source = ROOT / "projects" / deployable.folder / "src" / deployable.package / "settings.py"
    assert len(source.read_text().splitlines()) <= 120


def test_the_intake_has_neither_django_nor_a_database(tmp_path: Path) -> None:
    intake = DEPLOYABLES[0]
    done = python(
        ["-c", f"import treblle_intake.asgi{TELL_MODULES}"], intake.environment(), tmp_path
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in ast.literal_eval(done.stdout)}
    assert loaded.isdisjoint({"django", "treblle_models", "sqlite3", "MySQLdb", "celery"})


@EACH
def test_traces_that_nobody_asked_for_are_not_even_imported(
    deployable: Deployable, tmp_path: Path
) -> None:
    for words in deployable.entry_points:
        if words[0] == "-c":
            command = ["-c", f"{words[1]}{TELL_MODULES}"]
            done = python(command, deployable.environment(), tmp_path)
            assert done.returncode == 0, done.stderr
            loaded = set(ast.literal_eval(done.stdout))
            assert "treblle_service" in loaded
            # Of it, redis-py loads metrics where it is installed; images without [otel] have none.
            assert loaded.isdisjoint({"opentelemetry.sdk.trace", "opentelemetry.exporter"})


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our packages as wheels: what a project's image is installed from."""
    folder = tmp_path_factory.mktemp("wheels")
    for part in ("treblle-models", "treblle-service"):
        source = copy(ROOT / "packages" / part, folder / "source" / part)
        uv("build", "--wheel", "--out-dir", folder, source)
    return folder


@EACH
def test_it_runs_with_only_what_its_pyproject_asks_for(
    deployable: Deployable, wheels: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    project = copy(ROOT / "projects" / deployable.folder, tmp_path / "project")
    uv("venv", "--python", sys.executable, venv)
    found = ("--find-links", wheels, "-c", ROOT / "constraints.txt")
    uv("pip", "install", "--python", venv, *found, project)
    for words in deployable.entry_points:
        done = run([venv / "bin" / "python", *words], deployable.environment(), tmp_path)
        assert done.returncode == 0, done.stderr
    if (collector := "OTEL_EXPORTER_OTLP_ENDPOINT") in deployable.environment():
        asked = deployable.environment() | {collector: "http://collector:4318"}
        done = run([venv / "bin" / "python", *deployable.entry_points[0]], asked, tmp_path)
        assert done.returncode != 0
        assert f"{collector}: is set, but OpenTelemetry is not installed" in done.stderr


def copy(source: Path, to: Path) -> Path:
    """Building leaves folders beside the sources: not in ours."""
    leftovers = shutil.ignore_patterns("node_modules", "build", "*.egg-info", "__pycache__")
    return Path(shutil.copytree(source, to, ignore=leftovers))


def uv(*words: str | Path) -> None:
    program = Path(sys.executable).with_name("uv")
    done = run([program, "--quiet", *words], os.environ, ROOT)
    assert done.returncode == 0, done.stderr
