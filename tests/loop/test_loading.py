"""Lists of what people wrote: whole or not at all, twice adds nothing, undone as a whole."""

import io
import json

import pytest

from linli import commands
from linli.kit.refused import Refused
from linli.loop.ask import actions, queries
from linli.loop.ask.actions.files import load_file
from linli.loop.ask.actions.loading import Loaded
from linli.loop.ask.models import Batch, Need
from tests.factories import COMMUNITY, NOW, Neighbourhood, neighbourhood

pytestmark = pytest.mark.django_db
CSV = """留言编号,留言主题,留言时间,留言详情,一级分类
1,楼道灯不亮,2025/2/28 11:25:05,"三号楼二单元
灯坏了<script>alert(1)</script> 😀",维修
2,广场舞太吵,2025年3月1日 20:05,每天跳到十点,
3,没有内容,2025-3-2,,
4,时间不对,二月三十,吵得睡不着,
"""


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def load(town: Neighbourhood, text: str = CSV, **more: object) -> Loaded:
    stream = io.BytesIO(text.encode("utf-8-sig"))
    given = {"name": "留言.csv", "area": town.community, "by": town.zhou, "now": NOW} | more
    return load_file(stream=stream, **given)  # type: ignore[arg-type]


def test_rows_become_needs_and_wrong_ones_are_named(town: Neighbourhood) -> None:
    loaded = load(town)
    assert (loaded.rows, loaded.loaded, loaded.already) == (4, 3, 0)
    (bad,) = loaded.errors
    assert (bad.column, "二月三十" in bad.why) == ("said_at", True)
    first, second, third = Need.objects.order_by("said_at")
    assert first.words == "三号楼二单元\n灯坏了<script>alert(1)</script> 😀"
    assert (first.title, first.category, first.source_id, first.no) == (
        "楼道灯不亮",
        town.repair,
        "1",
        "20260305-001",
    )
    assert second.said_at.isoformat().startswith("2025-03-01T") and third.words == "没有内容"
    assert [need.state for need in (first, second, third)] == ["new"] * 3
    assert queries.search([town.community.stem], "广场") == [second]


def test_a_preview_changes_nothing(town: Neighbourhood) -> None:
    loaded = load(town, preview=True)
    assert (loaded.batch, loaded.rows, loaded.loaded, len(loaded.errors)) == (None, 4, 3, 1)
    assert (Need.objects.count(), Batch.objects.count()) == (0, 0)


def test_the_same_file_twice_adds_nothing(town: Neighbourhood) -> None:
    load(town)
    again = load(town)
    assert (again.batch, again.loaded, again.already) == (None, 0, 3)
    assert Need.objects.count() == 3


def test_a_row_twice_in_one_file_is_loaded_once(town: Neighbourhood) -> None:
    line = CSV.splitlines()[3]
    loaded = load(town, CSV + line + "\n")
    assert (loaded.rows, loaded.loaded, loaded.already) == (5, 3, 1)


def test_a_batch_is_undone_as_a_whole_and_can_be_loaded_again(town: Neighbourhood) -> None:
    batch = load(town).batch
    assert batch is not None
    assert actions.undo_batch(batch=batch, by=town.zhou, now=NOW) == 3
    assert Need.objects.count() == 0
    assert queries.search([town.community.stem], "广场") == []
    with pytest.raises(Refused):
        actions.undo_batch(batch=batch, by=town.zhou, now=NOW)
    assert load(town).loaded == 3


def test_once_work_has_begun_it_is_not_undone(town: Neighbourhood) -> None:
    batch = load(town).batch
    assert batch is not None
    first = Need.objects.order_by("id").first()
    assert first is not None
    actions.accept(need=first, category=town.repair, by=town.zhao, now=NOW)
    with pytest.raises(Refused) as refusal:
        actions.undo_batch(batch=batch, by=town.zhou, now=NOW)
    assert first.no in str(refusal.value)
    assert Need.objects.count() == 3


@pytest.mark.parametrize("text", ["", "标题,时间\nx,2025-1-1\n", "\x00\x01\x02"])
def test_a_file_without_the_column_is_refused(town: Neighbourhood, text: str) -> None:
    with pytest.raises(Refused):
        load(town, text)
    assert Need.objects.count() == 0


def test_a_street_is_too_wide(town: Neighbourhood) -> None:
    with pytest.raises(Refused) as refusal:
        load(town, area=town.street)
    assert refusal.value.field == "area"


def test_the_command_answers_in_json(town: Neighbourhood, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "留言.csv"
    path.write_text(CSV, encoding="gb18030", errors="ignore")
    answers = []
    for more in (["--preview"], [], []):
        assert commands.run(["load", str(path), "--area", COMMUNITY, "--json", *more]) == 0
        answers.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    assert [(one["rows"], one["loaded"], one["already"]) for one in answers] == [
        (4, 3, 0),
        (4, 3, 0),
        (4, 0, 3),
    ]
    batch = answers[1]["batch"]
    assert (
        answers[1]["errors"][0]["row"] == 5
    )  # as a spreadsheet counts: the first cell spans two lines but one row
    assert commands.run(["load", "--undo", str(batch), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"batch": batch, "undone": 3}
    assert commands.run(["load", "--undo", "999"]) == 1
    assert commands.run(["load", str(tmp_path / "none.csv"), "--area", COMMUNITY]) == 1
    assert commands.run(["load", str(path)]) == 2
