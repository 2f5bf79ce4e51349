"""``python -m bench``: every figure; ``python -m bench needs --sizes 10000``: one of them, with its options."""

import sys

from bench import ledger, needs

FIGURES = {"needs": needs.main, "ledger": ledger.main}


def main() -> int:
    """Run the figure that is named, or all."""
    words = sys.argv[1:]
    if words and words[0] in FIGURES:
        return FIGURES[words[0]](words[1:])
    if words:
        print(f"python -m bench [{' | '.join(FIGURES)}] …", file=sys.stderr)
        return 2
    return max(figure([]) for figure in FIGURES.values())


if __name__ == "__main__":
    sys.exit(main())
