"""Every address as every role: whoever may not, finds nobody home (404); strangers from next door too.

``DOORS`` is the one table. An address that is not in it fails the test, so nobody can forget one.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from linli.ground.journal.models import Event, Outbox
from linli.ground.people import actions as people
from linli.ground.people.access import is_worker, may, may_anywhere
from linli.ground.people.actions.tokens import make_token
from linli.ground.people.choices import PERMISSIONS, Purpose
from linli.ground.people.models import ApiToken, Bond, CareTag, Role, User
from linli.ground.photos.actions import attach_photos
from linli.ground.photos.models import Photo
from linli.loop.ask import actions as ask
from linli.loop.ask.actions.loading import Heard
from linli.loop.ask.choices import Shift
from linli.loop.ask.models import Promise
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.launch import actions as launch
from linli.loop.link import actions as link
from linli.loop.run import actions as run
from tests import doors as rooms
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed, neighbourhood
from tests.loop.test_run import photo

pytestmark = pytest.mark.django_db
ROLES = ("zhao", "zhou", "leader", "admin", "auditor", "liu", "sun", "stranger", "chen")
LOGIN, PUBLIC, WORKER, HOUSE = "login", "public", "worker", "house"

# address -> (the verb one must be allowed there, what fills its blanks, who else may: the doer of a task, family)
DOORS: dict[str, tuple[str, tuple[str, ...], set[str]]] = {}


def doors(names: str, verb: str, blanks: str = "", also: str = "") -> None:
    """Several addresses with one verb; a blank is the name of something in ``world``."""
    for name in names.split():
        DOORS[name] = (verb, tuple(blanks.split()), set(also.split()))


doors("front healthz parts:offline parts:gallery parts:prefer public:walk_in", PUBLIC)
doors("parts:gallery_page", PUBLIC, "page")
doors("public:set_up public:join", PUBLIC, "guess")
doors("public:rate public:rate_slash", PUBLIC, "token")
doors("public:rated", PUBLIC, "how")
doors("photo", "need.see", "photo", "liu")
doors("photo_sized", "need.see", "photo size", "liu")
doors("desk:today desk:search", WORKER)
doors("desk:today_tell", "need.see")
doors("desk:today_need", "need.see", "need")
doors("desk:today_task", "task.see", "done_task", "liu")
doors("desk:today_followup desk:today_missed", "followup.answer", "follow_up")
doors("desk:today_told", "need.see", "message")
doors("desk:birthdays desk:people desk:find_people", "person.see")
doors("desk:diary", "diary.see")
doors("desk:diary_new", "diary.write")
doors("desk:diary_entry", "diary.see", "entry")
doors("desk:patrols", "patrol.walk")
doors("desk:patrol_start", "patrol.walk", "grid")
doors("desk:patrol desk:patrol_end", "patrol.walk", "patrol")
doors("desk:patrol_recheck", "patrol.walk", "evening finding")
doors("desk:need_new desk:promise", "need.hear")
doors("desk:intake_alike desk:triage", "need.see")
doors("desk:triage_merge", "need.triage")
doors("desk:need desk:need_alike desk:need_sheet", "need.see", "need")
doors("desk:need_act", "need.triage", "need act")
doors("desk:need_take desk:need_promise", "need.triage", "need")
doors("desk:need_reveal", "person.reveal", "need column")
doors("desk:need_exclusion", "need.exclude.approve", "done_need exclusion")
doors("desk:matching", "match.decide", "need")
doors("desk:match_agree", "match.decide", "need resource")
doors("desk:match_release", "match.decide", "match")
doors("desk:resources", "resource.see")
doors("desk:resource_new", "resource.keep")
doors("desk:resource", "resource.see", "resource")
doors("desk:resource_edit", "resource.keep", "own_resource")
doors("desk:projects", "project.see")
doors("desk:project_new", "project.lead")
doors("desk:project", "project.see", "project")
doors("desk:project_add desk:milestone_new", "project.lead", "project")
doors("desk:milestone_reached", "project.lead", "project stone")
doors("desk:project_move", "project.lead", "project verb")
doors("desk:tasks", LOGIN)
doors("desk:task", "task.see", "task", "liu")
doors("desk:task_tick", "task.give", "task step", "liu")
doors("desk:task_start desk:task_finish", "task.give", "task", "liu")
doors("desk:task_check", "task.check", "done_task")
doors("desk:task_hand desk:task_cancel", "task.give", "task")
doors("desk:task_new", "task.give", "need")
doors("desk:follow_ups", "followup.see")
doors("desk:follow_up", "followup.see", "follow_up")
doors("desk:follow_up_missed desk:follow_up_link", "followup.answer", "follow_up")
doors("desk:person_new", "person.keep")
doors("desk:person", "person.see", "person")
doors("desk:person_edit desk:person_home desk:person_tag desk:person_contact", "person.keep", "person")
doors("desk:person_consent desk:person_bond", "person.keep", "person")
doors("desk:person_reveal", "person.reveal", "person column")
doors("desk:person_tag_end", "person.keep", "person tag")
doors("desk:person_consent_end", "person.keep", "person consent")
doors("desk:person_bond_end", "person.keep", "person bond")
doors("desk:person_invite", "account.open", "person")
doors("desk:load desk:load_look", "need.load")
doors("desk:load_undo", "need.load", "batch")
doors("desk:outbox", "outbox.see")
doors("desk:house", HOUSE)
doors("desk:house_calendar desk:house_categories desk:house_promises", "settings.keep")
doors("desk:house_promise_end", "settings.keep", "promise")
doors("desk:house_areas", "area.keep")
doors("desk:house_area", "area.keep", "grid")
doors("desk:house_roles desk:house_role_new desk:house_colleague", "role.grant")
doors("desk:house_role_end", "role.grant", "role")
doors("desk:house_services", "service.keep")
doors("desk:task_reach", "nobody", "task", "liu")
doors("desk:task_reveal", "nobody", "task column", "liu")
doors("desk:privacy_find", "person.erase")
doors("desk:person_privacy desk:person_copy desk:person_erase", "person.erase", "person")
doors("desk:person_erased", "person.erase", "gone")
doors("board:rates board:rates_rows board:exclusions", "rates.see")
doors("board:exclusion_decide", "need.exclude.approve", "exclusion")
doors("home:home home:ask home:messages home:record home:take_home", LOGIN)
doors("home:tokens", WORKER)
doors("home:token_end", "nobody", "api_token", "zhao")
doors("home:own_need", "nobody", "done_need", "sun zhao")  # her family, and the proxy who wrote it down
doors("home:consent_end", "nobody", "consent")

DOORS |= rooms.all_doors()


@pytest.fixture
def world() -> tuple[Neighbourhood, dict[str, object]]:
    """One of everything, all in 南田网格."""
    town = neighbourhood()
    need = accepted(town)
    done = accepted(town, "吃上热饭了", asker=town.wang)
    task = closed(town, done)
    follow_up = FollowUp.objects.get(need=done)
    picture = photo(town.zhao.pk)
    attach_photos(photo_ids=[picture], subject_type="need", subject_id=need.pk, by_id=town.zhao.pk)
    entry = ask.write_diary(area=town.grid, key=uuid4(), at=NOW, words="听到的", by=town.zhao, now=NOW)
    patrol = ask.begin_patrol(area=town.grid, shift=Shift.MORNING, day=TODAY, by=town.zhao, now=NOW)
    finding = ask.find(patrol=patrol, key=uuid4(), words="纸箱", by=town.zhao, now=NOW)
    evening = ask.begin_patrol(area=town.grid, shift=Shift.EVENING, day=TODAY, by=town.zhao, now=NOW)
    project = launch.launch_project(
        area=town.grid, title="幸福餐厅", owner=town.zhou, needs=[need], by=town.zhou, now=NOW
    )
    stone = launch.set_milestone(project=project, title="灶台", due_on=TODAY, by=town.zhou, now=NOW)
    match = link.agree(
        need=need, resource=town.canteen, wanted_on=TODAY + timedelta(days=1), by=town.zhao, now=NOW
    )
    need.refresh_from_db()
    asking = evaluate.ask_exclusion(need=done, reason="force", text="暴雪", by=town.zhou, now=NOW)
    consent = people.give_consent(person=town.wang, purpose=Purpose.CARE, how="当面", by=town.zhao, now=NOW)
    token = evaluate.make_link(follow_up=follow_up, by=town.zhao, now=NOW).removeprefix("/r/")
    own = link.keep_resource(
        area=town.grid, kind="person", name="热心人", capacity=1, period="day", categories=[town.meals],
        valid_from=TODAY, by=None, now=NOW,
    )  # fmt: skip
    gone = people.keep_person(area=town.grid, name="搬走的人", by=town.zhao, now=NOW)
    people.erase_person(person=gone, reason="本人要求", by=town.admin, now=NOW)
    make_token(person=town.zhao, name="表格", by=town.zhao, now=NOW)
    key = Photo.objects.get(pk=picture).public_key
    row = Heard(row=2, words="广场舞太吵", said_at=NOW)
    batch = ask.load_rows(
        area=town.grid, name="留言.csv", sha256="", rows=[row], errors=[], by=town.zhou, now=NOW
    ).batch
    assert batch is not None
    open_task = run.give_task(need=need, owner=town.liu, by=town.zhao, now=NOW)
    return town, rooms.fill(town) | {
        "need": need.no, "task": open_task.no, "done_task": task.no, "follow_up": follow_up.pk, "entry": entry.pk,
        "patrol": patrol.pk, "finding": finding.pk, "project": project.no, "stone": stone.pk, "match": match.pk,
        "exclusion": asking.pk, "token": token, "person": town.wang.pk,
        "resource": town.canteen.pk, "own_resource": own.pk, "grid": town.grid.code, "step": 1, "photo": key, "size": "thumb",
        "tag": CareTag.objects.get(person=town.wang).pk, "bond": Bond.objects.get(elder=town.wang).pk, "batch": batch.pk,
        "promise": Promise.objects.order_by("pk")[0].pk, "role": Role.objects.get(person=town.zhao).pk,
        "message": Outbox.objects.filter(channel="call")[0].pk,
        "done_need": done.no, "act": "note", "evening": evening.pk, "column": "phone", "verb": "start", "page": "today", "how": "thanks",
        "guess": "no-such-token", "consent": consent.pk, "gone": gone.pk, "api_token": ApiToken.objects.get().pk,
    }  # fmt: skip


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every named address; allauth's own and the API's are left out (they have their tests)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            name = entry.namespace or ""
            if name == "api" or str(entry.pattern).startswith("account/"):
                continue
            yield from addresses(entry, f"{prefix}{name}:" if name else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{prefix}{entry.name}"


def given(door: str, blanks: dict[str, object]) -> dict[str, object]:
    """What a door asks to be told in its query or its form before it is one."""
    told: dict[str, dict[str, object]] = {
        "board:rates_rows": {"rate": "response"},
        "board:exclusion_decide": {"approve": "1"},
        "desk:promise": {"area": blanks["grid"]},
        "desk:triage_merge": {"into": blanks["need"]},
        "desk:project_add": {"need": blanks["need"]},
        "desk:patrol_recheck": {"gone": "1"},
    }
    return told.get(door) or rooms.told(door, blanks)


def opened(client: Client, address: str, told: dict[str, object]) -> int:
    """What the door answers: to a GET, or to an empty POST where only that is taken."""
    answer = client.get(address, told)
    return client.post(address, told).status_code if answer.status_code == 405 else answer.status_code


def expected(town: Neighbourhood, who: str, door: str) -> bool:
    """Whether the table lets this person in."""
    verb, blanks, also = DOORS[door]
    person = User.objects.get(username=who).person
    if verb in {LOGIN, PUBLIC} or who in also:
        return True
    if verb == WORKER:
        return is_worker(person, on=TODAY)
    if verb == HOUSE:  # the hub opens to whoever may enter one of its rooms
        rooms = ("settings.keep", "area.keep", "role.grant", "service.keep", "outbox.see")
        return any(may_anywhere(person, one, on=TODAY) for one in rooms)
    if verb not in PERMISSIONS:
        return False
    # some name something of ours in their form; today_told only says to others that nothing is left to tell
    ours = (blanks or door in {"desk:promise", "desk:triage_merge"}) and door != "desk:today_told"
    return may(person, verb, town.grid.stem, on=TODAY) if ours else may_anywhere(person, verb, on=TODAY)


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(addresses()) - set(DOORS)) == []
    assert sorted(set(DOORS) - set(addresses())) == []


@pytest.mark.parametrize("who", ROLES)
def test_every_address_opens_to_whom_it_should(
    world: tuple[Neighbourhood, dict[str, object]], who: str
) -> None:
    town, blanks = world
    client = Client()
    client.force_login(User.objects.get(username=who))
    wrong = []
    for door, (verb, names, _also) in DOORS.items():
        address = reverse(door, args=[blanks[name] for name in names])
        before = Event.objects.count()
        with transaction.atomic():
            status = opened(client, address, given(door, blanks))
            changed = Event.objects.count() - before
            transaction.set_rollback(True)
        welcome = expected(town, who, door)
        if verb == PUBLIC:
            continue
        if welcome != (status not in {403, 404}) or status >= 500 or (not welcome and changed):
            wrong.append(f"{door}: {status}, expected {'in' if welcome else '404'}, {changed} events")
    assert not wrong, "\n".join(wrong)


def test_who_is_not_logged_in_is_sent_to_the_entrance(world: tuple[Neighbourhood, dict[str, object]]) -> None:
    _town, blanks = world
    client = Client()
    wrong = []
    for door, (verb, names, _also) in DOORS.items():
        if verb == PUBLIC:
            continue
        address = reverse(door, args=[blanks[name] for name in names])
        before = Event.objects.count()
        for answer in (client.get(address), client.post(address)):
            to_login = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
            if not (to_login or answer.status_code in {404, 405}) or Event.objects.count() != before:
                wrong.append(f"{door}: {answer.status_code}")
    assert wrong == []


def test_nothing_changes_by_looking(world: tuple[Neighbourhood, dict[str, object]]) -> None:
    """No GET writes a row of the journal, for whoever may look."""
    _town, blanks = world
    for who in ("zhao", "zhou", "leader", "sun"):
        client = Client()
        client.force_login(User.objects.get(username=who))
        for door, (_verb, names, _also) in DOORS.items():
            before = Event.objects.count()
            client.get(reverse(door, args=[blanks[name] for name in names]))
            assert Event.objects.count() == before or door == "home:take_home", door
