"""Events and seals are only added: the database refuses to change or remove them."""

from django.db import migrations

TABLES = ("journal_event", "journal_seal")
SQLITE = """CREATE TRIGGER {table}_no_{low} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are only added'); END"""
FUNCTION = """CREATE FUNCTION journal_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% rows are only added', TG_TABLE_NAME; END $$"""
POSTGRES = """CREATE TRIGGER {table}_no_{low} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION journal_only_added()"""


def forbid(apps, editor):
    """One trigger a table and verb."""
    postgres = editor.connection.vendor == "postgresql"
    if postgres:
        editor.execute(FUNCTION, params=None)
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                (POSTGRES if postgres else SQLITE).format(table=table, verb=verb, low=verb.lower())
            )


def allow(apps, editor):
    """The way back."""
    postgres = editor.connection.vendor == "postgresql"
    for table in TABLES:
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER {table}_no_{verb}" + (f" ON {table}" if postgres else ""))
    if postgres:
        editor.execute("DROP FUNCTION journal_only_added()")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
