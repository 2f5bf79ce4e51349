"""django-hordak's ``transfer_to`` on its own small Django: ``python -m bench.ledger_hordak build | post SEED``.

The library lies in a folder of its own on PYTHONPATH; the product's environment never sees it.
"""

import os
import sys
from random import Random

import dj_database_url
import django
from django.conf import settings
from django.core.management import call_command

settings.configure(
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
    DEFAULT_CURRENCY="CNY",
    CURRENCIES=["CNY"],
    HORDAK_CURRENCIES=["CNY"],
    HORDAK_INTERNAL_CURRENCY="CNY",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    SECRET_KEY="of a bench",
)
django.setup()

from django.db import connection, transaction  # noqa: E402
from hordak.models import Account, AccountType  # noqa: E402
from moneyed import Money  # noqa: E402

from bench.ledger_loop import serve  # noqa: E402

MEMBERS = 2_000


def build() -> None:
    """As many accounts as the other books have members."""
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        for number in range(MEMBERS):
            Account.objects.create(name=f"member {number}", type=AccountType.liability, currencies=["CNY"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    """Build, or post when told."""
    if sys.argv[1] == "build":
        build()
        return
    members = list(Account.objects.order_by("pk"))

    def act(_shape: str, chance: Random) -> None:
        one, other = chance.sample(members, 2)
        one.transfer_to(other, Money(chance.randint(1, 9), "CNY"))

    serve(act, int(sys.argv[2]), connection.connection.info.backend_pid)


if __name__ == "__main__":
    main()
