"""Tasks, for those who give them, those who do them and those who check."""

import io
import re
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.ground.photos.models import Photo
from linli.loop.ask.choices import State
from linli.loop.evaluate.models import FollowUp
from linli.loop.run import actions as run
from linli.loop.run.choices import TaskState
from linli.loop.run.models import Task
from tests.factories import NOW, Neighbourhood, accepted, given
from tests.web.desk.stage import enter, page, queries


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile("after.jpg", out.getvalue(), "image/jpeg")


def tick_all(town: Neighbourhood, task: Task) -> None:
    for step in task.steps.all():
        enter(town.liu).post(f"/desk/tasks/{task.no}/steps/{step.rank}/", headers={"HX-Request": "true"})


def test_giving_twice_with_one_form_is_one_task(town: Neighbourhood) -> None:
    need = accepted(town)
    url = f"/desk/needs/{need.no}/task/"
    form = page(town.zhao, url)
    assert "刘师傅" in form and "看着吃上" in form
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', form)
    assert key
    sent = {"key": key[1], "owner": town.liu.pk, "appointed_at": "2026-03-06T11:30"}
    for _again in range(2):
        assert enter(town.zhao).post(url, sent).status_code == 302
    task = Task.objects.get()
    assert (task.owner, task.given_by, task.appointed_at.isoformat()[:16]) == (
        town.liu,
        town.zhao,
        "2026-03-06T03:30",
    )
    past = {"key": str(uuid4()), "owner": town.liu.pk, "appointed_at": "2026-01-06T11:30"}
    refused = enter(town.zhao).post(url, past)
    assert (
        refused.context["form"].errors.keys() == {"appointed_at"}
        and "2026-01-06T11:30" in refused.content.decode()
    )
    assert enter(town.zhao).post(url, past | {"owner": town.stranger.pk}).context["form"].errors.keys() >= {
        "owner"
    }
    assert Task.objects.count() == 1


def test_the_craftsman_does_his_own_and_a_colleague_checks(town: Neighbourhood) -> None:
    need = accepted(town)
    task = given(town, need)
    url = f"/desk/tasks/{task.no}/"
    assert task.no in page(town.liu, "/desk/tasks/") and "李长河" not in page(town.liu, url)
    liu = enter(town.liu)
    liu.post(f"{url}start/")
    early = liu.post(f"{url}finish/", {"key": str(uuid4()), "text": "送到门口，看着吃上了"})
    assert early.status_code == 200 and "送到门口，看着吃上了" in early.content.decode()
    tick_all(town, task)
    assert liu.post(f"{url}finish/", {"key": str(uuid4()), "text": "送到门口，看着吃上了"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.done_by) == (TaskState.DONE, town.liu)
    assert liu.post(f"{url}check/", {"good": "yes"}).status_code == 404
    assert task.no in page(town.qian, "/desk/tasks/?tab=check")
    assert enter(town.qian).post(f"{url}check/", {"good": "yes"}).status_code == 302
    need.refresh_from_db()
    assert need.state == State.CLOSED and FollowUp.objects.get().need == need


def test_sending_back_wants_a_reason(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    tick_all(town, task)
    enter(town.liu).post(f"/desk/tasks/{task.no}/finish/", {"key": str(uuid4()), "text": "送到了"})
    url = f"/desk/tasks/{task.no}/check/"
    refused = enter(town.zhao).post(url, {"good": "no", "text": "凉"})
    assert refused.status_code == 200 and "text" in refused.context["check"].errors
    enter(town.zhao).post(url, {"good": "no", "text": "送到都凉了"})
    task.refresh_from_db()
    assert task.state == TaskState.STARTED
    assert "送到都凉了" in page(town.zhao, f"/desk/needs/{task.need.no}/")


def test_a_photo_sent_with_a_refused_form_is_kept(town: Neighbourhood) -> None:
    need = accepted(town, "飞线充电", category=town.wires)
    task = run.give_task(need=need, owner=town.liu, by=town.zhao, now=NOW)
    url = f"/desk/tasks/{task.no}/finish/"
    key = str(uuid4())
    bare = enter(town.liu).post(url, {"key": key, "text": "电线收好了"})
    assert bare.context["finish"].errors and Photo.objects.count() == 0
    short = enter(town.liu).post(url, {"key": key, "text": "好", "photos": [picture()]})
    photo = Photo.objects.get()
    assert f'value="{photo.pk}"' in short.content.decode() and photo.subject_type == ""
    done = enter(town.liu).post(url, {"key": key, "text": "电线收好了", "kept": str(photo.pk)})
    assert done.status_code == 302
    photo.refresh_from_db()
    assert (photo.subject_type, photo.subject_id) == ("task", task.pk)
    stolen = enter(town.liu).post(url, {"key": key, "text": "电线收好了", "kept": "1;drop"})
    assert stolen.status_code == 200


def test_ticks_answer_with_the_list_alone(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    url = f"/desk/tasks/{task.no}/steps/1/"
    part = enter(town.liu).post(url, headers={"HX-Request": "true"}).content.decode()
    assert part.count("is-done") == 1 and "<html" not in part
    enter(town.zhao).post(url, {"undo": "1"})
    assert task.steps.get(rank=1).done_at is None
    assert enter(town.stranger).post(url).status_code == 404
    assert enter(town.sun).post(url).status_code == 404


def test_handing_over_and_calling_off(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    url = f"/desk/tasks/{task.no}/"
    assert enter(town.zhao).post(f"{url}hand/", {"to": town.stranger.pk}).context["hand"].errors
    enter(town.zhao).post(f"{url}hand/", {"to": town.qian.pk})
    task.refresh_from_db()
    assert task.owner == town.qian
    page(town.liu, url, 404)
    enter(town.zhao).post(f"{url}cancel/")
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED


def test_others_find_no_task(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    for who in (town.stranger, town.sun):
        page(who, f"/desk/tasks/{task.no}/", 404)
        for act in ("start", "finish", "check", "hand", "cancel"):
            assert enter(who).post(f"/desk/tasks/{task.no}/{act}/").status_code == 404, act
    assert enter(town.liu).post(f"/desk/tasks/{task.no}/cancel/").status_code == 404
    page(town.liu, "/desk/tasks/?tab=area", 404)
    assert task.no not in page(town.stranger, "/desk/tasks/?tab=area")


def test_three_rows_cost_what_one_costs(town: Neighbourhood) -> None:
    given(town, accepted(town))
    urls = ("/desk/tasks/", "/desk/tasks/?tab=area")
    one = [queries(town.zhao, url) for url in urls], queries(town.liu, urls[0])
    given(town, accepted(town, "晚饭"))
    need = accepted(town, "修灯", category=town.repair)
    enter(town.zhao).post(f"/desk/needs/{need.no}/task/", {"key": str(uuid4()), "owner": town.liu.pk})
    assert Task.objects.count() == 3
    assert ([queries(town.zhao, url) for url in urls], queries(town.liu, urls[0])) == one
