"""``linli load``: what people wrote, from CSV or Excel."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _
from rich.console import Console

from linli.cli import report
from linli.ground.places.queries import area_by_code
from linli.kit import clock
from linli.kit.refused import Refused
from linli.loop.ask.actions import undo_batch
from linli.loop.ask.actions.files import load_file
from linli.loop.ask.models import Batch

SHOWN = 20


def options(sub: argparse.ArgumentParser) -> None:
    """FILE, --area, --preview, --undo, --json."""
    sub.add_argument("file", nargs="?", metavar="FILE", help="CSV or .xlsx")
    sub.add_argument("--area", metavar="CODE", help="the community or grid it came from")
    sub.add_argument("--preview", action="store_true", help="say what would happen, change nothing")
    sub.add_argument("--undo", type=int, metavar="BATCH", help="take a loaded file back as a whole")
    sub.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """Load, preview or undo."""
    if chosen.undo is not None:
        batch = Batch.objects.filter(pk=chosen.undo).select_related("area").first()
        if batch is None:
            raise Refused(_("There is no batch {batch}.").format(batch=chosen.undo))
        gone = undo_batch(batch=batch, by=None, now=clock.now())
        report(
            {"batch": batch.pk, "undone": gone},
            as_json=chosen.json,
            words=_("{gone} needs taken back.").format(gone=gone),
        )
        return 0
    if not chosen.file or not chosen.area:
        print("linli load: FILE and --area CODE are needed (or --undo BATCH)", file=sys.stderr)
        return 2
    path = Path(chosen.file)
    if not path.is_file():
        raise Refused(_("There is no file {file}.").format(file=chosen.file))
    area = area_by_code(chosen.area)
    with path.open("rb") as stream, Console(stderr=True).status(_("Reading {file} …").format(file=path.name)):
        loaded = load_file(
            stream=stream, name=path.name, area=area, by=None, now=clock.now(), preview=chosen.preview
        )
    answer = {
        "batch": loaded.batch.pk if loaded.batch else None,
        "rows": loaded.rows,
        "loaded": loaded.loaded,
        "already": loaded.already,
        "errors": [asdict(bad) for bad in loaded.errors],
    }
    sentence = (
        _("{rows} rows: {loaded} would be loaded, {already} are there already, {wrong} are wrong.")
        if chosen.preview
        else _("{rows} rows: {loaded} loaded, {already} were there already, {wrong} are wrong.")
    )
    words = sentence.format(
        rows=loaded.rows, loaded=loaded.loaded, already=loaded.already, wrong=len(loaded.errors)
    )
    for bad in loaded.errors[:SHOWN]:
        print("  " + _("row {row}, {column}: {why}").format(**asdict(bad)), file=sys.stderr)
    report(answer, as_json=chosen.json, words=words)
    return 0
