"""The index on character pairs."""

from django.db import migrations

from linli.kit.pairindex import PairIndex


def create(apps, editor):
    """Make the table."""
    PairIndex("people_pairs").create(editor)


def drop(apps, editor):
    """The way back."""
    PairIndex("people_pairs").drop(editor)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
