"""Facts of service and the words on them are only added; a rule that was adopted stays as it was adopted."""

from django.db import migrations

from linli.kit.triggers import NEVER, drop, refuse

FACTS = ("record", "confirmation", "approval")
CHANGED = """OLD.state = 'adopted' AND (NEW.state <> OLD.state OR CAST(NEW.body AS text) <> CAST(OLD.body AS text)
 OR NEW.valid_from <> OLD.valid_from OR NEW.programme_id <> OLD.programme_id)"""
# erasure may take the words of a fact away, nothing else
WORDS = {"record": {"why", "distance_m"}, "confirmation": {"words"}, "approval": {"reason"}}


def forbid(apps, editor):
    """Put it into the database."""
    for table in FACTS:
        model = apps.get_model("timebank", table)
        kept = [field.column for field in model._meta.concrete_fields if field.column not in WORDS[table]]
        text = " OR ".join(
            f"COALESCE(CAST(NEW.{name} AS text), '') <> COALESCE(CAST(OLD.{name} AS text), '')"
            for name in kept
        )
        refuse(editor, f"timebank_{table}", "no_update", "UPDATE", (("rows are only added", text),))
    refuse(editor, "timebank_rule", "no_change", "UPDATE", (("an adopted rule stays as it is", CHANGED),))


def fix(editor):
    """Refuse to remove facts. Tests that empty the tables leave this away."""
    for table in FACTS:
        refuse(editor, f"timebank_{table}", "no_delete", "DELETE", NEVER)


def loosen(editor):
    """Take away what ``fix`` put there."""
    for table in FACTS:
        drop(editor, f"timebank_{table}", "no_delete")


def forwards(apps, editor):
    """All of it."""
    forbid(apps, editor)
    fix(editor)


def backwards(apps, editor):
    """The way back."""
    loosen(editor)
    for table in FACTS:
        drop(editor, f"timebank_{table}", "no_update")
    drop(editor, "timebank_rule", "no_change")


class Migration(migrations.Migration):
    dependencies = [("timebank", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
