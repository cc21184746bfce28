"""What a reader learns about a node's keys: any order, nothing that does not connect, exact moments."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.kit.errors import Refused
from isthmus.wire import keys
from isthmus.wire.evidence import Witness
from isthmus.wire.key_history import learn, take
from isthmus.wire.record import read_record
from tests.wire.artefacts import DAY, REVOKED, ROLLED, SECOND, THIRD, certificate, revocation, rollover
from tests.wire.samples import NOW, cn, code_of, mm, p256, record_token

SECOND_LEARNT = rollover(mm().seal, SECOND)
TAKEN = timedelta(hours=1)
STRAY = rollover(cn().encryption, certificate("encryption", p256(9)), purpose="encryption")
SEALS = [mm().seal, *(certificate("seal", p256(200 + n), NOW + n * DAY) for n in range(1, 5))]
KEYS = [mm().seal_key, *(p256(200 + n) for n in range(1, 5))]
CHAIN = [
    rollover(old, new, NOW + n * DAY, KEYS[n - 1], old)
    for n, (old, new) in enumerate(pairwise(SEALS), start=1)
]


def witness(*texts):
    found = Witness(mm().card())
    learn([found], texts)
    return found


def in_force(found, cert, at):
    try:
        found.check_in_force(cert, at)
    except Refused as refused:
        return refused.code.rpartition(".")[2]
    return ""


@given(st.permutations(CHAIN))
def test_the_order_in_which_roll_overs_are_given_does_not_matter(tokens):
    found = witness(*tokens)
    assert found.current["seal"] == SEALS[-1]
    assert set(found.known) >= {keys.thumbprint(cert) for cert in SEALS}


@given(st.permutations(CHAIN), st.integers(0, 5 * 24 * 3600))
def test_at_any_moment_one_seal_is_in_force_and_two_only_at_a_switch(tokens, seconds):
    found, at = witness(*tokens), NOW + timedelta(seconds=seconds)
    standing = [cert for cert in SEALS if not in_force(found, cert, at)]
    switch = seconds % 86_400 == 0 and 0 < seconds <= 4 * 86_400
    assert len(standing) == (2 if switch else 1)
    assert SEALS[min(seconds // 86_400, 4)] in standing


@given(st.permutations(CHAIN), st.integers(0, 3))
def test_without_one_of_them_the_later_ones_do_not_connect(tokens, missing):
    given_ = [token for token in tokens if token != CHAIN[missing]]
    if missing == 3:
        assert witness(*given_).current["seal"] == SEALS[3]
    else:
        assert code_of(witness, *given_) == "Refused wire.verify.keys"


@given(st.integers(-7200, 7200))
def test_moments_around_a_switch(seconds):
    found = witness(SECOND_LEARNT)
    at = ROLLED + timedelta(seconds=seconds)
    assert in_force(found, mm().seal, at) == ("superseded" if seconds > 0 else "")
    assert in_force(found, SECOND, at) == ("not-in-force" if seconds < 0 else "")


@given(st.integers(-7200, 7200))
def test_moments_around_a_revocation(seconds):
    second_rollover = rollover(SECOND, THIRD, REVOKED + DAY, p256(71), SECOND)
    found = witness(revocation(SECOND), second_rollover, SECOND_LEARNT)
    at = REVOKED + timedelta(seconds=seconds)
    assert in_force(found, SECOND, at) == ("revoked" if seconds >= 0 else "")


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([record_token()], "BadInput wire.verify.keys-kind"),
        ([keys.to_pem(cn().seal)], "Refused wire.verify.keys"),
        ([keys.to_pem(mm().root)], "Refused wire.verify.certificate"),
        ([revocation(SECOND)], "Refused wire.verify.keys"),
        ([keys.to_pem(THIRD), revocation(SECOND)], "Refused wire.verify.keys"),
        (
            [rollover(cn().encryption, certificate("encryption", p256(9)), purpose="encryption")],
            "Refused wire.verify.keys",
        ),
        ([rollover(mm().seal, SECOND, key=p256(9))], "Refused wire.signature.invalid"),
        (["-----BEGIN CERTIFICATE-----"], "BadInput trust.certificate.form"),
    ],
    ids=["kind", "foreign", "root", "early", "revoked unknown", "old unknown", "forged", "damaged"],
)
def test_what_tells_nothing_is_refused(texts, code):
    assert code_of(witness, *texts) == code


def test_another_node_s_certificate_under_the_same_name():
    from tests.wire.samples import make_node

    twin = make_node("mm", "Myanmar Customs", "MM", 3000)
    assert code_of(witness, keys.to_pem(twin.seal)) == "Refused trust.certificate.issuer"


def test_learning_the_same_again_changes_nothing():
    found = witness(SECOND_LEARNT, SECOND_LEARNT)
    before = dict(found.known), dict(found.ends)
    assert take(found, *read_record(SECOND_LEARNT))
    assert (found.known, found.ends) == before
