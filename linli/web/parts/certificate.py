"""A certificate of hours as paper: its words out of the signed document, the QR code that leads to its check."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.commons.timebank.queries.certificates import ID_KIND, long_words

QR_ERROR, QR_SCALE = "m", 5


def check_address(number: str) -> str:
    """Where anybody can check a number."""
    return f"{settings.LINLI_BASE_URL.rstrip('/')}{reverse('public:certificate_short', args=[number])}"


def spaced_number(number: str) -> str:
    """A number as people read it out: the organisation, the year, the serial."""
    return f"{number[:12]} {number[12:16]} {number[16:]}".strip()


def sheet_of(paper: Mapping[str, Any]) -> dict[str, Any]:
    """What the sheet shows of a signed document."""
    said = paper["payload"]
    address = check_address(said["number"])
    return {
        "said": said,
        "number": spaced_number(said["number"]),
        "hours": long_words(said["minutes"]),
        "services": [one | {"hours": long_words(one["minutes"])} for one in said["services"]],
        "first_on": date.fromisoformat(said["first_on"]),
        "last_on": date.fromisoformat(said["last_on"]),
        "issued_on": date.fromisoformat(said["issued_on"]),
        "id_kind": str(ID_KIND) if said["id_kind"] else _("not on record"),
        "issuer": _("taken by the volunteer in person, signed by {organisation}").format(**said)
        if said["asked_by_oneself"]
        else said["issuer"],
        "qr": segno.make(address, error=QR_ERROR).svg_data_uri(scale=QR_SCALE, border=2),
        "address": address,
        "key": paper["key"]["id"],
        "mark": paper["signature"][:16],
    }
