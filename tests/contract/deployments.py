"""What each way to deploy says of the processes: their commands and the names they are given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.contract.deployables import ROOT, compose

# One image runs these to their end before the others start.
JOBS = frozenset({"migrate", "migrate-website", "seed-website", "buckets"})
# Words that say where and how, not what: flags with a value of their own.
TAKES_A_WORD = {"-n", "-s"}


@dataclass(frozen=True)
class Described:
    """One process as a file describes it."""

    command: tuple[str, ...]
    names: frozenset[str]
    image: str
    is_read_only: bool


class _Template(yaml.SafeLoader):
    """CloudFormation's short forms (`!Sub …`) are read as what they stand before."""


def _plain(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Template.add_multi_constructor("!", _plain)


def what(command: list[str] | tuple[str, ...]) -> list[str]:
    """The command without the interpreter and without tuning."""
    words = list(command)
    if Path(words[0]).name.startswith("python"):
        words = words[2:]
    if words[0] == "embedded.celery_worker":
        words = as_celery_says_it(*words[1:])
    kept = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if not word.startswith("--") and word not in TAKES_A_WORD and before not in TAKES_A_WORD
    ]
    return [word for word in kept if word]


def as_celery_says_it(app: str, name: str, queues: str, schedule: str = "") -> list[str]:
    """The command for the same worker, of which that of the embedded system is a smaller one."""
    clock = ["-B", "-s", schedule] if schedule else []
    return ["celery", "-A", app, "worker", "-Q", queues, "-n", name, *clock]


def in_compose() -> dict[str, Described]:
    return {
        name: Described(
            tuple(it["command"]),
            frozenset(it.get("environment", {})),
            it["image"],
            it.get("read_only", False),
        )
        for name, it in compose()["services"].items()
        if "build" in it and name not in JOBS
    }


def in_aws() -> dict[str, Described]:
    text = (ROOT / "deploy/aws/services.yaml").read_text()
    resources = yaml.load(text, _Template)["Resources"]
    found = {}
    for resource in resources.values():
        if resource["Type"] == "AWS::ECS::TaskDefinition":
            (it,) = resource["Properties"]["ContainerDefinitions"]
            names = frozenset(one["Name"] for one in (*it["Environment"], *it["Secrets"]))
            image = it["Image"].rpartition("/")[2].partition(":")[0]
            read_only = it["ReadonlyRootFilesystem"]
            found[it["Name"]] = Described(tuple(it["Command"]), names, image, read_only)
    return {name: it for name, it in found.items() if name not in JOBS}


def manifests() -> Iterator[dict[str, Any]]:
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text())


def in_kubernetes() -> dict[str, Described]:
    documents = list(manifests())
    given: dict[tuple[str, str], frozenset[str]] = {}
    for it in documents:
        if it["kind"] in ("ConfigMap", "Secret"):
            keys = it.get("data") or it["stringData"]
            given[it["kind"], it["metadata"]["name"]] = frozenset(keys)
    found = {}
    for it in documents:
        if it["kind"] == "Deployment":
            (container,) = it["spec"]["template"]["spec"]["containers"]
            maps, secrets = container["envFrom"]
            names = given["ConfigMap", maps["configMapRef"]["name"]]
            names |= given["Secret", secrets["secretRef"]["name"]]
            found[it["metadata"]["name"]] = Described(
                tuple(container["command"]),
                names,
                container["image"],
                container["securityContext"]["readOnlyRootFilesystem"],
            )
    return found


WAYS: dict[str, Callable[[], dict[str, Described]]] = {
    "compose": in_compose,
    "aws": in_aws,
    "kubernetes": in_kubernetes,
}
