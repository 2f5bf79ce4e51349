"""Search tokens of Chinese text: every two neighbouring characters, and whole words of other scripts.

Two characters are the shortest thing people search for, and Chinese has no spaces; an index on pairs finds
any two characters or more without a dictionary. Tokens hold letters and digits only.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, Literal

MAX_TOKEN: Final = 64  # characters; databases bound the length of a token

Script = Literal["cjk", "word", "gap"]


def pairs(text: str) -> list[str]:
    """The tokens to index ``text`` by, in order of appearance, each once.

    Text is put into NFKC and case-folded first. A run of Chinese characters gives every pair of neighbours
    (a character on its own gives itself); a run of other letters and digits gives one token, cut at
    ``MAX_TOKEN`` characters. Everything else separates.
    """
    return unique(token for script, run in runs(text) for token in tokens_of(script, run))


def query_pairs(query: str) -> list[str]:
    """The tokens a search for ``query`` must find, all of them; [] where there is nothing to search for.

    A Chinese character on its own is left out: it is indexed only where it stands alone, so that asking for
    it would hide most of what holds it.
    """
    return unique(
        token
        for script, run in runs(query)
        if script == "word" or len(run) > 1
        for token in tokens_of(script, run)
    )


def runs(text: str) -> Iterator[tuple[Script, str]]:
    """Runs of one script in the normalised text, gaps left out."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    for script, chars in groupby(folded, script_of):
        if script != "gap":
            yield script, "".join(chars)


def script_of(char: str) -> Script:
    """Whether a character is a Chinese one, part of another word, or separates words."""
    if is_cjk(char):
        return "cjk"
    return "word" if char.isalnum() else "gap"


def is_cjk(char: str) -> bool:
    """Whether a character is an ideograph: the basic block, extensions, compatibility forms, 〇 and 々."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x3FFFF
        or 0xF900 <= code <= 0xFAFF
        or code in (0x3005, 0x3007)
    ) and char.isalnum()


def tokens_of(script: Script, run: str) -> Iterator[str]:
    """The tokens of one run."""
    if script == "word" or len(run) == 1:
        yield run[:MAX_TOKEN]
    else:
        yield from (run[at : at + 2] for at in range(len(run) - 1))


def unique(tokens: Iterable[str]) -> list[str]:
    """Each token once, in order of first appearance."""
    return list(dict.fromkeys(tokens))
