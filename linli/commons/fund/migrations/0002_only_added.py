"""Lines of the bill are never edited: the database refuses to change one."""

from django.db import migrations

from linli.kit.triggers import NEVER, drop, refuse


def forbid(apps, editor):
    """One trigger."""
    refuse(editor, "fund_line", "no_update", "UPDATE", NEVER)


def allow(apps, editor):
    """The way back."""
    drop(editor, "fund_line", "no_update")


class Migration(migrations.Migration):
    dependencies = [("fund", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
