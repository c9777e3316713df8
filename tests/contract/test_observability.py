"""Alert rules, dashboard and runbook name only what there is, and leave nothing out."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml
from treblle_service.metrics import catalog
from treblle_service.metrics.instruments import Histogram

from tests.contract.deployables import ROOT
from tests.contract.deployments import in_compose

NAME = re.compile(r"\btreblle_\w+")
# Prometheus' own, and those of its client library.
OF_OTHERS = ("up", "process_")


def alerts() -> list[dict[str, Any]]:
    document = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())
    return [rule for group in document["groups"] for rule in group["rules"]]


def dashboard() -> list[str]:
    panels = json.loads((ROOT / "deploy/grafana/treblle.json").read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_prometheus_asks_every_process_and_none_that_is_not_there() -> None:
    document = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text())
    (job,) = document["scrape_configs"]
    targets = [target for part in job["static_configs"] for target in part["targets"]]
    assert sorted(target.partition(":")[0] for target in targets) == sorted(in_compose())


def names_of_samples() -> set[str]:
    found = set()
    for each in catalog.instruments():
        ends = ("_bucket", "_sum", "_count") if isinstance(each, Histogram) else ("",)
        found |= {each.name + end for end in ends}
    return found


def expressions() -> Iterator[str]:
    yield from dashboard()
    yield from (rule["expr"] for rule in alerts())


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_every_expression_is_promql_of_figures_that_exist(expression: str) -> None:
    promql_parser.parse(expression)
    named = set(NAME.findall(expression))
    assert named <= names_of_samples()
    assert named or any(name in expression for name in OF_OTHERS)


def test_every_figure_is_on_the_dashboard() -> None:
    shown = " ".join(dashboard())
    assert [each.name for each in catalog.instruments() if each.name not in shown] == []


def test_every_alert_has_its_section_in_the_runbook_and_no_section_is_without_one() -> None:
    text = (ROOT / "docs/runbook.md").read_text()
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == [rule["alert"] for rule in alerts()]


def test_every_alert_says_how_urgent_it_is_and_what_is_wrong() -> None:
    for rule in alerts():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"]["summary"]
