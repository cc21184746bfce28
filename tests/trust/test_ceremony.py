"""First contact: a card is kept, and trusted only after people compared its words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from isthmus.accounts import audit
from isthmus.accounts.models import AuditEvent
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey, PartnerState
from isthmus.trust.services import (
    confirm,
    find_partner,
    forget,
    initialise_keys,
    introduce,
    own_card,
    resume,
    suspend,
)
from isthmus.trust.validation import check_key_at, key_ring, own_ring
from isthmus.wire import jws
from isthmus.wire.card import read_card
from isthmus.wire.record import read_record
from tests.foreign import ForeignNode


class TestOwnKeys:
    def test_each_purpose_has_one_certified_by_the_root(self, node: str) -> None:
        card = read_card(own_card(("etrade.export-declaration/1",)))
        assert card.id == "mm"
        assert {own.purpose for own in OwnKey.objects.all()} == {"root", "seal", "encryption", "log"}

    def test_are_made_once(self, node: str) -> None:
        kids = set(OwnKey.objects.values_list("kid", flat=True))
        assert initialise_keys(actor="test") is False
        assert set(OwnKey.objects.values_list("kid", flat=True)) == kids

    def test_private_halves_are_encrypted_files_that_only_the_owner_reads(self, node: str) -> None:
        for own in OwnKey.objects.all():
            path = settings.ISTHMUS.keys_folder / own.file_name
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")

    def test_without_keys_the_node_says_what_to_do(self, db: None) -> None:
        with pytest.raises(Exception, match="has no seal key"):
            keystore.in_use(KeyPurpose.SEAL)

    def test_what_this_node_signs_can_be_checked_with_its_own_ring(self, node: str) -> None:
        seal = keystore.in_use(KeyPurpose.SEAL)
        token = jws.sign(b"{}", key=seal.private_key, kid=seal.kid, typ=jws.RECORD)
        assert own_ring("mm").check_signature(jws.parse(token, typ=jws.RECORD)).kid == seal.kid


class TestIntroduction:
    def test_a_card_is_kept_but_not_trusted(self, node: str) -> None:
        partner = introduce(ForeignNode().card_token, actor="officer")
        assert (partner.state, partner.is_active) == (PartnerState.PENDING, False)
        assert partner.keys.count() == 4

    def test_an_altered_card_is_refused(self, node: str) -> None:
        token = ForeignNode().card_token
        altered = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
        with pytest.raises((BadInput, Refused)):
            introduce(altered, actor="officer")
        assert not Partner.objects.exists()

    def test_the_own_card_is_refused(self, node: str) -> None:
        with pytest.raises(Conflict, match="card of this node itself"):
            introduce(own_card(()), actor="officer")

    def test_before_the_ceremony_another_card_replaces_the_first(self, node: str) -> None:
        introduce(ForeignNode().card_token, actor="officer")
        second = ForeignNode()
        partner = introduce(second.card_token, actor="officer")
        assert partner.keys.get(purpose="seal").kid == second.kid
        assert Partner.objects.count() == 1

    def test_after_the_ceremony_a_card_of_another_root_is_refused(self, cn: ForeignNode) -> None:
        with pytest.raises(Conflict, match="another root certificate"):
            introduce(ForeignNode().card_token, actor="officer")

    def test_after_the_ceremony_the_same_root_may_move(self, cn: ForeignNode) -> None:
        cn.url = "https://new.example"
        partner = introduce(cn.card_token, actor="officer")
        assert (partner.url, partner.state) == ("https://new.example", PartnerState.ACTIVE)

    def test_a_card_that_was_never_confirmed_can_be_forgotten(self, node: str) -> None:
        forget(introduce(ForeignNode().card_token, actor="officer"), actor="officer")
        assert not PartnerKey.objects.exists()

    def test_a_confirmed_partner_cannot(self, partner: Partner) -> None:
        with pytest.raises(Conflict, match="Suspend the partner instead"):
            forget(partner, actor="officer")


class TestConfirmation:
    def test_the_right_words_make_a_partner(self, node: str) -> None:
        foreign = ForeignNode()
        partner = confirm(
            introduce(foreign.card_token, actor="officer"),
            "  ".join(foreign.words.upper().split()),
            actor="approver",
        )
        assert (partner.state, partner.confirmed_by) == (PartnerState.ACTIVE, "approver")

    def test_other_words_do_not_and_are_noted(self, node: str) -> None:
        partner = introduce(ForeignNode().card_token, actor="officer")
        with audit.lasting(), pytest.raises(BadInput, match="do not match"):
            confirm(partner, ForeignNode().words, actor="approver")
        assert AuditEvent.objects.filter(kind="trust.words-differ", subject="cn").count() == 1
        partner.refresh_from_db()
        assert partner.state == PartnerState.PENDING

    def test_twice_is_a_conflict(self, cn: ForeignNode, partner: Partner) -> None:
        with pytest.raises(Conflict, match="confirmed already"):
            confirm(partner, cn.words, actor="approver")


class TestSuspension:
    def test_and_resumption_are_noted_with_the_reason(self, partner: Partner) -> None:
        suspended = suspend(partner, "keys may be stolen", actor="operator")
        assert not suspended.is_active
        assert resume(suspended, actor="operator").is_active
        kinds = list(AuditEvent.objects.order_by("occurred").values_list("kind", flat=True))
        assert kinds[-2:] == ["trust.partner-suspended", "trust.partner-resumed"]

    def test_only_the_active_can_be_suspended_and_only_the_suspended_resumed(self, partner: Partner) -> None:
        with pytest.raises(Conflict):
            resume(partner, actor="operator")
        with pytest.raises(Conflict):
            suspend(suspend(partner, "why", actor="operator"), "again", actor="operator")


class TestKeys:
    def test_an_unknown_key_is_named(self, cn: ForeignNode, partner: Partner) -> None:
        stranger = ForeignNode()
        unverified, _ = read_record(stranger.send("exchange.agreement/1", {}))
        with pytest.raises(Refused, match=stranger.kid):
            key_ring(partner).check_signature(unverified)

    def test_a_key_speaks_only_for_its_purpose(self, cn: ForeignNode, partner: Partner) -> None:
        unverified, _ = read_record(cn.send("exchange.agreement/1", {}))
        assert key_ring(partner).check_signature(unverified).purpose == "seal"
        with pytest.raises(Refused):
            key_ring(partner, KeyPurpose.ENCRYPTION).check_signature(unverified)

    @pytest.mark.parametrize(
        ("days", "revoked_after", "fault"),
        [
            (-1, None, "not valid yet"),
            (10, None, ""),
            (2000, None, "expired"),
            (10, 5, "revoked"),
            (4, 5, ""),
        ],
    )
    def test_validity_is_judged_at_the_time_of_signing(
        self, days: int, revoked_after: int | None, fault: str
    ) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        revoked = start + timedelta(days=revoked_after) if revoked_after is not None else None
        key = PartnerKey(
            kid="k", valid_from=start, valid_until=start + timedelta(days=1826), revoked_at=revoked
        )
        if fault:
            with pytest.raises(Refused, match=fault):
                check_key_at(key, start + timedelta(days=days))
        else:
            check_key_at(key, start + timedelta(days=days))


def test_an_unknown_partner_is_told_how_partners_get_here(node: str) -> None:
    with pytest.raises(NotFound, match="Add its card under Partners"):
        find_partner("zz")
