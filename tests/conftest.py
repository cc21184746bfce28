"""What every test of the Django layers can ask for."""

import os
from copy import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from isthmus.accounts import api, audit
from isthmus.accounts.throttle import Throttle
from isthmus.exchange import pace
from isthmus.exchange.models import Agreement, Decision
from isthmus.exchange.services import agreements
from isthmus.node import limits
from isthmus.trust.models import OwnKey, Partner
from isthmus.trust.services import confirm, initialise_keys, introduce
from tests.foreign import ForeignNode
from tests.processes import databases

# How long an example takes says how busy the machine is, and nothing about the code.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--touching-database",
        action="store_true",
        help="leave out what no database sees: the second run, on another database, need not repeat it",
    )


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or any(item.get_closest_marker(name) for name in ("django_db", "processes", "fault"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under ``--touching-database``: what asks for a database, or starts nodes that do, but for ``once``."""
    if config.getoption("--touching-database"):
        config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
        items[:] = [item for item in items if _touches_database(item)]


def pytest_sessionfinish() -> None:
    """Remove the database that this run prepared on a server."""
    databases.discard()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's file is the copy that was just made; a database on a server is made from the prepared one."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with every migration applied."""
    place = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        databases.copy_file(Path(place["NAME"]))
    else:
        place["TEMPLATE"] = databases.on_server(os.environ["ISTHMUS_TEST_DATABASE"])
        connection.ops.sql_flush = _empty_what_holds_rows


def _empty_what_holds_rows(style: object, tables: list[str], **options: object) -> list[str]:
    """After a test that commits: a TRUNCATE would make new files for every table, also the empty ones."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        looks = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in tables]
        cursor.execute(" UNION ALL ".join(looks))
        return [f"DELETE FROM {quote(table)}" for (table,) in cursor.fetchall()]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes and long texts by their argument: made anew, they differ between the test processes."""
    if isinstance(val, bytes | bytearray) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None


@pytest.fixture(scope="session", autouse=True)
def _fixed_passphrase() -> None:
    settings.ISTHMUS.home.mkdir(parents=True, exist_ok=True)
    settings.ISTHMUS.passphrase_path.write_text("a passphrase for tests only", encoding="ascii")


@pytest.fixture(autouse=True)
def _language_of_the_settings() -> None:
    """A page that a test asked for in French leaves its thread speaking French."""
    translation.deactivate()


_THROTTLES = [
    found for module in (api, limits, pace) for found in vars(module).values() if isinstance(found, Throttle)
]


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    """The process remembers who asked how often and was refused, and tests share a process."""
    for throttle in _THROTTLES:
        throttle._buckets.clear()


@pytest.fixture(autouse=True)
def _every_alarm_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alarm that nobody wrote the advice for fails the test that raises it."""
    from isthmus.exchange.services import alarms

    def fail(code: str) -> None:
        pytest.fail(f"write an entry for {code} in isthmus/exchange/alarm_book.py, then `alarm document`")

    monkeypatch.setattr(alarms, "undescribed", fail)


_KEYS: list[OwnKey] = []
"""This node's keys, made once a test process: sealing them with scrypt costs more than most tests."""


@pytest.fixture
def node(db: None) -> str:
    """This node, ``mm``, with its keys."""
    if _KEYS:
        OwnKey.objects.bulk_create(copy(key) for key in _KEYS)
        audit.note("trust.keys-made", actor="test", subject=settings.ISTHMUS.node_id)
    else:
        initialise_keys(actor="test")
        _KEYS.extend(OwnKey.objects.order_by("pk"))
        for key in _KEYS:
            key.pk = None
    return settings.ISTHMUS.node_id


@pytest.fixture
def cn(node: str) -> ForeignNode:
    """The partner ``cn``, introduced and confirmed."""
    foreign = ForeignNode()
    confirm(introduce(foreign.card_token, actor="test"), foreign.words, actor="test")
    return foreign


@pytest.fixture
def partner(cn: ForeignNode) -> Partner:
    """This node's row for ``cn``."""
    return Partner.objects.get(node_id="cn")


@pytest.fixture
def agreed(cn: ForeignNode) -> Agreement:
    """An agreement in force: export declarations cross both ways, with their number, parties and items."""
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services.inbox import receive
    from isthmus.wire import codec
    from tests.foreign import terms

    fields = ["consignee_name", "declaration_number", "items", "match.net_kg"]
    kind = "etrade.export-declaration/1"
    content = terms(grants=[(kind, "cn", "mm", fields), (kind, "mm", "cn", fields)])
    agreement = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="approver")
    body = {
        "agreement": str(agreement.uuid),
        "digest": agreement.digest,
        "decision": Decision.SIGNED.value,
        "reason": "",
    }
    receive(Partner.objects.get(node_id="cn"), [cn.send("exchange.agreement-answer/1", body)])
    agreement.refresh_from_db()
    return agreement
