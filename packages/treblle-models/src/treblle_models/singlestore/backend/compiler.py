"""Updates leave the shard key alone, since SingleStore refuses a statement that sets it."""

from typing import Any

from django.db.models import Q
from django.db.models.lookups import Exact
from django.db.models.sql import compiler

from treblle_models.singlestore import rules
from treblle_models.singlestore.description import describe


class SQLCompiler(compiler.SQLCompiler):
    pass


class SQLInsertCompiler(compiler.SQLInsertCompiler):
    pass


class SQLDeleteCompiler(compiler.SQLDeleteCompiler):
    pass


class SQLAggregateCompiler(compiler.SQLAggregateCompiler):
    pass


class SQLUpdateCompiler(compiler.SQLUpdateCompiler):
    """`Model.save()` sets every column. Here the shard key moves from SET to WHERE: the row is
    looked for where it must lie, which is also one partition instead of all.

    Raises RulesBroken where an update would give a row another shard key.
    """

    query: Any

    def execute_sql(self, result_type: Any = None) -> Any:  # type: ignore[override]  # as Django has it for updates
        moved = self.take_out_shard_key()
        if not moved:
            return super().execute_sql(result_type)
        key = self.primary_key_sought()
        if key is None or any(hasattr(value, "resolve_expression") for value in moved.values()):
            self.refuse(moved)
        self.query.add_q(Q(**moved))
        rows = self.count_rows() if not self.query.values else super().execute_sql(result_type)
        if not rows and self.lies_elsewhere(key):
            self.refuse(moved)
        return rows

    def take_out_shard_key(self) -> dict[str, Any]:
        """The values of the shard key that the statement sets, by field; it no longer does."""
        table = describe(self.query.get_meta().model)
        own = set(table.shard_key) - {
            str(field.column) for field in self.query.get_meta().pk_fields
        }
        moved = {f.attname: value for f, _, value in self.query.values if f.column in own}
        self.query.values = [each for each in self.query.values if each[0].column not in own]
        return moved

    def primary_key_sought(self) -> Any:
        """The primary key where that is all the statement looks for, as in `save()`."""
        conditions = self.query.where.children
        if len(conditions) != 1 or not isinstance(conditions[0], Exact):
            return None
        target = getattr(conditions[0].lhs, "target", None)
        return conditions[0].rhs if target is self.query.get_meta().pk else None

    def count_rows(self) -> int:
        return int(self.query.get_count(self.using))

    def lies_elsewhere(self, key: Any) -> bool:
        model = self.query.get_meta().model
        return bool(model._base_manager.using(self.using).filter(pk=key).exists())

    def refuse(self, moved: dict[str, Any]) -> None:
        meta = self.query.get_meta()
        columns = [str(field.column) for field in meta.local_fields if field.attname in moved]
        rules.ensure_not_updated(describe(meta.model), columns)
