"""The index on character pairs."""

from django.db import migrations

from linli.kit.pairindex import PairIndex


def create(apps, editor):
    """Make the table."""
    PairIndex("ask_pairs").create(editor)


def drop(apps, editor):
    """The way back."""
    PairIndex("ask_pairs").drop(editor)


class Migration(migrations.Migration):
    dependencies = [("ask", "0002_initial")]
    operations = [migrations.RunPython(create, drop)]
