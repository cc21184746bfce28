from datetime import timedelta
from hashlib import sha256

import pytest

from isthmus.kit.errors import BadInput
from isthmus.wire import codec, jws
from isthmus.wire.request import LIFETIME, RequestClaim, check_request, read_request, sign_request
from tests.wire.samples import NOW, code_of, mm, record_token

BODY = b"a batch"
TARGET = "/exchange/v1/outbox/cn?after=7"
SECOND = timedelta(seconds=1)


def sign(**changes):
    arguments = {
        "issuer": "mm",
        "audience": "cn",
        "method": "POST",
        "target": TARGET,
        "body": BODY,
        "now": NOW,
        "key": mm().seal_key,
        "kid": mm().kid,
    }
    return sign_request(**{**arguments, **changes})


def check(claim, **changes):
    arguments = {
        "audience": "cn",
        "method": "POST",
        "target": TARGET,
        "body": BODY,
        "now": NOW,
        "tolerance": timedelta(0),
    }
    return check_request(claim, **{**arguments, **changes})


def test_says_what_is_asked_by_whom():
    unverified, claim = read_request(sign())
    assert jws.verify(unverified, mm().seal.public_key()) == claim.to_bytes()
    assert (claim.issuer, claim.audience, claim.method, claim.target) == ("mm", "cn", "POST", TARGET)
    assert claim.body_sha256 == sha256(BODY).hexdigest()
    assert (claim.issued, claim.expires) == (NOW, NOW + timedelta(minutes=5))
    assert list(codec.decode(claim.to_bytes())) == [
        "iss",
        "aud",
        "method",
        "target",
        "body_sha256",
        "issued",
        "expires",
        "id",
    ]


def test_no_two_are_the_same():
    assert read_request(sign())[1].id != read_request(sign())[1].id


def test_a_record_is_no_request():
    assert code_of(read_request, record_token()) == "Refused wire.jws.type"


def test_holds_for_this_request():
    assert check(read_request(sign())[1]) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"audience": "md"}, "audience"),
        ({"method": "GET"}, "method"),
        ({"target": "/exchange/v1/outbox/cn?after=8"}, "target"),
        ({"target": "/exchange/v1/outbox/cn"}, "target"),
        ({"body": b"a batch "}, "body"),
        ({"body": b""}, "body"),
        ({"now": NOW - SECOND}, "early"),
        ({"now": NOW + LIFETIME + SECOND}, "expired"),
        ({"now": NOW - 61 * SECOND, "tolerance": 60 * SECOND}, "early"),
        ({"now": NOW + LIFETIME + 61 * SECOND, "tolerance": 60 * SECOND}, "expired"),
    ],
)
def test_holds_for_no_other(changes, reason):
    assert code_of(check, read_request(sign())[1], **changes) == f"Refused exchange.request.{reason}"


@pytest.mark.parametrize("now", [NOW - 60 * SECOND, NOW, NOW + LIFETIME, NOW + LIFETIME + 60 * SECOND])
def test_clocks_may_differ_by_the_tolerance(now):
    assert check(read_request(sign())[1], now=now, tolerance=60 * SECOND) is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"issuer": "M"}, "iss"),
        ({"audience": ""}, "aud"),
        ({"method": "post"}, "method"),
        ({"method": "TRACE"}, "method"),
        ({"target": "https://cn.example.org/"}, "target"),
        ({"target": "/a b"}, "target"),
        ({"target": "/a\nb"}, "target"),
        ({"target": "/" + "x" * 2000}, "target"),
        ({"lifetime": timedelta(0)}, "the document"),
        ({"lifetime": timedelta(hours=1, seconds=1)}, "the document"),
    ],
)
def test_what_cannot_be_asked(changes, where):
    with pytest.raises(BadInput) as caught:
        sign(**changes)
    assert caught.value.code == "wire.request.invalid"
    assert [fault.where for fault in caught.value.faults] == [where]


def test_an_hour_is_the_longest_life():
    assert read_request(sign(lifetime=timedelta(hours=1)))[1].expires == NOW + timedelta(hours=1)


def test_members_under_their_written_names_only():
    written = codec.decode(read_request(sign())[1].to_bytes())
    written["issuer"] = written.pop("iss")
    with pytest.raises(BadInput) as caught:
        RequestClaim.from_json(written)
    assert {fault.where for fault in caught.value.faults} == {"iss", "issuer"}
