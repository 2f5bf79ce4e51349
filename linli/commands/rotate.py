"""``linli rotate``: write private columns anew with the newest key."""

import argparse

from django.apps import apps
from django.utils.translation import gettext as _

from linli.cli import report
from linli.kit.secret import columns_of, rotate


def options(sub: argparse.ArgumentParser) -> None:
    """--json."""
    sub.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """Rotate every private column of every model, with its blind index where it has one."""
    done = {}
    for model in apps.get_models():
        columns = [column.name for column in columns_of(model)]
        if not columns:
            continue
        names = {field.name for field in model._meta.get_fields()}
        blinds = {"id_number": "id_blind", "phone": "phone_blind"}
        fields = {name: blinds.get(name) if blinds.get(name) in names else None for name in columns}
        done[model._meta.label] = rotate(model._default_manager.all(), fields)
    words = "\n".join(
        _("{model}: {count} rows written anew").format(model=k, count=v) for k, v in done.items()
    )
    report({"rotated": done}, as_json=chosen.json, words=words)
    return 0
