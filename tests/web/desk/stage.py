"""What the stories of the desk share: a way in, a page as somebody sees it, and what it costs."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.ground.people.models import Person, User


def enter(who: Person) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(User.objects.get(person=who))
    return client


def page(who: Person, url: str, status: int = 200) -> str:
    """The page as this person sees it."""
    answer = enter(who).get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def queries(who: Person, url: str) -> int:
    """How many queries the page costs, its second time."""
    client = enter(who)
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)
