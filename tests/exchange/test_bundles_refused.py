"""Bundles that are damaged, forged or not for this node change nothing here, and the refusal says why."""

import pytest

from isthmus.exchange.models import Agreement
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.trust.models import KeyPurpose, OwnKey, Partner
from isthmus.trust.services import suspend
from tests.exchange.test_bundles import plug_in, send, state, stick
from tests.foreign import ForeignNode


class TestRefusedWhole:
    """What is not as its sender wrote it, or not for this node, changes nothing here."""

    def refused(self, data: bytes) -> IsthmusError:
        before = state()
        with pytest.raises(IsthmusError) as caught:
            plug_in(data)
        assert isinstance(caught.value, Refused | BadInput)
        assert state() == before
        return caught.value

    def test_a_changed_byte_anywhere(self, cn: ForeignNode, agreed: Agreement) -> None:
        data = stick(cn, send(cn, agreed, 3))
        for place in [*range(0, len(data), 97), len(data) - 2, len(data) - 1]:
            damaged = bytearray(data)
            damaged[place] ^= 1
            self.refused(bytes(damaged))
        assert plug_in(data).taken == 3

    def test_a_file_that_was_cut_short_or_grew(self, cn: ForeignNode, agreed: Agreement) -> None:
        data = stick(cn, send(cn, agreed, 3))
        for end in [*range(0, len(data), 211), len(data) - 1]:
            self.refused(data[:end])
        assert self.refused(data + b"\n").code == "wire.bundle.trailing"

    def test_another_nodes(self, cn: ForeignNode, agreed: Agreement) -> None:
        la = ForeignNode("la", "Laos test node", "LA")
        data = cn.bundle(receipts=["a.b.c"], encryption=la.certificates["encryption"])
        error = self.refused(data)
        assert (error.code, error.message) == (
            "wire.bundle.receiver",
            "The bundle is meant for la, not for mm.",
        )
        assert "Hand it to la" in error.next_step

    def test_a_strangers(self, node: str) -> None:
        stranger = ForeignNode("la", "Laos test node", "LA")
        assert self.refused(stick(stranger, receipts=["a.b.c"])).code == "exchange.unknown-partner"

    def test_one_under_a_key_that_is_not_the_partners(self, cn: ForeignNode, agreed: Agreement) -> None:
        forger = ForeignNode()
        assert self.refused(stick(forger, receipts=["a.b.c"])).code == "trust.unknown-key"

    def test_one_written_before_its_seal_was_valid(self, cn: ForeignNode, agreed: Agreement) -> None:
        early = cn.keys_made.replace(year=2025)
        assert self.refused(stick(cn, send(cn, agreed, 1), created=early)).code == "trust.key-not-yet-valid"

    def test_a_suspended_partners(self, cn: ForeignNode, partner: Partner, agreed: Agreement) -> None:
        data = stick(cn, send(cn, agreed, 1))
        suspend(partner, "doubts", actor="test")
        error = self.refused(data)
        assert error.code == "exchange.partner-suspended"
        assert "Keep the file" in error.next_step

    def test_one_for_a_key_that_is_gone(self, cn: ForeignNode, agreed: Agreement) -> None:
        data = stick(cn, send(cn, agreed, 1))
        OwnKey.objects.filter(purpose=KeyPurpose.ENCRYPTION).update(kid="another")
        assert self.refused(data).code == "keys.gone"

    def test_one_whose_log_head_another_node_signed(self, cn: ForeignNode, agreed: Agreement) -> None:
        self.refused(stick(cn, send(cn, agreed, 1), checkpoint=ForeignNode().checkpoint()))

    def test_what_is_no_bundle(self, cn: ForeignNode) -> None:
        for data in (b"", b"\0" * 5000, b"holiday photographs\n", cn.card_token.encode() + b"\n"):
            self.refused(data)
