"""Terms: their name, their period, their grants, and what makes them contradict themselves."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from isthmus.exchange.records import AgreementV1
from isthmus.exchange.rules.terms import check_terms, digest, grant_for, in_force_at
from isthmus.kit.errors import BadInput
from isthmus.wire import codec
from tests.foreign import terms

KIND = "etrade.export-declaration/1"
NUMBER = UUID("01936b2e-0000-7000-8000-000000000001")


def read(**changes: Any) -> AgreementV1:
    content = terms(NUMBER, grants=[(KIND, "mm", "cn", ["items"])])
    return AgreementV1.model_validate_json(codec.encode({**content, **changes}))


def test_the_digest_names_the_terms_whatever_the_order_of_their_members() -> None:
    content = terms(NUMBER, grants=[(KIND, "mm", "cn", ["items"])])
    turned = dict(reversed(content.items()))
    assert digest(read()) == digest(AgreementV1.model_validate_json(codec.encode(turned)))
    assert digest(read()) == codec.digest_json(content).hex()
    assert digest(read()) != digest(read(title="Another title"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 1, tzinfo=UTC), True),
        (datetime(2035, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2036, 1, 1, tzinfo=UTC), False),
    ],
)
def test_the_period_includes_its_first_moment_and_not_its_last(moment: datetime, expected: bool) -> None:
    assert in_force_at(read(), moment) is expected


def test_a_grant_runs_in_one_direction_only() -> None:
    grant = grant_for(read(), KIND, "mm", "cn")
    assert grant is not None
    assert grant.fields == ("items",)
    assert grant_for(read(), KIND, "cn", "mm") is None
    assert grant_for(read(), "etrade.licence/1", "mm", "cn") is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"valid_until": "2026-01-01T00:00:00Z"}, "valid_until"),
        (
            {"grants": [{"record_type": KIND, "sender": "mm", "receiver": "mm", "fields": ["items"]}]},
            "grants.1",
        ),
        (
            {"grants": [{"record_type": KIND, "sender": "mm", "receiver": "md", "fields": ["items"]}]},
            "grants.1",
        ),
        (
            {"grants": [{"record_type": KIND, "sender": "mm", "receiver": "cn", "fields": ["items"]}] * 2},
            "grants.2",
        ),
    ],
    ids=["period", "same-node", "outsider", "twice"],
)
def test_contradictions_are_named_with_their_place(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_terms(read(**changes))
    assert [fault.where for fault in caught.value.faults] == [where]


def test_sound_terms_pass() -> None:
    check_terms(read())
