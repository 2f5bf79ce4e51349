"""The command ``linli``: everything an operator scripts."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with words, 2 wrong use. Bad input never ends in a traceback."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if "demo" in argv[:1]:
        os.environ["LINLI_DEMO"] = "1"
        for place, word in enumerate(argv):
            if word == "--data" and place + 1 < len(argv):
                os.environ["LINLI_DATA"] = argv[place + 1]
            elif word.startswith("--data="):
                os.environ["LINLI_DATA"] = word.removeprefix("--data=")
    from linli.keys import (
        Misconfigured,
    )  # why: the environment is read when settings load, after --data is known

    try:
        import django  # why: the same

        django.setup()
        from linli import commands  # why: commands import models, which need django.setup()

        return commands.run(argv)
    except Misconfigured as error:
        print(f"linli: {error}", file=sys.stderr)
        return 1


def report(answer: dict[str, Any] | list[Any], *, as_json: bool, words: str) -> None:
    """Print words for people, or one JSON object on the last line for scripts."""
    print(json.dumps(answer, ensure_ascii=False) if as_json else words)


if __name__ == "__main__":
    sys.exit(main())
