"""Lines of the bill are never edited: the database refuses to change one."""

from django.db import migrations

SQLITE = """CREATE TRIGGER fund_line_no_update BEFORE UPDATE ON fund_line
BEGIN SELECT RAISE(ABORT, 'lines of the bill are only added'); END"""
FUNCTION = """CREATE FUNCTION fund_line_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'lines of the bill are only added'; END $$"""
POSTGRES = """CREATE TRIGGER fund_line_no_update BEFORE UPDATE ON fund_line
FOR EACH ROW EXECUTE FUNCTION fund_line_only_added()"""


def forbid(apps, editor):
    """One trigger."""
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION, params=None)
        editor.execute(POSTGRES)
    else:
        editor.execute(SQLITE)


def allow(apps, editor):
    """The way back."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER fund_line_no_update ON fund_line")
        editor.execute("DROP FUNCTION fund_line_only_added()")
    else:
        editor.execute("DROP TRIGGER fund_line_no_update")


class Migration(migrations.Migration):
    dependencies = [("fund", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
