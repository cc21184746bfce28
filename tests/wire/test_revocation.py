"""Revocations: the root's own word about a key, in a record that another key signs."""

from datetime import timedelta

import pytest

from isthmus.wire import keys
from isthmus.wire.record import read_record
from isthmus.wire.revocation import GROUNDS, check_revocation, is_revocation, sign_revocation
from tests.wire.artefacts import REVOKED, SECOND, SECOND_KEY, THIRD, revocation
from tests.wire.samples import NOW, cn, code_of, mm

KID = keys.thumbprint(THIRD)


def check(token, cert=SECOND, root=None, kid=KID):
    return check_revocation(read_record(token)[1], kid, cert, root or mm().root)


def test_says_from_when_on_what_ground_and_why():
    token = revocation(SECOND)
    assert is_revocation(read_record(token)[1])
    body = check(token)
    assert (body.revoked_from, body.ground, body.reason) == (REVOKED, "leaked", "A laptop was stolen.")
    assert GROUNDS == ("leaked", "lost", "misissued")


def crl(cert=SECOND, root=None, root_key=None, since=REVOKED):
    return sign_revocation(
        cert, root or mm().root, root_key or mm().root_key, revoked_from=since, ground="lost", now=REVOKED
    )


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (revocation(SECOND, version=2), "Refused wire.revocation.type"),
        (revocation(SECOND, sender="md", stream="md>cn#1"), "Refused wire.revocation.node"),
        (revocation(mm().log), "Refused wire.revocation.other-key"),
        (revocation(SECOND, body={"purpose": "log"}), "Refused wire.revocation.purpose"),
        (revocation(SECOND, body={"crl": "text"}), "BadInput wire.revocation.crl"),
        (revocation(SECOND, body={"crl": crl(mm().log)}), "Refused wire.revocation.other-key"),
        (
            revocation(SECOND, body={"crl": crl(root=cn().root, root_key=cn().root_key)}),
            "Refused wire.revocation.root",
        ),
        (revocation(SECOND, body={"crl": crl(root_key=cn().root_key)}), "Refused wire.revocation.root"),
        (revocation(SECOND, body={"crl": crl(since=NOW)}), "Refused wire.revocation.time"),
        (revocation(SECOND, issued=REVOKED - timedelta(seconds=1)), "Refused wire.revocation.time"),
        (revocation(SECOND, body={"reason": ""}), "BadInput wire.key-revocation.invalid"),
    ],
    ids=[
        "type",
        "node",
        "another key",
        "purpose",
        "no list",
        "list of another key",
        "another root",
        "forged",
        "another moment",
        "ahead of the record",
        "no reason",
    ],
)
def test_what_does_not_hold(token, code):
    assert code_of(check, token) == code


def test_a_key_does_not_revoke_itself():
    own = revocation(SECOND, key=SECOND_KEY, by=SECOND)
    assert code_of(check, own, kid=keys.thumbprint(SECOND)) == "Refused wire.revocation.signer"
