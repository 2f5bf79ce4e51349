"""The ledger to take home: one file for everybody, made anew once an hour."""

from typing import Any

from django.http import FileResponse
from django.urls import path
from django.views.decorators.http import require_safe

from linli.commons.fund.actions import copy_ledger


@require_safe
def bill_copy(request: Any) -> FileResponse:
    """The public copy of the ledger, line by line; it names nobody."""
    file = copy_ledger(now=request.now).open("rb")
    answer = FileResponse(
        file, as_attachment=True, filename="ledger.jsonl", content_type="application/x-ndjson"
    )
    answer["Cache-Control"] = "public, max-age=600"
    return answer


urlpatterns = [path("bill/ledger.jsonl", bill_copy, name="bill_copy")]
