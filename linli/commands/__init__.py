"""The commands behind ``linli``: each a module with ``options`` and ``run``."""

import sys
from collections.abc import Sequence

from linli.cli import parser
from linli.commands import areas, demo, load, serve, verify, worker
from linli.kit.refused import Refused

COMMANDS = {
    "demo": ("Build the simulated neighbourhoods, then serve them.", demo),
    "serve": ("Serve the product.", serve),
    "worker": ("Send messages, plan follow-ups, seal the journal.", worker),
    "load": ("Load what people wrote from a CSV or Excel file.", load),
    "areas": ("List the areas.", areas),
    "verify": ("Walk the journal's hash chain and name the first broken row.", verify),
}


def run(argv: Sequence[str]) -> int:
    """Run the command named first; refusals are said on standard error and end with status 1."""
    top = parser({name: (words, module.options) for name, (words, module) in COMMANDS.items()})
    chosen = top.parse_args(list(argv))
    try:
        return COMMANDS[chosen.command][1].run(chosen)
    except Refused as refusal:
        print(f"linli: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
