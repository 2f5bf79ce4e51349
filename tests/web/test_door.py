"""The front door: who comes in, who is locked out, who must do something first."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from linli.ground.people import actions as people
from linli.ground.people.actions import accept_invitation, invite
from linli.ground.people.models import User
from linli.kit import clock
from linli.web import door
from tests.factories import Neighbourhood, neighbourhood

pytestmark = pytest.mark.django_db
PASSWORD = "Nan-Tian-3hao"


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


@pytest.fixture
def li(town: Neighbourhood) -> User:
    """李大爷 with a login and a password of his own."""
    now = clock.now()
    token = invite(person=town.li, by=town.zhao, now=now)
    return accept_invitation(token=token, username="lichanghe", password=PASSWORD, now=now)


def enter(client: Client, password: str = PASSWORD, username: str = "lichanghe") -> int:
    return client.post(reverse("account_login"), {"login": username, "password": password}).status_code


def test_in_with_the_right_password(client: Client, li: User) -> None:
    assert enter(client) == 302
    assert client.get("/home/").status_code == 200


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client: Client, li: User) -> None:
    for _turn in range(5):
        enter(client, "wrong-Password1")
    assert enter(client) != 302
    assert client.get("/home/").status_code == 302
    other = Client(REMOTE_ADDR="10.1.2.3", HTTP_USER_AGENT="another")
    assert enter(other) != 302  # the account is locked, not the address


@pytest.mark.parametrize(
    ("works", "rows"),
    [(True, ((29, 200), (58, 200), (89, 302))), (False, ((29, 200), (120, 200), (359, 200), (600, 302)))],
)
def test_whoever_works_here_is_sent_out_after_half_an_hour_of_nothing_others_after_four(
    client: Client, li: User, monkeypatch: pytest.MonkeyPatch, works: bool, rows: tuple[tuple[int, int], ...]
) -> None:
    if works:
        people.grant_role(
            person=li.person,
            kind="grid_worker",
            area=li.person.area,
            valid_from=date(2020, 1, 1),
            by=None,
            now=clock.now(),
        )
    enter(client)
    now = clock.now()
    for minutes, status in rows:
        monkeypatch.setattr(door.clock, "now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        assert client.get("/home/").status_code == status, minutes


def test_a_first_password_and_an_old_one_must_be_changed(client: Client, li: User) -> None:
    for change in (
        {"must_change": True},
        {"must_change": False, "password_set_at": clock.now() - timedelta(days=91)},
    ):
        User.objects.filter(pk=li.pk).update(**change)
        client.force_login(User.objects.get(pk=li.pk))
        answer = client.get("/home/")
        assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))


def test_a_changed_password_is_remembered_and_not_used_again(client: Client, li: User) -> None:
    enter(client)
    page = reverse("account_change_password")
    form = {"oldpassword": PASSWORD, "password1": "Xin-De-Mima-9", "password2": "Xin-De-Mima-9"}
    assert client.post(page, form).status_code == 302
    back = {"oldpassword": "Xin-De-Mima-9", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(page, back).status_code == 200
    assert User.objects.get(pk=li.pk).check_password("Xin-De-Mima-9")
    assert li.passwords_before.count() == 1


@pytest.mark.parametrize(("username", "asked"), [("admin", True), ("auditor", True), ("zhao", False)])
def test_who_sets_up_or_audits_needs_a_second_factor(
    client: Client, town: Neighbourhood, settings: Settings, username: str, asked: bool
) -> None:
    settings.LINLI_REQUIRE_MFA = True
    client.force_login(User.objects.get(username=username))
    answer = client.get("/home/record/")
    assert (answer.status_code == 302 and answer["Location"] == reverse("mfa_activate_totp")) is asked


def test_nobody_signs_up_alone(client: Client, town: Neighbourhood) -> None:
    before = User.objects.count()
    client.post(
        reverse("account_signup"), {"username": "stranger2", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert User.objects.count() == before


def test_there_is_no_walk_in_outside_a_demo(client: Client, town: Neighbourhood, settings: Settings) -> None:
    User.objects.filter(username="zhao").update(username="demo-zhao")
    for method in (client.get, client.post):
        assert (
            method(reverse("public:walk_in"), {"login": "demo-zhao", "who": "demo-zhao"}).status_code == 404
        )
    assert "_auth_user_id" not in client.session


def test_pages_are_chinese_whatever_the_browser_prefers(town: Neighbourhood) -> None:
    answer = Client(HTTP_ACCEPT_LANGUAGE="en-US").get(reverse("account_login"))
    assert 'lang="zh-Hans"' in answer.content.decode()


def test_the_policy_allows_no_inline_code(town: Neighbourhood) -> None:
    policy = Client().get(reverse("account_login"))["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy and "default-src 'none'" in policy
