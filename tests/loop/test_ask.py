"""Hearing and triage: every door, promises that hold, a clock that stops for a reason, merges that lose nobody."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from linli.ground.journal.choices import Channel as By
from linli.ground.journal.models import Event, Outbox
from linli.ground.journal.queries import tallies
from linli.kit.refused import Refused
from linli.loop.ask import actions, queries
from linli.loop.ask.choices import Channel, PromiseFor, RefusalReason, Shift, StopReason, Unit, Urgency
from linli.loop.ask.models import DiaryEntry, Finding, Need, Patrol, Stop
from tests.factories import NOW, TODAY, ZONE, Neighbourhood, accepted, need, neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def test_a_proxy_is_named_and_the_elder_without_a_phone_is_told_in_person(town: Neighbourhood) -> None:
    row = need(town, "王奶奶说楼道灯不亮，摸黑上楼", asker=town.wang)
    assert (row.no, row.asker, row.proxy, row.heard_by) == ("20260305-001", town.wang, town.zhao, town.zhao)
    assert row.title == "王奶奶说楼道灯不亮，摸黑上楼"
    assert (row.lon, row.lat) == (121.4, 31.2)  # of the building
    told = Outbox.objects.filter(need=row.pk).order_by("to_person")
    assert {(message.to_person, message.channel) for message in told} == {
        (town.wang.pk, By.CALL),
        (town.sun.pk, By.INBOX),  # her daughter is bound to her
    }
    assert all("灯" not in f"{message.number}{message.link}{message.notice}" for message in told)


def test_the_same_key_twice_is_one_need(town: Neighbourhood) -> None:
    key = uuid4()
    assert need(town, key=key) == need(town, key=key)
    assert Need.objects.count() == 1


@pytest.mark.parametrize("words", ["", "  \n", "\x00", "长" * 20_001])
def test_no_words_or_endless_words_are_refused(town: Neighbourhood, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        need(town, words)
    assert refusal.value.field == "words"
    assert Need.objects.count() == 0


def test_a_diary_entry_yields_several_needs(town: Neighbourhood) -> None:
    key = uuid4()
    for _twice in range(2):
        entry = actions.write_diary(
            area=town.grid, key=key, at=NOW, words="李大爷吃饭难，王奶奶家灯坏了", concerns=[town.li, town.wang, town.li],
            weather="sun", temperature=6, building=town.building, by=town.zhao, now=NOW,
        )  # fmt: skip
    assert DiaryEntry.objects.count() == 1
    assert [row.person for row in entry.concerns.order_by("id")] == [town.li, town.wang]
    for who, words in ((town.li, "吃饭难"), (town.wang, "灯坏了")):
        need(town, words, asker=who, diary=entry, channel=Channel.DIARY)
    assert entry.needs.count() == 2
    with pytest.raises(Refused):
        actions.write_diary(area=town.grid, key=uuid4(), at=NOW, words=" ", by=town.zhao, now=NOW)


def test_the_promise_is_stored_when_set_and_old_needs_keep_theirs(town: Neighbourhood) -> None:
    row = accepted(town)
    assert row.due_at == at(12, 17, 30)  # five working days after Thursday the 5th
    assert row.respond_by == at(6, 17, 30)
    assert row.promise_words == "5 work_days"
    actions.set_promise(
        category=town.meals, urgency=Urgency.NORMAL, about=PromiseFor.RESOLVE, amount=1, unit=Unit.DAYS,
        valid_from=TODAY, by=town.admin, now=NOW,
    )  # fmt: skip
    assert accepted(town, "另一件").due_at == NOW + timedelta(days=1)
    row.refresh_from_db()
    assert row.due_at == at(12, 17, 30)


def test_the_promise_of_the_nearest_area_and_newest_day_holds(town: Neighbourhood) -> None:
    for amount, area, day in (
        (3, None, date(2025, 6, 1)),
        (2, town.community, date(2025, 6, 1)),
        (1, town.grid, TODAY + timedelta(days=1)),
    ):
        actions.set_promise(
            category=None, urgency=Urgency.NORMAL, about=PromiseFor.RESOLVE, amount=amount, unit=Unit.HOURS, area=area,
            valid_from=day, by=None, now=NOW,
        )  # fmt: skip
    found = [
        queries.promise_for(town.meals, Urgency.NORMAL, PromiseFor.RESOLVE, area, on=day)
        for area, day in (
            (town.grid, TODAY),
            (town.elsewhere_grid, TODAY),
            (town.grid, TODAY + timedelta(days=1)),
        )
    ]
    assert [row.amount for row in found if row] == [2, 3, 1]


def test_working_hours_stand_still_at_noon(town: Neighbourhood) -> None:
    row = accepted(town, urgency=Urgency.URGENT, now=at(5, 11))
    assert row.due_at == at(5, 16, 30)  # 11–12, 13:30–16:30


def test_the_clock_stops_for_a_reason_and_goes_on_where_it_stood(town: Neighbourhood) -> None:
    row = accepted(town, urgency=Urgency.URGENT, now=at(5, 9))
    assert row.due_at == at(5, 14, 30)
    with pytest.raises(Refused):
        actions.stop_clock(need=row, reason=StopReason.WAITING_MATERIAL, text="", by=town.zhao, now=at(5, 10))
    stop = actions.stop_clock(
        need=row, reason=StopReason.WAITING_MATERIAL, text="等灯管", by=town.zhao, now=at(5, 10)
    )
    row.refresh_from_db()
    assert row.stopped_at == at(5, 10)
    assert row not in queries.tab(Need.objects.all(), "late", now=at(9, 10))
    with pytest.raises(Refused):
        actions.stop_clock(need=row, reason=StopReason.WEATHER, text="再停", by=town.zhao, now=at(5, 11))
    row = actions.resume_clock(
        need=row, by=town.zhao, now=at(9, 10)
    )  # Monday; the weekend between does not count
    assert row.due_at == at(9, 14, 30)
    assert Stop.objects.get(pk=stop.pk).until == at(9, 10)
    with pytest.raises(Refused):
        actions.resume_clock(need=row, by=town.zhao, now=at(9, 11))


def test_an_extension_only_before_it_is_due(town: Neighbourhood) -> None:
    row = accepted(town, urgency=Urgency.URGENT, now=at(5, 9))
    with pytest.raises(Refused):
        actions.extend(need=row, due_at=at(5, 12), text="早了", by=town.zhao, now=at(5, 10))
    actions.extend(need=row, due_at=at(6, 12), text="配件明天到", by=town.zhao, now=at(5, 10))
    row.refresh_from_db()
    assert row.due_at == row.sort_at == at(6, 12)
    with pytest.raises(Refused) as refusal:
        actions.extend(need=row, due_at=at(8, 12), text="晚了", by=town.zhao, now=at(6, 12, 1))
    assert refusal.value.field == "due_at"
    row.refresh_from_db()
    assert row.due_at == at(6, 12)


def test_tabs_of_the_queue(town: Neighbourhood) -> None:
    fresh = need(town, "新的")
    urgent = accepted(
        town, "急的", urgency=Urgency.URGENT
    )  # 4 working hours from 9:10, near from the last fifth
    calm = accepted(town, "不急的")
    rows = Need.objects.all()

    def tabs(now: datetime) -> dict[str, list[Need]]:
        return {
            name: list(queries.tab(rows, name, now=now).order_by("id"))
            for name in ("new", "near", "late", "open")
        }

    assert tabs(NOW) == {"new": [fresh], "near": [], "late": [], "open": [fresh, urgent, calm]}
    assert tabs(at(5, 14))["near"] == [urgent]
    assert tabs(at(5, 15))["late"] == [urgent]
    assert queries.tab_counts(rows, now=at(5, 15)) == {"new": 1, "near": 0, "late": 1, "open": 3, "check": 0}


def test_a_refusal_carries_its_reason_and_is_not_counted(town: Neighbourhood) -> None:
    row = accepted(town)
    assert tallies(town.grid.stem, TODAY, TODAY)["response_all"] == 1
    with pytest.raises(Refused):
        actions.refuse(need=row, reason=RefusalReason.NOT_OURS, text="", by=town.zhao, now=NOW)
    row = actions.refuse(
        need=row, reason=RefusalReason.NOT_OURS, text="归水务集团管，已帮转", by=town.zhao, now=NOW
    )
    assert (row.state, row.refusal) == ("refused", "not_ours")
    assert tallies(town.grid.stem, TODAY, TODAY)["response_all"] == 0
    with pytest.raises(Refused):
        actions.accept(need=row, category=town.meals, by=town.zhao, now=NOW)


def test_everyone_merged_hears_the_end(town: Neighbourhood) -> None:
    first = accepted(town, "三号楼电梯坏了")
    second = need(town, "三号楼电梯又停了", asker=town.wang)
    third = need(town, "电梯不动", asker=town.sun, proxy=None)
    actions.merge(need=third, into=second, by=town.zhao, now=NOW)
    actions.merge(need=second, into=first, by=town.zhao, now=NOW)
    assert queries.with_askers(first) == [first, second, third]
    Outbox.objects.all().delete()
    actions.mark_running(need=first, task=1, by=town.zhao, now=NOW)
    assert set(Outbox.objects.values_list("to_person", "number")) == {
        (town.li.pk, first.no),
        (town.wang.pk, second.no),
        (town.sun.pk, third.no),
    }
    with pytest.raises(Refused):  # not in a circle
        actions.merge(need=first, into=second, by=town.zhao, now=NOW)
    with pytest.raises(Refused):
        actions.merge(need=first, into=first, by=town.zhao, now=NOW)
    back = actions.split(need=second, by=town.zhao, now=NOW)
    assert (back.state, back.merged_into) == ("accepted", None)


def test_what_may_be_the_same_is_proposed(town: Neighbourhood) -> None:
    first = accepted(town, "三号楼楼道有人飞线充电", category=town.wires)
    second = need(town, "又有人飞线充电", category=town.wires, building=town.building)
    far = need(town, "飞线", category=town.wires, building=None, position=(121.5, 31.3))
    old = need(town, "飞线充电", category=town.wires, said_at=NOW - timedelta(days=60))
    assert [hit.need for hit in queries.alike_to(second)] == [first]
    assert queries.duplicate_groups(Need.objects.all()) == [[first, second]]
    assert far.pk and old.pk


def test_other_numbers_are_other_matters(town: Neighbourhood) -> None:
    need(town, "地铁1号线出口没有无障碍坡道，老人推轮椅出不来", building=None)
    other = need(town, "地铁7号线出口没有无障碍坡道，老人推轮椅出不来", building=None)
    same = need(town, "地铁7号线出口没有无障碍坡道，老人推轮椅出不来！", building=None)
    assert [hit.need for hit in queries.alike_to(same)] == [other]


def test_the_third_time_within_three_months_is_marked(town: Neighbourhood) -> None:
    marks = [need(town, f"第{n}次", category=town.repair).is_repeat for n in range(1, 4)]
    assert marks == [False, False, True]


def test_the_first_answer_counts_once(town: Neighbourhood) -> None:
    row = accepted(town, channel=Channel.HOTLINE)
    assert tallies(town.grid.stem, TODAY, TODAY) == {"response_all": 1}
    actions.respond(need=row, text="今天下午来看您", by=town.zhao, now=at(6, 9))
    actions.respond(need=row, text="已经约好", by=town.zhao, now=at(20, 9))
    assert tallies(town.grid.stem, TODAY, TODAY) == {"response_all": 1, "response_yes": 1}
    late = accepted(town, "另一件", channel=Channel.HOTLINE)
    actions.respond(need=late, text="抱歉晚了", by=town.zhao, now=at(7, 9))
    assert tallies(town.grid.stem, TODAY, TODAY) == {"response_all": 2, "response_yes": 1}


def test_morning_finds_and_evening_looks_again(town: Neighbourhood) -> None:
    morning = actions.begin_patrol(
        area=town.grid, shift=Shift.MORNING, day=TODAY, by=town.zhao, now=at(5, 7, 30)
    )
    assert (
        actions.begin_patrol(area=town.grid, shift=Shift.MORNING, day=TODAY, by=town.qian, now=NOW) == morning
    )
    key = uuid4()
    found = actions.find(patrol=morning, key=key, words="楼道堆了纸箱", by=town.zhao, now=at(5, 7, 40))
    assert (
        actions.find(patrol=morning, key=key, words="楼道堆了纸箱", by=town.zhao, now=at(5, 7, 41)) == found
    )
    raised = actions.find(
        patrol=morning,
        key=uuid4(),
        words="井盖松了",
        category=town.repair,
        as_need=True,
        by=town.zhao,
        now=at(5, 7, 50),
    )
    assert Need.objects.get(no=raised.need_no).channel == Channel.PATROL
    actions.end_patrol(patrol=morning, note="", by=town.zhao, now=at(5, 8, 30))
    with pytest.raises(Refused):
        actions.find(
            patrol=Patrol.objects.get(pk=morning.pk), key=uuid4(), words="晚了", by=town.zhao, now=NOW
        )
    assert [
        (row.area, bool(row.morning), bool(row.evening), row.to_recheck)
        for row in queries.rounds([town.grid], day=TODAY)
    ] == [(town.grid, True, False, 2)]
    evening = actions.begin_patrol(
        area=town.grid, shift=Shift.EVENING, day=TODAY, by=town.zhao, now=at(5, 17)
    )
    assert list(queries.to_recheck(evening)) == [found, raised]
    actions.recheck(finding=found, patrol=evening, gone=True, by=town.zhao, now=at(5, 17, 10))
    actions.recheck(finding=raised, patrol=evening, gone=False, by=town.zhao, now=at(5, 17, 11))
    assert list(Finding.objects.order_by("id").values_list("state", flat=True)) == ["gone", "still"]
    with pytest.raises(Refused):
        actions.recheck(finding=found, patrol=evening, gone=False, by=town.zhao, now=at(5, 17, 12))


def test_search_by_pairs_number_and_area(town: Neighbourhood) -> None:
    row = need(town, "想吃口热乎饭都难")
    assert queries.search([town.grid.stem], "热乎") == [row]
    assert queries.search([town.community.stem], "热乎饭 都难") == [row]
    assert queries.search([town.elsewhere.stem], "热乎") == []
    assert queries.search([town.grid.stem], row.no) == [row]
    assert queries.search([town.grid.stem], "乎") == []


def test_the_journal_holds_no_words(town: Neighbourhood) -> None:
    row = accepted(town, "我老伴住院了")
    actions.respond(need=row, text="下午去看您", by=town.zhao, now=NOW)
    actions.stop_clock(need=row, reason=StopReason.WEATHER, text="等雪停", by=town.zhao, now=NOW)
    kept = "".join(str(event.facts) + event.verb for event in Event.objects.all())
    assert not any(words in kept for words in ("住院", "看您", "雪停", "长河"))
