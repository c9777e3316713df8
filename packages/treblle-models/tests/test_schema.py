"""What holds for every table, so that a new one cannot forget it."""

import pytest
from django.apps import apps
from django.db import models
from treblle_models.models import Request
from treblle_models.models.defaults import NamedModel, TreblleModelDefaults
from treblle_models.models.querysets import TreblleQuerySet
from treblle_models.singlestore import ShardKey, SortKey, TableStorage

MODELS = sorted(apps.get_app_config("treblle_models").get_models(), key=lambda m: m.__name__)
# Rows that no person names: roll-ups, results by check, states of learning, ledgers, pairs.
WITHOUT_UUID = {
    "AlertRuleChannel",
    "DimensionDay",
    "DimensionHour",
    "EmailPreference",
    "EndpointCheckDay",
    "EndpointCheckResult",
    "EndpointCustomer",
    "EndpointDay",
    "EndpointDocumentScore",
    "EndpointHour",
    "EndpointMinute",
    "EndpointSchema",
    "EndpointScore",
    "IdempotencyKey",
    "LedgerEntry",
    "PathState",
    "PaymentEvent",
    "ProblemCustomer",
    "ProblemHour",
    "ProjectCheckResult",
    "ProjectDay",
    "ProjectDocumentScore",
    "ProjectFollower",
    "ProjectHour",
    "ProjectMinute",
    "ProjectScore",
    "SdkHour",
    "UsageMonth",
}
# An index a traffic table has must grow at its end.
RANDOM = {"trace_id", "ip", "details_key", "user_agent", "metadata"}

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


@each_model
def test_no_foreign_key_is_enforced_by_the_database(model) -> None:
    related = [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]
    links = [f for f in related if isinstance(f, models.ForeignKey)]
    links += [
        link
        for many in model._meta.local_many_to_many
        for link in many.remote_field.through._meta.local_concrete_fields
        if isinstance(link, models.ForeignKey)
    ]
    assert not [link.name for link in links if link.db_constraint]


@each_model
def test_a_row_that_a_person_can_name_is_found_by_its_uuid(model) -> None:
    if model.__name__ in WITHOUT_UUID:
        assert not issubclass(model, NamedModel)
    else:
        assert issubclass(model, NamedModel)
        assert model._meta.get_field("uuid").unique is (model is not Request)
    assert issubclass(model, TreblleModelDefaults) is (
        model.__name__ not in WITHOUT_UUID and model is not Request
    )


@each_model
def test_queries_speak_the_vocabulary(model) -> None:
    query = model._default_manager.all()
    assert isinstance(query, TreblleQuerySet)
    assert isinstance(model._base_manager.all(), models.QuerySet)
    if "project" in {field.name for field in model._meta.fields} and model.__name__ != "Export":
        assert query.for_project(1).query
        assert query.visible_to(1).query


@each_model
def test_it_is_said_how_singlestore_keeps_the_table(model) -> None:
    said = [c for c in model._meta.constraints if isinstance(c, ShardKey | TableStorage)]
    assert len(said) == 1


@each_model
def test_a_sharded_table_with_a_project_is_sharded_by_it(model) -> None:
    shard = next((c for c in model._meta.constraints if isinstance(c, ShardKey)), None)
    has_project = "project" in {field.name for field in model._meta.fields}
    if shard and has_project:
        assert shard.fields == ("project",)
    sort = next((c for c in model._meta.constraints if isinstance(c, SortKey)), None)
    if sort and has_project:
        assert sort.fields[0] == "project"


def test_no_index_of_requests_holds_random_values() -> None:
    indexed = {name for index in Request._meta.indexes for name in index.fields}
    indexed |= {name for c in Request._meta.total_unique_constraints for name in c.fields}
    indexed |= {
        field.name for field in Request._meta.fields if field.db_index and not field.primary_key
    }
    assert not indexed & RANDOM
    keyed = [index.fields[0] for index in Request._meta.indexes]
    assert set(keyed) == {"project"}


@each_model
def test_tables_are_named_in_the_plural(model) -> None:
    assert model._meta.db_table.endswith("s")
    assert not model._meta.db_table.startswith("treblle_models")
