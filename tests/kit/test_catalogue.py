"""赵姐 reads Chinese: no message may reach her in English, and none may break over a placeholder."""

import gettext
from pathlib import Path

import pytest

from linli.kit.catalogue import Place, check, compile_catalogue, extract, main, merge, placeholders

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, npgettext, pgettext

GREETING = _("Good morning, %(name)s.")
LONG = _("A promise "
         "kept.")
def left(n): return ngettext("%(n)d hour left", "%(n)d hours left", n) % {"n": n}
VERB = pgettext("the act", "Record")
def rows(n): return npgettext("of a sheet", "one row", "{n} rows", n)
NOTHING = _("")
"""
PAGE = """{% load i18n %}
    <h1>{% translate "Today's list" %}</h1> <!-- 王奶奶's row: don't -->
  {# a remark #}
{% blocktranslate trimmed with who=person.name %}
    {{ who }} waits
    for an answer. 100% sure.
{% endblocktranslate %}
<p title="{% translate "Record" context "the noun" %}">word</p>
<p>{% blocktranslate count n=rows %}one need{% plural %}{{ n }} needs{% endblocktranslate %}</p>
{{ _("Late")|default:_("On time") }}
"""
CHINESE = {
    "Good morning, %(name)s.": "%(name)s，早上好。",
    "A promise kept.": "说到做到。",
    "Today's list": "今天的清单",
    "%(who)s waits for an answer. 100%% sure.": "%(who)s在等回话，100%% 确定。",
    "Late": "晚了",
    "On time": "准时",
}
REST = """
msgctxt "the act"
msgid "Record"
msgstr "记下来"

msgctxt "the noun"
msgid "Record"
msgstr "记录"

msgctxt "of a sheet"
msgid "one row"
msgid_plural "{n} rows"
msgstr[0] "{n} 行"

msgid "%(n)d hour left"
msgid_plural "%(n)d hours left"
msgstr[0] "还剩 %(n)d 小时"

msgid "one need"
msgid_plural "%(n)s needs"
msgstr[0] "%(n)s 件诉求"
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A small checkout: one module, one page, one migration, the words of two helpers."""
    package = tmp_path / "linli"
    (package / "desk" / "templates" / "desk").mkdir(parents=True)
    (package / "desk" / "migrations").mkdir()
    (package / "desk" / "words.py").write_text(CODE, encoding="utf-8")
    (package / "desk" / "templates" / "desk" / "today.html").write_text(PAGE, encoding="utf-8")
    (package / "desk" / "migrations" / "0001.py").write_text('_("Never asked")', encoding="utf-8")
    place = Place(tmp_path)
    (place.home / "fragments").mkdir(parents=True)
    words = "\n".join(f'msgid "{english}"\nmsgstr "{chinese}"\n' for english, chinese in CHINESE.items())
    (place.home / "fragments" / "a.po").write_text(words, encoding="utf-8")
    (place.home / "fragments" / "b.po").write_text(REST, encoding="utf-8")
    return place


def test_every_message_of_modules_and_pages_is_found(place: Place) -> None:
    assert {(asked.context, asked.id) for asked in extract(place).values()} == {
        *((None, english) for english in CHINESE),
        (None, ("%(n)d hour left", "%(n)d hours left")),
        (None, ("one need", "%(n)s needs")),
        ("the act", "Record"),
        ("the noun", "Record"),
        ("of a sheet", ("one row", "{n} rows")),
    }


def test_merged_and_compiled_words_reach_the_reader(place: Place) -> None:
    assert merge(place) == []
    assert check(place) == []
    with compile_catalogue(place).open("rb") as file:
        chinese = gettext.GNUTranslations(file)
    assert chinese.gettext("Today's list") == "今天的清单"
    assert chinese.pgettext("the act", "Record") == "记下来"
    assert chinese.pgettext("the noun", "Record") == "记录"
    assert chinese.ngettext("%(n)d hour left", "%(n)d hours left", 3) == "还剩 %(n)d 小时"
    assert chinese.npgettext("of a sheet", "one row", "{n} rows", 1) == "{n} 行"


def test_merging_again_changes_nothing_and_keeps_words_whose_fragment_is_gone(place: Place) -> None:
    merge(place)
    first = place.po.read_bytes()
    for fragment in place.fragments:
        fragment.unlink()
    merge(place)
    assert place.po.read_bytes() == first


def test_a_message_that_left_the_code_leaves_the_catalogue(place: Place) -> None:
    merge(place)
    page = place.root / "linli" / "desk" / "templates" / "desk" / "today.html"
    page.write_text(PAGE.replace("Today's list", "This week"), encoding="utf-8")
    assert check(place) == [
        "no Chinese words: 'This week' (linli/desk/templates/desk/today.html)",
        'no longer asked for: "Today\'s list"',
    ]
    merge(place)
    assert check(place) == ["no Chinese words: 'This week' (linli/desk/templates/desk/today.html)"]


def test_a_lost_placeholder_is_named(place: Place) -> None:
    (place.home / "fragments" / "c.po").write_text(
        'msgid "Good morning, %(name)s."\nmsgstr "%(nmae)s，早上好。"\n', encoding="utf-8"
    )
    assert merge(place) == [
        "'Good morning, %(name)s.': c.po says '%(nmae)s，早上好。', another fragment '%(name)s，早上好。'"
    ]
    [wrong] = check(place)
    assert wrong.startswith("other placeholders, ['%(nmae)'] instead of ['%(name)']: 'Good morning, ")


def test_the_command_fails_with_the_list(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(place.root)]) == 1
    assert "no Chinese words: 'Late'" in capsys.readouterr().out
    assert main(["merge", "--root", str(place.root)]) == 0
    assert main(["compile", "--root", str(place.root)]) == 0
    assert main(["check", "--root", str(place.root)]) == 0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("100%", set()),
        ("100%% of %(n)d", {"%(n)"}),
        ("%s of %s", {"%s x2"}),
        ("{name} has {count:,} {}", {"{name}", "{count}", "{} x1"}),
        ("50 % off", set()),
    ],
)
def test_placeholders_are_told_from_plain_signs(text: str, wanted: set[str]) -> None:
    assert placeholders(text) == wanted
