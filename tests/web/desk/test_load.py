"""周主任 loads what people wrote elsewhere: looks first, loads, takes it back."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from linli.loop.ask import actions as ask
from linli.loop.ask.models import Batch, Need
from tests.factories import COMMUNITY, ELSEWHERE, NOW, STREET, Neighbourhood
from tests.web.desk.stage import enter, page, queries

GOOD = "留言编号,留言主题,留言详情,留言时间,留言人\n1,路灯不亮,楼下路灯坏了三天,2026/3/1 9:05:00,张小珍\n2,水管漏水,厨房地上全是水,2026-3-2,李四\n"
MIXED = GOOD + "3,时间不对,什么时候的事,昨天下午,王五\n4,,,2026-3-2,赵六\n"


def upload(text: str | bytes, name: str = "留言.csv") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


def chosen(client: Client, text: str | bytes = GOOD, **more: Any) -> Any:
    """The first step."""
    return client.post("/desk/load/", {"area": COMMUNITY, "file": upload(text), **more})


def test_looked_at_loaded_and_taken_back(town: Neighbourhood, settings: Any) -> None:
    client = enter(town.zhou)
    assert chosen(client).headers["Location"] == "/desk/load/look/"
    look = client.get("/desk/load/look/")
    assert look.context["would"].loaded == 2
    shown = look.content.decode()
    assert "留言详情" in shown
    assert "张小珍" not in shown
    assert not Need.objects.exists()
    done = client.post("/desk/load/look/")
    assert done.context["loaded"].loaded == 2
    assert Need.objects.count() == 2
    assert list((settings.LINLI_DATA / "uploads").iterdir()) == []
    assert client.post(f"/desk/load/{Batch.objects.get().pk}/undo/").status_code == 302
    assert not Need.objects.exists()
    assert Batch.objects.get().undone_at == NOW


def test_confirming_twice_loads_once(town: Neighbourhood) -> None:
    client = enter(town.zhou)
    chosen(client)
    client.post("/desk/load/look/")
    assert client.post("/desk/load/look/").headers["Location"] == "/desk/load/"
    chosen(client)
    assert client.get("/desk/load/look/").context["would"].already == 2
    assert Need.objects.count() == 2


def test_wrong_rows_are_named_with_row_and_column(town: Neighbourhood) -> None:
    client = enter(town.zhou)
    chosen(client, MIXED)
    look = client.get("/desk/load/look/").context
    assert [bad["row"] for bad in look["errors"]] == [4, 5]
    assert all(bad["why"] for bad in look["errors"])
    assert client.post("/desk/load/look/").context["loaded"].loaded == 2


@pytest.mark.parametrize("content", ["a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\x00\x00", ""])
def test_a_file_that_is_no_list_is_refused_beside_the_field_and_not_kept(
    town: Neighbourhood, settings: Any, content: Any
) -> None:
    answer = chosen(enter(town.zhou), content)
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    folder = settings.LINLI_DATA / "uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_leaving_it_leaves_nothing(town: Neighbourhood, settings: Any) -> None:
    client = enter(town.zhou)
    chosen(client)
    client.post("/desk/load/look/", {"leave": "1"})
    assert list((settings.LINLI_DATA / "uploads").iterdir()) == []
    assert client.get("/desk/load/look/").status_code == 302
    assert not Need.objects.exists()


def test_only_ones_own_community_and_only_those_who_may(town: Neighbourhood) -> None:
    client = enter(town.zhou)
    assert "area" in chosen(client, area=ELSEWHERE).context["form"].errors
    assert "area" in chosen(enter(town.leader), area=STREET).context["form"].errors
    page(town.zhao, "/desk/load/", 404)
    page(town.zhao, "/desk/load/look/", 404)
    chosen(client)
    client.post("/desk/load/look/")
    batch = Batch.objects.get()
    assert enter(town.zhao).post(f"/desk/load/{batch.pk}/undo/").status_code == 404
    assert enter(town.stranger).post(f"/desk/load/{batch.pk}/undo/").status_code == 404


def test_a_file_that_was_worked_on_is_not_taken_back(town: Neighbourhood) -> None:
    client = enter(town.zhou)
    chosen(client)
    client.post("/desk/load/look/")
    ask.accept(need=Need.objects.first(), category=town.repair, urgency="normal", by=town.zhou, now=NOW)  # type: ignore[arg-type]
    client.post(f"/desk/load/{Batch.objects.get().pk}/undo/")
    assert Need.objects.count() == 2


def test_the_list_of_files_costs_the_same_for_more(town: Neighbourhood) -> None:
    client, counts = enter(town.zhou), []
    for number in range(3):
        chosen(client, GOOD.replace("三天", f"{number}天"))
        client.post("/desk/load/look/")
        counts.append(queries(town.zhou, "/desk/load/"))
    assert counts[0] == counts[2]


def test_excel_too(town: Neighbourhood) -> None:
    book, out = Workbook(), BytesIO()
    book.active.append(["内容", "时间"])
    book.active.append(["楼道堆了杂物", "2026-03-01"])
    book.save(out)
    client = enter(town.zhou)
    client.post("/desk/load/", {"area": COMMUNITY, "file": upload(out.getvalue(), "a.xlsx")})
    assert client.get("/desk/load/look/").context["would"].loaded == 1
