"""The catalogue of Chinese words, kept without GNU gettext: ``python -m linli.kit.catalogue ACT``.

``extract`` prints every English message id in the code, ``merge`` brings ``django.po`` up to date (fragments
included), ``compile`` writes ``django.mo``, ``check`` fails unless every id has its Chinese words.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

Key = tuple[str | None, str]  # context, singular

KEYWORDS: Mapping[str, tuple[int | tuple[int, int] | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
COUNTED = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
TEMPLATES = {".html", ".txt"}
PLACEHOLDER = re.compile(
    r"%(?:\((\w+)\))?[#0\-+]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])|\{(\w*)(?:[!:][^{}]*)?\}"
)
HEADER = """\
# Linli (邻里): the words of the product in Simplified Chinese.
# Written by `make messages`; translations are edited here by hand.
msgid ""
msgstr ""
"Project-Id-Version: linli\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


@dataclass
class Asked:
    """One message the code asks for, and the files that do."""

    context: str | None
    singular: str
    plural: str | None = None
    files: set[str] = field(default_factory=set)

    @property
    def id(self) -> str | tuple[str, str]:
        """The id as a catalogue holds it."""
        return (self.singular, self.plural) if self.plural else self.singular

    def __str__(self) -> str:
        context = f"[{self.context}] " if self.context else ""
        return f"{context}{self.singular!r} ({', '.join(sorted(self.files))})"


@dataclass(frozen=True)
class Place:
    """Where the code and its catalogue lie. Tests point it elsewhere."""

    root: Path
    package: str = "linli"
    locale: str = "zh_Hans"

    @property
    def home(self) -> Path:
        """The folder of the locale."""
        return self.root / self.package / "locale" / self.locale

    @property
    def po(self) -> Path:
        """The catalogue that is committed."""
        return self.home / "LC_MESSAGES" / "django.po"

    @property
    def fragments(self) -> list[Path]:
        """Catalogues written beside it while many hands work; merged by ``merge``."""
        return sorted((self.home / "fragments").glob("*.po"))

    def sources(self) -> Iterator[Path]:
        """Python modules and templates, tests and migrations left out."""
        for path in sorted((self.root / self.package).rglob("*")):
            inside = path.relative_to(self.root).parts
            if "migrations" in inside or "node_modules" in inside:
                continue
            if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in inside):
                yield path


def as_python(path: Path) -> bytes:
    """The source to search: Python as it is, a template turned into calls of gettext."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    calls = template.templatize(text, origin=str(path))
    return "\n".join(line.strip() for line in calls.split("\n")).encode()  # indentation means nothing here


def found_in(path: Path) -> Iterator[Asked]:
    """Every message one file asks for."""
    for _line, name, words, _comments in extract_python(BytesIO(as_python(path)), KEYWORDS, (), {}):
        given = list(words) if isinstance(words, (tuple, list)) else [words]
        context = None
        if name not in SINGULAR | COUNTED:
            context, *given = given
        plural = given[1] if name not in SINGULAR | IN_CONTEXT and len(given) > 1 else None
        if given and given[0]:
            yield Asked(context, given[0], plural)


def extract(place: Place) -> dict[Key, Asked]:
    """All messages the code asks for, by context and id."""
    all_asked: dict[Key, Asked] = {}
    for path in place.sources():
        for asked in found_in(path):
            held = all_asked.setdefault((asked.context, asked.singular), asked)
            held.plural = held.plural or asked.plural
            held.files.add(path.relative_to(place.root).as_posix())
    return all_asked


def words_of(message: Message) -> str:
    """The translation, the first form where there are several ("" where there is none)."""
    said = message.string
    return (said[0] if said else "") if isinstance(said, (tuple, list)) else (said or "")


def key_of(message: Message) -> Key:
    """How ``extract`` calls this message."""
    return message.context or None, message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def read(path: Path, place: Place) -> dict[Key, Message]:
    """The messages of a po file that are in use; {} where there is no such file."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=place.locale, charset="utf-8", abort_invalid=True)
    return {key_of(message): message for message in catalogue if message.id}


def placeholders(text: str) -> set[str]:
    """The values a message wants, by name; unnamed ones count by kind and number."""
    wanted: list[str] = []
    for name, kind, brace in PLACEHOLDER.findall(text):
        if kind != "%":
            wanted.append(f"%({name})" if name else f"%{kind}" if kind else f"{{{brace}}}")
    numbered = {wanted_one: wanted.count(wanted_one) for wanted_one in wanted}
    return {
        one if "(" in one or one not in ("%s", "%d", "{}") else f"{one} x{n}" for one, n in numbered.items()
    }


def merge(place: Place) -> list[str]:
    """Write ``django.po`` anew: what the code asks for, with the words of the fragments, else those it had.

    Returns remarks: two fragments that say the same thing differently (the later file's name wins).
    """
    kept, remarks = {key: words_of(message) for key, message in read(place.po, place).items()}, []
    spoken: dict[Key, str] = {}
    for path in place.fragments:
        for key, message in read(path, place).items():
            if not (words := words_of(message)):
                continue
            if spoken.get(key, words) != words:
                remarks.append(f"{key[1]!r}: {path.name} says {words!r}, another fragment {spoken[key]!r}")
            spoken[key] = words
    said = kept | spoken
    catalogue = Catalog(locale=place.locale, charset="utf-8", fuzzy=False)
    for key, asked in extract(place).items():
        words = said.get(key, "")
        files = [(name, 0) for name in sorted(asked.files)]
        catalogue.add(asked.id, (words,) if asked.plural else words, locations=files, context=asked.context)
    written = BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    place.po.parent.mkdir(parents=True, exist_ok=True)
    place.po.write_bytes(HEADER.encode() + written.getvalue())
    return remarks


def compile_catalogue(place: Place) -> Path:
    """Write the ``django.mo`` Django reads, and return its path."""
    catalogue = Catalog(locale=place.locale, charset="utf-8", fuzzy=False)
    for message in read(place.po, place).values():
        words = words_of(message)
        plural = isinstance(message.id, (tuple, list))
        catalogue.add(message.id, (words,) if plural else words, context=message.context)
    target = place.po.with_suffix(".mo")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return target


def check(place: Place) -> list[str]:
    """What is wrong with the catalogue, one line each; [] when all have their words and none is left over."""
    held, asked_for, wrong = read(place.po, place), extract(place), []
    for key, asked in sorted(asked_for.items(), key=lambda pair: pair[0][1]):
        words = words_of(held[key]) if key in held else ""
        if not words.strip():
            wrong.append(f"no Chinese words: {asked}")
            continue
        wanted = placeholders(asked.plural or asked.singular)
        if placeholders(words) != wanted:
            differ = f"{sorted(placeholders(words))} instead of {sorted(wanted)}"
            wrong.append(f"other placeholders, {differ}: {asked}")
    wrong += [f"no longer asked for: {key[1]!r}" for key in sorted(held, key=str) if key not in asked_for]
    return wrong


def say(lines: Iterable[str]) -> None:
    """Print each line on its own."""
    for line in lines:
        print(line)


def main(given: list[str] | None = None) -> int:
    """Run one act on this checkout."""
    parser = argparse.ArgumentParser(
        prog="python -m linli.kit.catalogue", description="The catalogue of Chinese words."
    )
    parser.add_argument("act", choices=["extract", "merge", "compile", "check"])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the checkout")
    chosen = parser.parse_args(given)
    place = Place(chosen.root)
    if not settings.configured:
        settings.configure()  # the template lexer asks for USE_I18N and the like, never for ours
    if chosen.act == "extract":
        say(str(asked) for asked in sorted(extract(place).values(), key=str))
    elif chosen.act == "merge":
        say(merge(place))
        print(f"{len(extract(place))} messages in {place.po.relative_to(place.root)}", file=sys.stderr)
    elif chosen.act == "compile":
        compile_catalogue(place)
    else:
        wrong = check(place)
        say(wrong)
        if wrong:
            print(f"{len(wrong)} messages are not right; `make messages` collects them.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
