"""One effect for one Idempotency-Key: the act and the receipt for it stand or fall together."""

import hashlib
import json
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from ninja.errors import HttpError

from linli.api.door import KEY_HEADER, Asked
from linli.api.shapes import Done
from linli.ground.journal.actions import begin_receipt, end_receipt
from linli.kit.refused import Refused


def once(request: Asked, act: Callable[[], Done], *, status: int = 200) -> HttpResponse:
    """Run ``act`` unless this key was answered before; then the same status and body again.

    A refused act leaves nothing behind, not even the key. The same key with another request is a 409.
    """
    key = request.headers[KEY_HEADER]
    asked = {"key": key, "by": request.me.pk}
    with transaction.atomic():
        try:
            known = begin_receipt(**asked, request_hash=fingerprint(request), now=request.now)
        except Refused as refusal:
            raise HttpError(409, str(refusal)) from refusal
        if known is None:
            answer = act().model_dump(mode="json")
            end_receipt(**asked, status=status, answer=answer)
            return told(answer, status)
    return told(known.answer, known.status or status, {"Idempotent-Replayed": "true"})


def told(answer: object, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """An answer, byte for byte the same each time: the database may keep its keys in another order."""
    sent = {"Cache-Control": "no-store", **(headers or {})}
    return JsonResponse(
        answer, status=status, headers=sent, safe=False, json_dumps_params={"sort_keys": True}
    )


def fingerprint(request: Asked) -> str:
    """What a request asks for, whatever the spaces and the order in its body."""
    try:
        body = json.dumps(json.loads(request.body or b"null"), sort_keys=True)
    except (ValueError, RecursionError):
        body = request.body.hex()
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()
