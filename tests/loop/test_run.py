"""Running: a task is given once, worked through, shown to be done, and checked by somebody else."""

import io
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.db.utils import IntegrityError
from django.http import Http404
from PIL import Image

from linli.ground.journal.models import Outbox
from linli.ground.photos.actions import keep_photo
from linli.kit.refused import Refused
from linli.loop.ask.models import Need
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.run import access, actions
from linli.loop.run.models import Task
from tests.factories import NOW, TODAY, Neighbourhood, accepted, given, neighbourhood


@pytest.fixture
def town(db: None) -> Neighbourhood:
    return neighbourhood()


def tick_all(task: Task, town: Neighbourhood) -> None:
    for step in task.steps.all():
        actions.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=NOW)


def photo(by_id: int) -> int:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "#0F766E").save(stream, "JPEG")
    upload = SimpleUploadedFile("after.jpg", stream.getvalue(), "image/jpeg")
    return keep_photo(upload=upload, key=uuid4(), by_id=by_id, now=NOW).pk


def test_a_task_carries_its_standard_and_is_given_once(town: Neighbourhood) -> None:
    row, key = accepted(town), uuid4()
    tasks = [actions.give_task(need=row, owner=town.liu, key=key, by=town.zhao, now=NOW) for _ in range(2)]
    assert tasks[0] == tasks[1]
    assert list(tasks[0].steps.values_list("words", flat=True)) == ["确认忌口", "送到门口", "看着吃上"]
    assert Need.objects.get(pk=row.pk).state == "running"
    assert Outbox.objects.filter(to_person=town.liu.pk, notice="task").count() == 1


def test_done_needs_every_step_and_a_note(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    with pytest.raises(Refused) as refusal:
        actions.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    assert refusal.value.field == "steps"
    tick_all(task, town)
    with pytest.raises(Refused) as refusal:
        actions.finish_task(task=task, text=" ", by=town.liu, now=NOW)
    assert refusal.value.field == "text"
    assert Task.objects.get(pk=task.pk).state == "given"
    actions.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    assert Need.objects.get(pk=task.need_id).state == "done"
    with pytest.raises(Refused):
        actions.tick_step(task=task, rank=1, done=False, by=town.liu, now=NOW)


def test_some_kinds_want_a_photo_of_how_it_looks_now(town: Neighbourhood) -> None:
    task = actions.give_task(
        need=accepted(town, "飞线充电", category=town.wires), owner=town.liu, by=town.zhao, now=NOW
    )
    with pytest.raises(Refused) as refusal:
        actions.finish_task(task=task, text="线拆了", by=town.liu, now=NOW)
    assert refusal.value.field == "photos"
    actions.finish_task(task=task, text="线拆了", photos=[photo(town.liu.pk)], by=town.liu, now=NOW)
    assert Task.objects.get(pk=task.pk).state == "done"


def test_the_doer_cannot_check(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    tick_all(task, town)
    actions.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    with pytest.raises(Refused):
        evaluate.check_and_close(task=task, good=True, by=town.liu, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(checked_by=town.liu)
    evaluate.check_and_close(task=task, good=True, by=town.zhao, now=NOW)
    assert Need.objects.get(pk=task.need_id).state == "closed"
    assert FollowUp.objects.get(need=task.need_id).due_on == TODAY + timedelta(days=3)


def test_sent_back_goes_on(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    tick_all(task, town)
    actions.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    with pytest.raises(Refused):
        evaluate.check_and_close(task=task, good=False, text="", by=town.zhao, now=NOW)
    evaluate.check_and_close(task=task, good=False, text="李大爷说没收到", by=town.zhao, now=NOW)
    task.refresh_from_db()
    assert (task.state, Need.objects.get(pk=task.need_id).state) == ("started", "running")
    assert not FollowUp.objects.exists()


def test_a_need_with_two_tasks_closes_after_the_second(town: Neighbourhood) -> None:
    row = accepted(town)
    tasks = [actions.give_task(need=row, owner=town.liu, by=town.zhao, now=NOW) for _ in range(2)]
    for place, task in enumerate(tasks):
        tick_all(task, town)
        actions.finish_task(task=task, text="办好了", by=town.liu, now=NOW)
        assert Need.objects.get(pk=row.pk).state == ("running", "done")[place]
    evaluate.check_and_close(task=tasks[0], good=True, by=town.zhao, now=NOW)
    assert Need.objects.get(pk=row.pk).state == "done"
    evaluate.check_and_close(task=tasks[1], good=True, by=town.zhao, now=NOW)
    assert Need.objects.get(pk=row.pk).state == "closed"


def test_handed_over_and_called_off(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    actions.start_task(task=task, by=town.liu, now=NOW)
    task = actions.hand_over(task=task, to=town.qian, by=town.zhao, now=NOW)
    assert (task.owner, task.state, task.started_at) == (town.qian, "given", None)
    actions.cancel_task(task=task, by=town.zhao, now=NOW)
    with pytest.raises(Refused):
        actions.start_task(task=task, by=town.qian, now=NOW)


def test_a_task_is_seen_in_ones_area_or_as_ones_own(town: Neighbourhood) -> None:
    task = given(town, accepted(town))
    for who in (town.zhao, town.zhou, town.liu):
        assert access.task_for(who, no=task.no, on=TODAY) == task
    for who in (town.stranger, town.li, None):
        with pytest.raises(Http404):
            access.task_for(who, no=task.no, on=TODAY)
    with pytest.raises(Http404):
        access.task_for(town.liu, no=task.no, verb="task.check", on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_close_at_once_and_it_closes_once() -> None:
    town = neighbourhood()
    task = given(town, accepted(town))
    tick_all(task, town)
    actions.finish_task(task=task, text="送到了", by=town.liu, now=NOW)
    start, told = Barrier(2), []

    def close(pk: int) -> None:
        who = town.zhao if pk else town.qian
        start.wait()
        try:
            evaluate.check_and_close(task=task, good=True, by=who, now=NOW)
            told.append("closed")
        except Refused:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=close, args=(pk,)) for pk in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["closed", "refused"]
    assert FollowUp.objects.count() == 1
