"""Constraints that Django has no words for, declared in the model like any other."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint


class ForeignColumns(BaseConstraint):
    """A foreign key over several columns: fields ``(account, unit)`` -> ``ledger_account (id, unit)``.

    The columns of ``table`` must be unique together; it is named, not asked for, because SQLite makes tables anew
    out of sight. ``deferred``: looked at on commit, so that two rows may point at each other. The same on SQLite and
    PostgreSQL.
    """

    def __init__(
        self, *, fields: Sequence[str], table: str, columns: Sequence[str], name: str, deferred: bool = False
    ) -> None:
        super().__init__(name=name)
        self.fields, self.table, self.columns = tuple(fields), table, tuple(columns)
        self.deferred = deferred

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The clause inside CREATE TABLE."""
        assert model is not None and schema_editor is not None
        quote = schema_editor.quote_name
        mine = [model._meta.get_field(name) for name in self.fields]
        columns = ", ".join(quote(field.column or "") for field in mine if isinstance(field, models.Field))
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {quote(self.table)} ({', '.join(map(quote, self.columns))})"
            + (" DEFERRABLE INITIALLY DEFERRED" if self.deferred else "")
        )

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The statement that adds it to a table."""
        assert model is not None and schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """The statement that takes it away."""
        assert model is not None and schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(self, *_given: Any, **_named: Any) -> None:
        """The database says it; forms do not."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ForeignColumns) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.table, self.columns, self.deferred))

    def deconstruct(self) -> Any:
        """How a migration writes it down."""
        path, given, named = super().deconstruct()
        named |= {"fields": self.fields, "table": self.table, "columns": self.columns}
        return path, given, named | ({"deferred": True} if self.deferred else {})
