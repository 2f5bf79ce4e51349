"""What every test stands on: a database file and a data folder of its own; browser stories marked by path."""

from importlib import import_module
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

append_only = import_module("linli.ground.journal.migrations.0002_append_only")
ledger_law = import_module("linli.ground.ledger.migrations.0002_law")
facts = import_module("linli.commons.timebank.migrations.0002_facts")

hypothesis_settings.register_profile("house", deadline=None)  # two cores, shared: time proves nothing here
hypothesis_settings.load_profile("house")
pytest_plugins = ["tests.browser"]
STORIES = Path(__file__).parent / "stories"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything under tests/stories/ runs in a browser, and says so."""
    for item in items:
        if STORIES in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite a file, not memory: races need two real connections, and the live server has threads.

    The file may forget everything when the machine stops, so it need not wait for the disk.
    """
    database = connections["default"].settings_dict
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "linli.sqlite3")
        options = database.setdefault("OPTIONS", {})
        quick = options.get("init_command", "").replace("synchronous=FULL", "synchronous=OFF")
        options["init_command"] = quick or "PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def quick_and_alone(settings: Settings, tmp_path: Path) -> None:
    """Files go to a folder of the test's own; passwords hash quickly; nothing is left in the cache."""
    settings.LINLI_DATA = tmp_path / "data"
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "data"},
    }
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LINLI_REQUIRE_MFA = False  # tests/web/test_door.py is about the second factor
    settings.LINLI_DEMO = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The flush after a test with real commits removes rows, which the triggers of journal and ledger forbid.

    ``journal_guarded`` and ``ledger_guarded`` put them back for the tests that are about them; what the ledger
    refuses to add or to change it refuses in every test.
    """
    with django_db_blocker.unblock():
        ledger_law.loosen(connections["default"].schema_editor())
        facts.loosen(connections["default"].schema_editor())
        if connections["default"].vendor == "sqlite":
            append_only.allow(None, connections["default"].schema_editor())


@pytest.fixture
def journal_guarded(db: None) -> None:
    """The triggers of the journal, as production has them."""
    if connections["default"].vendor == "sqlite":
        append_only.forbid(None, connections["default"].schema_editor())


@pytest.fixture
def ledger_guarded(db: None) -> None:
    """The ledger refuses to remove rows too, as in production."""
    ledger_law.fix(connections["default"].schema_editor())
