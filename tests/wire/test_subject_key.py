"""A subject's key travels sealed: only its receiver opens it, and only as what its sender made it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import BadInput, Refused
from isthmus.kit.ids import uuid7
from isthmus.wire import envelope, keys
from isthmus.wire.subject_key import (
    MAX_TOKEN,
    SubjectKeyGrant,
    key_id_of,
    key_text,
    open_grant,
    seal_grant,
)
from tests.foreign import ForeignNode

CN, MD = ForeignNode(), ForeignNode(node_id="md", name="Moldova", country="MD")
CERTIFICATE = CN.certificates["encryption"]


def grant(**changes: Any) -> SubjectKeyGrant:
    members: dict[str, Any] = {
        "id": uuid7(),
        "sender": "mm",
        "receiver": "cn",
        "subject": "file 4711",
        "key": key_text(b"k" * 32),
        "attachment": "a" * 64,
        "issued": datetime(2026, 11, 26, tzinfo=UTC),
    }
    return SubjectKeyGrant(**{**members, **changes})


def opened(token: str, **changes: Any) -> SubjectKeyGrant:
    given: dict[str, Any] = {
        "private_key": CN.encryption_key,
        "kid": keys.thumbprint(CERTIFICATE),
        "sender": "mm",
        "receiver": "cn",
    }
    return open_grant(token, **{**given, **changes})


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=60))
def test_it_opens_again_for_its_receiver(key: bytes, subject: str) -> None:
    import unicodedata

    subject = unicodedata.normalize("NFC", "".join(sign for sign in subject if sign.isprintable()) or "x")
    made = grant(key=key_text(key), subject=subject)
    token = seal_grant(made, CERTIFICATE)
    assert subject not in token or len(subject) < 4
    assert opened(token) == made
    assert opened(token).key_bytes == key
    assert key_id_of(token) == keys.thumbprint(CERTIFICATE)


@pytest.mark.parametrize(
    "changes",
    [
        {"private_key": MD.encryption_key},
        {"sender": "md"},
        {"receiver": "md"},
        {"kid": "0" * 43},
    ],
)
def test_for_nobody_else_and_from_nobody_else(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        opened(seal_grant(grant(), CERTIFICATE), **changes)
    assert caught.value.code == "wire.subject-key.sealed"


def test_what_says_otherwise_inside_than_outside_is_refused() -> None:
    segment = envelope.encrypt_segment(
        grant().to_bytes(),
        public_key=CN.encryption_key.public_key(),
        kid=keys.thumbprint(CERTIFICATE),
        party=envelope.party_of("mm", str(uuid7())),
        receiver="cn",
    )
    with pytest.raises(Refused):
        opened(segment.decode())


@pytest.mark.parametrize("certificate", [CN.certificates["seal"], MD.certificates["encryption"]])
def test_it_is_sealed_for_the_receivers_encryption_certificate_alone(certificate: Any) -> None:
    with pytest.raises(BadInput) as caught:
        seal_grant(grant(), certificate)
    assert caught.value.code == "wire.subject-key.parties"


@pytest.mark.parametrize("token", ["", "x", "a.b.c.d.e", "é", "{}"])
def test_what_is_no_sealed_key_is_refused(token: str) -> None:
    assert key_id_of(token) == ""
    with pytest.raises(Refused):
        opened(token)
    with pytest.raises(BadInput):
        opened(token + "x" * (MAX_TOKEN + 1))


@pytest.mark.parametrize("changes", [{"key": "short"}, {"subject": ""}, {"attachment": "A" * 64}])
def test_the_members_are_held_to_their_form(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        grant(**changes)
