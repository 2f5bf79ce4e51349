"""The big bill: money comes in, a meeting sets it aside, two people sign, and nothing is edited."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError
from django.http import Http404

from linli.commons.fund import access, actions, queries
from linli.commons.fund.choices import Source, Stage, TargetKind, Use, What, yuan
from linli.commons.fund.models import (
    Allocation,
    Correction,
    Fund,
    Income,
    Line,
    Resolution,
    Setting,
    Signature,
    Spending,
)
from linli.commons.fund.queries import View
from linli.ground.journal.models import Event
from linli.ground.ledger import queries as books
from linli.ground.ledger.choices import Reversal
from linli.ground.ledger.models import HoldEnd, Transfer
from linli.ground.photos.models import Photo
from linli.kit.refused import Refused
from tests.commons.fund_book import (
    DONOR,
    PAYEE,
    PHONE,
    POINTS,
    Bill,
    accounts,
    aside,
    donation,
    filled,
    income,
    opened,
    points,
    resolution,
    spending,
    voucher,
)
from tests.factories import NOW, TODAY, Neighbourhood, neighbourhood

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


@pytest.fixture
def fund(town: Neighbourhood) -> Fund:
    return opened(town)


def everything() -> tuple[Any, ...]:
    """Every row that an act of the bill could change."""
    models = (
        Fund,
        Setting,
        Resolution,
        Line,
        Income,
        Allocation,
        Spending,
        Correction,
        Signature,
        Transfer,
        Event,
    )
    return tuple(tuple(model._default_manager.order_by("pk").values_list()) for model in models)


def refused(act: Callable[[], Any], field: str | None = None) -> Refused:
    """The act is refused beside this field, and nothing has changed."""
    before = everything()
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.field == field
    assert everything() == before
    return caught.value


# --- opening ----------------------------------------------------------------------------------------------


def test_a_community_opens_one_bill(town: Neighbourhood, fund: Fund) -> None:
    assert (fund.community, fund.last_no, queries.standing(fund).now) == ("310999001001", 0, 0)
    assert queries.rules_on(fund, TODAY).two_from == 500_000
    refused(lambda: opened(town), "area")
    refused(lambda: opened(town, area=town.grid), "area")
    refused(lambda: opened(town, area=town.street), "area")
    refused(lambda: opened(town, area=town.elsewhere, title=" "), "title")
    assert opened(town, area=town.elsewhere).community == "310999001002"


def test_who_sees_and_keeps_it(town: Neighbourhood, fund: Fund) -> None:
    for who in (town.zhao, town.zhou, town.leader, town.auditor):
        assert access.fund_for(who, code=fund.community, on=TODAY) == fund
    for stranger in (town.stranger, town.sun, town.liu, town.admin):
        with pytest.raises(Http404):
            access.fund_for(stranger, code=fund.community, on=TODAY)
    for worker in (town.zhao, town.auditor, town.leader):
        with pytest.raises(Http404):
            access.fund_for(worker, code=fund.community, verb="fund.keep", on=TODAY)
    assert access.fund_for(town.leader, code=fund.community, verb="fund.sign", on=TODAY) == fund
    assert access.public_fund(fund.community) == fund
    with pytest.raises(Http404):
        access.public_fund("310999001002")


def test_rules_begin_on_a_day_and_change_nothing_past(town: Neighbourhood, fund: Fund) -> None:
    later = TODAY + timedelta(days=10)
    given = {
        "fund": fund,
        "two_from": 100_000,
        "fen_per_point": 30,
        "backs": [POINTS],
        "by": town.zhou,
        "now": NOW,
    }
    actions.set_rules(valid_from=later, decided="居议〔2026〕3号", **given)
    assert queries.rules_on(fund, later - timedelta(days=1)).two_from == 500_000
    rules = queries.rules_on(fund, later)
    assert (rules.two_from, rules.fen_per_point, rules.backs, rules.decided) == (
        100_000,
        30,
        (POINTS,),
        "居议〔2026〕3号",
    )
    refused(lambda: actions.set_rules(valid_from=later, **given), "valid_from")
    refused(lambda: actions.set_rules(valid_from=TODAY - timedelta(days=1), **given), "valid_from")
    refused(lambda: actions.set_rules(valid_from=later, **(given | {"two_from": 0})), "two_from")
    refused(lambda: actions.set_rules(valid_from=later, **(given | {"fen_per_point": -1})), "fen_per_point")
    refused(lambda: actions.set_rules(valid_from=later, **(given | {"backs": ["CNY"]})), "backs")


# --- coming in --------------------------------------------------------------------------------------------


def test_money_comes_in_once(town: Neighbourhood, fund: Fund) -> None:
    uid = uuid4()
    first = income(fund, 1_000_00, town.zhou, uid=uid)
    before = everything()
    assert income(fund, 1_000_00, town.zhou, uid=uid) == first
    assert everything() == before
    assert accounts(fund) == {("income", "collective"): -1_000_00, ("fund", ""): 1_000_00}
    assert (first.line.no, first.line.amount, first.receipt) == (1, 1_000_00, "")
    refused(lambda: income(fund, 1_000_01, town.zhou, uid=uid))
    refused(lambda: income(fund, 1_000_00, town.zhou, uid=uid, origin="别的租金"))


def test_what_cannot_come_in(town: Neighbourhood, fund: Fund) -> None:
    refused(lambda: income(fund, 0, town.zhou), "amount")
    refused(lambda: income(fund, -1, town.zhou), "amount")
    refused(lambda: income(fund, 10**15, town.zhou), "amount")
    refused(lambda: income(fund, 1, town.zhou, origin=" "), "origin")
    refused(lambda: income(fund, 1, town.zhou, Source.DONATION), "source")
    refused(lambda: income(fund, 1, town.zhou, "lottery"), "source")
    refused(lambda: income(fund, 1, town.zhou, received_on=TODAY + timedelta(days=1)), "received_on")
    refused(lambda: donation(fund, 1, town.zhou, contact="12"), "contact")


def test_a_donor_is_masked_and_may_stay_unnamed(town: Neighbourhood, fund: Fund) -> None:
    named = donation(fund, 5_000, town.zhou, contact=PHONE)
    hidden = donation(fund, 5_000, town.zhou, anonymous=True)
    nobody = donation(fund, 5_000, town.zhou, donor="")
    shop = donation(fund, 5_000, town.zhou, donor="南田商会", donor_is_person=False)
    assert [queries.donor_words(row) for row in (named, hidden, nobody, shop)] == [
        "方*桥", queries.donor_words(nobody), queries.donor_words(hidden), "南田商会",
    ]  # fmt: skip
    assert queries.donor_words(hidden, staff=True) == "方*桥"
    assert [row.receipt for row in (named, hidden)] == ["JZ20260305-01", "JZ20260305-02"]
    assert nobody.anonymous
    assert actions.print_receipt(income=named, by=town.zhou, now=NOW) == DONOR
    assert Event.objects.last().verb == "fund.receipt"
    facts = [event.facts for event in Event.objects.all()]
    assert DONOR not in str(facts) and PHONE not in str(facts)


def test_a_donor_is_forgotten_and_the_money_stays(town: Neighbourhood, fund: Fund) -> None:
    row = donation(fund, 5_000, town.zhou, contact=PHONE, wish="买米")
    actions.forget_donor(income=row, by=town.zhou, now=NOW)
    row.refresh_from_db()
    assert (row.donor, row.contact, row.wish, row.anonymous) == ("—", "", "—", True)
    assert queries.standing(fund).now == 5_000
    rent = income(fund, 1, town.zhou)
    refused(lambda: actions.forget_donor(income=rent, by=town.zhou, now=NOW))
    refused(lambda: actions.print_receipt(income=rent, by=town.zhou, now=NOW))


# --- setting aside ----------------------------------------------------------------------------------------


def test_never_more_than_a_meeting_resolved(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 10_000, town.zhou)
    row = resolution(fund, 6_000, town.zhou)
    uid = uuid4()
    aside(row, 4_000, town.zhou, uid=uid)
    aside(row, 4_000, town.zhou, uid=uid)
    row.refresh_from_db()
    assert (row.allocated, row.left) == (4_000, 2_000)
    assert yuan(2_000) in str(refused(lambda: aside(row, 2_001, town.zhou), "amount"))
    refused(lambda: aside(row, 3_000, town.zhou, uid=uid))
    aside(row, 2_000, town.zhou)
    refused(lambda: aside(row, 1, town.zhou), "amount")
    assert accounts(fund)[("fund", "")] == 4_000
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.filter(pk=row.pk).update(allocated=6_001)


def test_never_more_than_there_is(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 10_000, town.zhou)
    row = resolution(fund, 60_000, town.zhou)
    assert yuan(10_000) in str(refused(lambda: aside(row, 10_001, town.zhou), "amount"))
    row.refresh_from_db()
    assert row.allocated == 0


def test_two_resolutions_for_one_place_share_its_account(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 10_000, town.zhou)
    first, second = resolution(fund, 1_000, town.zhou), resolution(fund, 2_000, town.zhou)
    project = resolution(fund, 500, town.zhou, kind=TargetKind.PROJECT, name="楼道扶手")
    assert first.target == second.target != project.target
    for row in (first, second, project):
        aside(row, row.amount, town.zhou)
    assert queries.standing(fund).pots == {first.target_id: 3_000, project.target_id: 500}
    refused(lambda: resolution(fund, 1, town.zhou, no=first.no), "no")
    refused(lambda: resolution(fund, 1, town.zhou, name=""), "name")
    refused(lambda: resolution(fund, 1, town.zhou, kind="yacht"), "kind")
    refused(lambda: resolution(fund, 1, town.zhou, title=""), "title")
    refused(lambda: resolution(fund, 1, town.zhou, met_on=TODAY + timedelta(days=1)), "met_on")


def test_a_resolution_sent_twice_is_one(town: Neighbourhood, fund: Fund) -> None:
    uid, photo = uuid4(), voucher(town.zhou)
    given = {"uid": uid, "no": "居议 7", "photos": [photo]}
    assert resolution(fund, 5, town.zhou, **given) == resolution(fund, 5, town.zhou, **given)
    assert Photo.objects.get().subject_type == "resolution"
    refused(lambda: resolution(fund, 6, town.zhou, **given))


# --- spending ---------------------------------------------------------------------------------------------


@pytest.fixture
def meals(town: Neighbourhood, fund: Fund) -> Resolution:
    """20,000 yuan set aside for the canteen."""
    income(fund, 3_000_000, town.zhou)
    row = resolution(fund, 2_000_000, town.zhou)
    aside(row, 2_000_000, town.zhou)
    return row


def test_a_small_bill_needs_one_signature(town: Neighbourhood, fund: Fund, meals: Resolution) -> None:
    uid, photo = uuid4(), voucher(town.zhou)
    row = spending(meals, 499_999, town.zhou, uid=uid, photos=[photo])
    assert spending(meals, 499_999, town.zhou, uid=uid, photos=[photo]) == row
    assert (row.state, row.needs, row.line.no, row.line.amount) == (Stage.PAID, 1, 3, 499_999)
    assert [one.role for one in queries.signatures_of(row)] == ["director"]
    assert accounts(fund)[("spent", "meals")] == 499_999
    assert queries.standing(fund).pots == {meals.target_id: 1_500_001}
    assert Photo.objects.get().subject_id == row.pk
    refused(lambda: spending(meals, 1, town.zhou, uid=uid, photos=[photo]))


def test_from_the_threshold_on_two_people_sign(town: Neighbourhood, fund: Fund, meals: Resolution) -> None:
    row = spending(meals, 500_000, town.zhou)
    assert (row.state, row.needs, row.line) == (Stage.SIGNED, 2, None)
    stands = queries.standing(fund)
    assert (stands.pots[meals.target_id], stands.held) == (2_000_000, 500_000)
    assert list(queries.waiting_spendings(fund)) == [row]
    refused(lambda: actions.sign(row=row, by=town.zhou, now=NOW))
    refused(lambda: actions.sign(row=row, by=town.zhao, now=NOW))  # a grid worker does not sign
    refused(lambda: actions.sign(row=row, by=town.stranger, now=NOW))
    actions.sign(row=row, by=town.leader, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.line.amount) == (Stage.PAID, 500_000)
    stands = queries.standing(fund)
    assert (stands.pots[meals.target_id], stands.held) == (1_500_000, 0)
    assert [one.by for one in queries.signatures_of(row)] == [town.zhou, town.leader]
    refused(lambda: actions.sign(row=row, by=town.leader, now=NOW))
    refused(lambda: actions.refuse(row=row, words="晚了", by=town.leader, now=NOW))


def test_cutting_a_bill_up_does_not_get_around_it(town: Neighbourhood, meals: Resolution) -> None:
    first = spending(meals, 300_000, town.zhou, payee="南田家具")
    other = spending(meals, 300_000, town.zhou, payee="别家")
    second = spending(meals, 200_000, town.zhou, payee="南田家具")
    assert [row.needs for row in (first, other, second)] == [1, 1, 2]
    yesterday = spending(meals, 200_000, town.zhou, payee="南田家具", spent_on=TODAY - timedelta(days=1))
    assert yesterday.needs == 1


def test_what_waits_is_promised_once(town: Neighbourhood, fund: Fund, meals: Resolution) -> None:
    row = spending(meals, 1_900_000, town.zhou)
    photo = voucher(town.zhou)
    refused(lambda: spending(meals, 100_001, town.zhou, photos=[photo]), "amount")
    refused(lambda: actions.refuse(row=row, words=" ", by=town.leader, now=NOW), "words")
    actions.refuse(row=row, words="价钱太高", by=town.leader, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.answer, row.line) == (Stage.REFUSED, "价钱太高", None)
    assert HoldEnd.objects.get().outcome == "void"
    assert queries.standing(fund).held == 0
    assert spending(meals, 100_001, town.zhou).state == Stage.PAID


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"payee": " "}, "payee"),
        ({"purpose": ""}, "purpose"),
        ({"use": "gold"}, "use"),
        ({"photos": []}, "photos"),
        ({"spent_on": TODAY + timedelta(days=1)}, "spent_on"),
    ],
)
def test_a_bill_says_who_what_and_shows_its_voucher(
    town: Neighbourhood, meals: Resolution, given: dict[str, Any], field: str
) -> None:
    photo = given.get("photos", [voucher(town.zhou)])
    refused(lambda: spending(meals, 100, town.zhou, **(given | {"photos": photo})), field)


def test_a_photo_of_somebody_else_is_no_voucher(town: Neighbourhood, meals: Resolution) -> None:
    photo = voucher(town.zhao)
    refused(lambda: spending(meals, 100, town.zhou, photos=[photo]), "photos")


# --- corrections ------------------------------------------------------------------------------------------


def correct(line: Line | None, by: Any, **more: Any) -> Correction:
    """Say what was wrong."""
    assert line is not None
    given: dict[str, Any] = {
        "uid": uuid4(),
        "reason": Reversal.WRONG_AMOUNT,
        "words": "多写了一个零",
        "now": NOW,
    }
    return actions.correct(line=line, by=by, **(given | more))


def test_a_wrong_line_is_met_in_the_open(town: Neighbourhood, fund: Fund, meals: Resolution) -> None:
    wrong = spending(meals, 90_000, town.zhou)
    uid = uuid4()
    row = correct(wrong.line, town.zhou, uid=uid)
    assert correct(wrong.line, town.zhou, uid=uid) == row
    assert row.line is not None and wrong.line is not None
    assert (row.state, row.line.amount, row.line.corrects, row.line.use) == (
        "paid",
        -90_000,
        wrong.line,
        "meals",
    )
    assert queries.standing(fund).pots == {meals.target_id: 2_000_000}
    assert accounts(fund)[("spent", "meals")] == 0
    assert queries.moved(fund).spent == {}
    assert queries.sum_of(fund, View(What.OUT)) == 0
    assert [line.no for line in queries.lines_of(fund, View(What.OUT)).order_by("no")] == [3, 4]
    refused(lambda: correct(wrong.line, town.zhou))
    refused(lambda: correct(row.line, town.zhou))


def test_a_large_correction_needs_two_as_well(town: Neighbourhood, fund: Fund, meals: Resolution) -> None:
    rent = Income.objects.get(line__no=1)
    row = correct(rent.line, town.zhou)
    assert (row.state, row.needs) == (Stage.SIGNED, 2)
    assert list(queries.waiting_corrections(fund)) == [row]
    assert "10,000.00" in str(refused(lambda: actions.sign(row=row, by=town.leader, now=NOW), "amount"))
    other = correct(Allocation.objects.get().line, town.zhou)
    actions.sign(row=other, by=town.leader, now=NOW)
    meals.refresh_from_db()
    assert (meals.allocated, queries.standing(fund).pots) == (0, {meals.target_id: 0})
    actions.sign(row=row, by=town.leader, now=NOW)
    assert queries.standing(fund).now == 0
    assert queries.moved(fund) == queries.Moved({}, {})


def test_a_refused_correction_can_be_asked_for_again(town: Neighbourhood, meals: Resolution) -> None:
    line = Allocation.objects.get().line
    row = correct(line, town.zhou)
    refused(lambda: correct(line, town.leader))
    actions.refuse(row=row, words="没有错", by=town.leader, now=NOW)
    assert correct(line, town.leader).state == Stage.SIGNED
    refused(lambda: correct(line, town.zhou, words=" "), "words")
    refused(lambda: correct(line, town.zhou, reason="mood"), "reason")


def test_the_database_refuses_to_edit_a_line(town: Neighbourhood, fund: Fund) -> None:
    row = income(fund, 100, town.zhou)
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        Line.objects.filter(pk=row.line_id).update(amount=99)
    assert Line.objects.get().amount == 100


# --- reading ----------------------------------------------------------------------------------------------


@pytest.fixture
def bill(town: Neighbourhood) -> Bill:
    return filled(town)


def views(bill: Bill) -> list[tuple[View, int]]:
    """Every view with what the ledger's entries say it must come to."""
    stands = accounts(bill.fund)
    pots = {bill.meals.target_id: stands["allocated", bill.meals.target.key]}
    pots[bill.reserve.target_id] = stands["allocated", bill.reserve.target.key]
    came = {key: -fen for (kind, key), fen in stands.items() if kind == "income"}
    spent = {key: fen for (kind, key), fen in stands.items() if kind == "spent"}
    now = stands["fund", ""] + sum(pots.values())
    found = [
        (View(What.IN), sum(came.values())), (View(What.OUT), sum(spent.values())), (View(What.NOW), now),
        (View(What.ALL), now), (View(What.FREE), stands["fund", ""]),
        (View(What.SET), sum(pots.values()) + sum(spent.values())),
    ]  # fmt: skip
    found += [(View(What.IN, source=key), fen) for key, fen in came.items()]
    found += [(View(What.OUT, use=key), fen) for key, fen in spent.items()]
    return found + [(View(What.POT, targets=(key,)), fen) for key, fen in pots.items()]


def test_every_view_comes_to_what_the_ledger_holds(bill: Bill) -> None:
    for view, fen in views(bill):
        assert queries.sum_of(bill.fund, view) == fen, view
        assert sum(line.counts for line in queries.lines_of(bill.fund, view)) == fen  # type: ignore[attr-defined]
    assert books.verify().broken is None


def test_numbers_have_no_gap(bill: Bill) -> None:
    numbers = list(Line.objects.filter(fund=bill.fund).order_by("id").values_list("no", flat=True))
    assert numbers == list(range(1, 13))
    assert Transfer.objects.filter(book=bill.fund.community).count() == 12


def test_figures_and_flow_agree_with_the_ledger(bill: Bill) -> None:
    stands, moved = queries.standing(bill.fund), queries.moved(bill.fund)
    assert stands.now == 10_151_284 - 36_800 - 200_000 - 800_000
    assert moved.came == {"collective": 8_000_000, "grant": 2_000_000, "interest": 1_234, "donation": 150_050}
    assert moved.spent == {"meals": 36_800, "service": 200_000, "repair": 800_000}
    assert stands.held == 600_000
    flow = queries.flow_of(bill.fund, stands, moved, queries.targets_of(bill.fund))
    assert flow.agrees
    left = sum(link.amount for link in flow.links if link.target == queries.LEFT)
    assert left == stands.now
    assert sum(link.amount for link in flow.links if link.target == queries.FUND) == moved.all_came


def test_many_targets_are_drawn_together(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 100_000, town.zhou)
    for number in range(9):
        row = resolution(fund, 1_000 + number, town.zhou, kind=TargetKind.PROJECT, name=f"项目{number}")
        aside(row, 1_000 + number, town.zhou)
    flow = queries.flow_of(fund, queries.standing(fund), queries.moved(fund), queries.targets_of(fund))
    rest = [link for link in flow.links if link.target == "to-rest"]
    assert [link.amount for link in rest] == [1_000 + 1_001 + 1_002]


def test_yesterday_is_not_today(town: Neighbourhood, fund: Fund) -> None:
    income(fund, 700, town.zhou, now=NOW - timedelta(days=1), received_on=TODAY - timedelta(days=1))
    income(fund, 11, town.zhou)
    assert queries.moved(fund, TODAY).came == {"collective": 11}
    assert queries.moved(fund, queries.BEGINNING, TODAY).came == {"collective": 700}
    assert queries.sum_of(fund, View(What.IN, first=TODAY)) == 11
    assert queries.sum_of(fund, View(What.NOW, until=TODAY)) == 700


def test_the_guarantee_stands_against_the_points_outstanding(town: Neighbourhood, bill: Bill) -> None:
    def now() -> queries.Guarantee:
        return queries.guarantee(bill.fund, queries.rules_on(bill.fund, TODAY), queries.standing(bill.fund))

    assert (now().reserve, now().points, now().ratio) == (600_000, 0, None)
    points(town, 80_000)
    assert (now().points, now().due, now().ratio) == (80_000, 800_000, 0.75)
    (row,) = queries.points_of(bill.fund, queries.rules_on(bill.fund, TODAY))
    assert (row.programme, row.issued, row.redeemed, row.expired, row.outstanding) == (
        "test",
        80_000,
        0,
        0,
        80_000,
    )


def test_words_name_nobody(bill: Bill) -> None:
    lines = queries.lines_of(bill.fund, View()).order_by("no")
    words = [queries.title_of(line) + queries.note_of(line) for line in lines]
    assert not any(DONOR in one or PAYEE in one or PHONE in one for one in words)
    assert "贺*川" in words[8]
    assert "方*桥" in words[3] and "方" not in words[4]


def test_balances_after_a_line_are_the_ledgers(bill: Bill) -> None:
    line = access.line_of(bill.fund, 9)
    (pot,) = queries.balances_after(line)
    assert (pot.target, pot.fen) == (bill.meals.target, 2_500_000 - 36_800 - 200_000)
    free, pot = queries.balances_after(access.line_of(bill.fund, 6))
    assert (free.target, pot.target) == (None, bill.meals.target)


def test_the_copy_is_kept_for_an_hour(bill: Bill, town: Neighbourhood) -> None:
    path = actions.copy_ledger(now=NOW)
    first = path.read_text()
    assert first.startswith('{"linli_ledger":1')
    assert not any(word in first for word in (DONOR, PAYEE, PHONE, "南田"))
    income(bill.fund, 5, town.zhou)
    assert actions.copy_ledger(now=NOW + timedelta(minutes=59)).read_text() == first
    assert actions.copy_ledger(now=NOW + timedelta(hours=1)).read_text() != first
    assert sorted(one.name for one in path.parent.iterdir()) == ["ledger.jsonl", "ledger.jsonl.lock"]


def test_uses_name_what_was_bought() -> None:
    assert all(str(label) for label in Use.labels)
    assert [yuan(fen) for fen in (0, 5, -80_00, 1_234_567_89)] == ["0.00", "0.05", "−80.00", "1,234,567.89"]
