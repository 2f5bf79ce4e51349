"""A need's story: every verb has words, and the words hold no names."""

import re
from datetime import timedelta
from pathlib import Path

from linli.ground.journal.queries import events_of_need
from linli.loop.ask import actions as ask
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.launch import actions as launch
from linli.web.desk.timeline import SENTENCES, SILENT, timeline
from tests.factories import NOW, Neighbourhood, accepted, closed
from tests.web.desk.stage import queries

LOOP = Path(__file__).resolve().parents[3] / "linli" / "loop"
# Verbs that belong to no need.
ELSEWHERE = {
    "batch",
    "card",
    "category",
    "diary",
    "patrol",
    "project",
    "promise",
    "resource",
    "service",
    "visit",
}


def test_every_verb_of_the_five_steps_has_a_sentence() -> None:
    files = [*LOOP.glob("*/actions.py"), *LOOP.glob("*/actions/*.py")]
    said = {verb for file in files for verb in re.findall(r'"([a-z_]+\.[a-z_]+)"', file.read_text("utf-8"))}
    mine = {verb for verb in said if verb.partition(".")[0] not in ELSEWHERE}
    assert len(mine) > 40
    assert {verb for verb in mine if verb not in SENTENCES} == set()


def test_the_whole_story_reads_on_its_own(town: Neighbourhood) -> None:
    need = accepted(town)
    ask.respond(need=need, text="明天给您答复，电话13812345678", by=town.zhao, now=NOW)
    ask.stop_clock(need=need, reason="material", text="等饭盒", by=town.zhao, now=NOW)
    ask.resume_clock(need=need, by=town.zhao, now=NOW)
    launch.launch_project(
        area=town.community, title="热饭", owner=town.zhou, needs=[need], by=town.zhou, now=NOW
    )
    closed(town, need)
    row = FollowUp.objects.get(need=need)
    later = NOW + timedelta(days=3)
    evaluate.make_link(follow_up=row, by=town.zhao, now=later)
    evaluate.answer(
        follow_up=row, solved=True, satisfied=False, words="送到都凉了", way="call", by=town.qian, now=later
    )
    told = timeline(need, now=later)
    assert len(told) == len([one for one in events_of_need(need.pk) if one.verb not in SILENT])
    assert [one["step"] for one in told if one["step"] in {2, 3}] == [3, 2]
    words = "\n".join(f"{one['who']} {one['words']} {one['quote']} {one['note']}" for one in told)
    for name in ("李长河", "13812345678"):
        assert name not in words, name
    for wanted in ("送到都凉了", "幸福餐厅", "送到家门口，看着吃上了", "助餐", "138****5678"):
        assert wanted in words, wanted
    assert "{" not in words and "None" not in words


def test_a_long_story_costs_no_more_queries(town: Neighbourhood) -> None:
    need = accepted(town)
    url = f"/desk/needs/{need.no}/"
    ask.remark(need=need, text="第一句", by=town.zhao, now=NOW)
    before = queries(town.zhao, url)
    for number in range(3):
        ask.remark(need=need, text=f"第{number}次上门没人", by=town.qian, now=NOW)
    assert queries(town.zhao, url) == before
