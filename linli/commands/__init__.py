"""The commands behind ``linli``: each a module with ``options`` and ``run``, read only when it is asked for."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from django.db import DatabaseError
from django.utils.translation import gettext as _

from linli.kit.refused import Refused

COMMANDS = {
    "demo": "Build the simulated neighbourhoods, then serve them.",
    "serve": "Serve the product.",
    "worker": "Send messages, plan follow-ups, seal the journal.",
    "load": "Load what people wrote from a CSV or Excel file.",
    "areas": "List the areas.",
    "ledger": "Check the books, export the public copy, grant a role what it needs.",
    "verify": "Walk the journal's hash chain and name the first broken row; or check a certificate file offline.",
    "certificate": "Write a signed certificate of hours as a file.",
    "rotate": "Write private columns anew with the newest key.",
}


def run(argv: Sequence[str]) -> int:
    """Run the command named first; refusals are said on standard error and end with status 1."""
    top = argparse.ArgumentParser(
        prog="linli", description="Linli (邻里): the software a neighbourhood runs on."
    )
    subs = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    wanted = next((word for word in argv if word in COMMANDS), "")
    for name, words in COMMANDS.items():
        sub = subs.add_parser(name, help=words, description=words)
        if name == wanted:
            import_module(f"linli.commands.{name}").options(sub)
    chosen = top.parse_args(list(argv))
    try:
        return int(import_module(f"linli.commands.{chosen.command}").run(chosen))
    except Refused as refusal:
        print(f"linli: {refusal}", file=sys.stderr)
        return 1
    except DatabaseError as error:
        words = _(
            "The database cannot be used ({error}). Is LINLI_DATA right? `linli serve` or `linli demo` prepares it."
        )
        print(f"linli: {words.format(error=error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
