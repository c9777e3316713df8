"""Compose, AWS and Kubernetes run what the embedded system runs, and give it what it asks for.

No container engine and no cloud is at hand: what is compared is the files, and the commands they
hold are those that the system tests run as processes.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from embedded import processes
from embedded.keeper import Process
from embedded.ports import Ports
from embedded.private_folder import PrivateFolder
from embedded.surroundings import Choices, Surroundings
from tests.contract.deployables import DEPLOYABLES, ROOT, compose
from tests.contract.deployments import WAYS, Described, in_compose, manifests, what

EACH_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
Way = Callable[[], dict[str, Described]]
# Given by the role of the task or of the node, where it is not given by name.
BY_ROLE = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}
# An operator's to add.
OPTIONAL = {
    "BAD_ADDRESSES_PATH",
    "GEOIP_ASN_PATH",
    "GEOIP_PATH",
    "METRICS_HOST",
    "METRICS_PORT",
    "METRICS_TOKEN",
}


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, Process]:
    around = Surroundings(PrivateFolder(tmp_path), Ports(), 1, Choices())
    running = [
        processes.intake(around),
        processes.listener(around, ()),
        *processes.etl_workers(around, ()),
        processes.etl_background(around, ()),
        processes.platform(around, ()),
        processes.platform_worker(around, ()),
        processes.api(around, ()),
        processes.website(around, ()),
    ]
    return {process.name: process for process in running}


@EACH_WAY
def test_every_process_of_the_embedded_system_runs_by_its_command(
    way: Way, embedded: dict[str, Process]
) -> None:
    assert {name: what(it.command) for name, it in way().items()} == {
        name: what(process.command) for name, process in embedded.items()
    }


@EACH_WAY
def test_workers_run_their_tasks_themselves(way: Way) -> None:
    """So their side port knows of them: what a pool's child counts nobody asks for."""
    workers = [it.command for it in way().values() if "worker" in it.command]
    assert len(workers) == 3
    assert all("--pool=solo" in command for command in workers)


@EACH_WAY
def test_every_process_runs_from_the_image_of_its_project_and_writes_nothing_in_it(
    way: Way,
) -> None:
    images = {service: it.image for service, it in in_compose().items()}
    assert {name: it.image for name, it in way().items()} == images
    assert all(it.is_read_only for it in way().values())


@EACH_WAY
def test_every_process_is_given_the_names_it_starts_with(way: Way) -> None:
    """What compose gives is proven by starting each process with it (test_boots)."""
    for name, it in way().items():
        missing = in_compose()[name].names - it.names - BY_ROLE - OPTIONAL
        assert not missing, name


@EACH_WAY
def test_raw_objects_are_named_to_intake_and_etl_only(way: Way) -> None:
    told = {name for name, it in way().items() if "RAW_STORE_URL" in it.names}
    assert told == {"intake", "listener", "etl-worker", "etl-background"}


def test_every_deployable_is_built_from_its_own_project() -> None:
    services = compose()["services"]
    for deployable in DEPLOYABLES:
        for service in deployable.services:
            assert services[service]["build"]["args"] == {"PROJECT": deployable.folder}


def test_every_dependency_is_a_service() -> None:
    services = compose()["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)


def test_every_manifest_lies_in_the_namespace_that_is_made() -> None:
    made = {it["metadata"]["name"] for it in manifests() if it["kind"] == "Namespace"}
    placed = {
        it["metadata"]["namespace"]
        for it in manifests()
        if it["kind"] not in ("Namespace", "Kustomization")
    }
    assert placed == made


def test_what_the_images_copy_is_there() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    lines = [line.split() for line in dockerfile.splitlines()]
    copied = [words[1] for words in lines if words[:1] == ["COPY"] and "--from" not in words[1]]
    for source in copied:
        for deployable in DEPLOYABLES:
            assert (ROOT / source.replace("${PROJECT}", deployable.folder)).exists()
