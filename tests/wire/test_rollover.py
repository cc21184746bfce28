from datetime import timedelta

import pytest

from isthmus.wire import codec, keys
from isthmus.wire.record import sign_record
from isthmus.wire.rollover import KeyRollover, accept_rollover, is_rollover
from tests.wire.samples import NOW, cn, code_of, make_node, make_record, mm, p256, record_token

LATER = NOW + timedelta(days=365)


def issue(purpose="seal", key=None, node=None, now=LATER):
    node = node or mm()
    public = (key or p256(77)).public_key()
    return keys.issue_certificate(purpose, public, node.root, node.root_key, now=now, years=5)


NEW = issue()


def body(**changes):
    return {
        "purpose": "seal",
        "old_kid": mm().kid,
        "certificate": keys.to_pem(NEW),
        "effective_from": "2027-11-23T10:02:00Z",
        **changes,
    }


def rollover_record(**changes):
    return make_record(**{"type": "exchange.key-rollover", "issued": LATER, "body": body(), **changes})


def token(key=None, kid=None, **changes):
    return sign_record(rollover_record(**changes), key or mm().seal_key, kid or mm().kid)


def accept(signed, old=None, root=None, **named):
    return accept_rollover(signed, old or mm().seal, root or mm().root, **named)


class TestAccepted:
    def test_a_seal_key_names_its_successor(self):
        assert accept(token()) == NEW

    def test_from_a_moment_yet_to_come(self):
        assert accept(token(body=body(effective_from="2028-01-01T00:00:00Z"))) == NEW

    @pytest.mark.parametrize("purpose", ["encryption", "log"])
    def test_the_seal_announces_the_others(self, purpose):
        old = {"encryption": mm().encryption, "log": mm().log}[purpose]
        new = issue(purpose, cn().log_key if purpose == "log" else None)
        told = body(purpose=purpose, old_kid=keys.thumbprint(old), certificate=keys.to_pem(new))
        assert accept(token(body=told), old, seal=mm().seal) == new

    def test_an_encryption_key_that_has_run_out(self):
        old = keys.issue_certificate(
            "encryption", p256(9).public_key(), mm().root, mm().root_key, now=NOW, years=1
        )
        assert old.not_valid_after_utc < LATER + timedelta(days=30)
        late = LATER + timedelta(days=30)
        new = issue("encryption")
        told = body(
            purpose="encryption",
            old_kid=keys.thumbprint(old),
            certificate=keys.to_pem(new),
            effective_from="2028-01-01T00:00:00Z",
        )
        assert accept(token(body=told, issued=late), old, seal=mm().seal) == new

    def test_the_same_key_under_a_new_certificate(self):
        renewed = issue(key=mm().seal_key)
        assert accept(token(body=body(certificate=keys.to_pem(renewed)))) == renewed

    def test_the_body_is_written_as_published(self):
        assert list(KeyRollover.from_json(body()).to_json()) == [
            "purpose",
            "old_kid",
            "certificate",
            "effective_from",
        ]
        assert codec.decode(KeyRollover.from_json(body()).to_bytes()) == body()


class TestRefused:
    def test_another_record(self):
        assert is_rollover(rollover_record())
        assert not is_rollover(rollover_record(version=2))
        assert code_of(accept, record_token()) == "Refused wire.rollover.type"
        assert code_of(accept, token(version=2)) == "Refused wire.rollover.type"

    def test_signed_with_the_new_key_or_a_stranger_s(self):
        by_new = token(key=p256(77), kid=keys.thumbprint(NEW))
        assert code_of(accept, by_new) == "Refused wire.rollover.signer"
        assert code_of(accept, token(key=p256(77))) == "Refused wire.signature.invalid"

    def test_a_retired_seal_key_does_not_choose_the_next_but_one(self):
        told = body(old_kid=keys.thumbprint(NEW), certificate=keys.to_pem(issue(key=p256(78))))
        assert code_of(accept, token(body=told), NEW, seal=mm().seal) == "Refused wire.rollover.signer"

    def test_by_another_node(self):
        other = token(sender="md", stream="md>cn#1")
        assert code_of(accept, other) == "Refused wire.rollover.node"

    def test_of_another_key_than_the_one_known(self):
        told = body(old_kid=keys.thumbprint(mm().encryption))
        assert code_of(accept, token(body=told)) == "Refused wire.rollover.old-key"

    @pytest.mark.parametrize("purpose", ["encryption", "log"])
    def test_for_another_purpose_than_the_old_key_had(self, purpose):
        assert code_of(accept, token(body=body(purpose=purpose))) == "Refused wire.rollover.purpose"

    def test_the_root_is_no_key_to_roll_over(self):
        told = body(old_kid=keys.thumbprint(mm().root))
        assert code_of(accept, token(body=told), mm().root, seal=mm().seal) == "Refused wire.rollover.purpose"

    def test_backdated(self):
        at_once = body(effective_from="2027-11-23T10:02:00Z")
        assert accept(token(body=at_once)) == NEW
        before = body(effective_from="2027-11-23T10:01:59.999999Z")
        assert code_of(accept, token(body=before)) == "Refused wire.rollover.backdated"

    def test_to_the_same_certificate(self):
        told = body(certificate=keys.to_pem(mm().seal))
        assert code_of(accept, token(body=told)) == "Refused wire.rollover.same"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"certificate": keys.to_pem(issue("encryption"))}, "Refused trust.certificate.purpose"),
            ({"certificate": keys.to_pem(issue(node=cn()))}, "Refused trust.certificate.issuer"),
            (
                {"certificate": keys.to_pem(issue(node=make_node("mm", "Myanmar Customs", "MM", 3000)))},
                "Refused trust.certificate.issuer",
            ),
            ({"certificate": keys.to_pem(mm().root)}, "Refused trust.certificate.purpose"),
            ({"certificate": "text"}, "BadInput trust.certificate.form"),
            (
                {"certificate": keys.to_pem(issue(now=LATER + timedelta(seconds=1)))},
                "Refused trust.certificate.not-yet-valid",
            ),
            ({"effective_from": "2032-11-23T10:02:01Z"}, "Refused trust.certificate.expired"),
            ({"certificate": ""}, "BadInput wire.key-rollover.invalid"),
            ({"purpose": "root"}, "BadInput wire.key-rollover.invalid"),
            ({"old_kid": "x"}, "BadInput wire.key-rollover.invalid"),
            ({"effective_from": "soon"}, "BadInput wire.key-rollover.invalid"),
            ({"more": 1}, "BadInput wire.key-rollover.invalid"),
        ],
    )
    def test_a_new_certificate_that_does_not_hold(self, changes, code):
        assert code_of(accept, token(body=body(**changes))) == code

    def test_a_signer_that_had_run_out(self):
        late = NOW.replace(year=2031) + timedelta(days=1)
        told = body(effective_from="2031-12-01T00:00:00Z")
        assert code_of(accept, token(issued=late, body=told)) == "Refused trust.certificate.expired"

    def test_a_signer_under_another_root(self):
        other = make_node("mm", "Myanmar Customs", "MM", 3000)
        assert code_of(accept, token(), root=other.root) == "Refused trust.certificate.issuer"

    def test_an_old_key_under_another_root(self):
        stranger = issue("encryption", node=make_node("mm", "Myanmar Customs", "MM", 3000))
        told = body(
            purpose="encryption",
            old_kid=keys.thumbprint(stranger),
            certificate=keys.to_pem(issue("encryption")),
        )
        code = code_of(accept, token(body=told), stranger, seal=mm().seal)
        assert code == "Refused trust.certificate.issuer"
