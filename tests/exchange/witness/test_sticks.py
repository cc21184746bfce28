"""Two nodes that meet by stick alone are witnesses of each other as well."""

import io

import pytest

from isthmus.exchange import registry
from isthmus.exchange.models import Alarm, Cosignature, LogHead, Witnessed
from isthmus.exchange.services.bundles import export_bundle, import_bundle
from isthmus.exchange.services.inbox import receive
from isthmus.kit import clock
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.services import own_card
from isthmus.wire.bundle import BundleContent, write_bundle
from isthmus.wire.card import read_card
from isthmus.wire.checkpoint import read_checkpoint
from isthmus.wire.cosignature import verify_cosignature
from isthmus.wire.evidence import Witness
from isthmus.wire.verify_bundle import check_content
from tests.exchange.witness.talk import Talker, own_log_key
from tests.exchange.witness.test_gossip import alarms
from tests.foreign import terms


def bring(talker: Talker, **changes: object) -> None:
    """Read a stick that the foreign node wrote."""
    content = BundleContent(talker.log.note(talker.node), **changes)  # type: ignore[arg-type]  # notes and proofs
    data = write_bundle(
        content,
        encryption=keystore.in_use(KeyPurpose.ENCRYPTION).certificate,
        seal=talker.node.certificates["seal"],
        seal_key=talker.node.seal_key,
        created=clock.now(),
    )
    import_bundle(io.BytesIO(data), actor="operator")


def take(talker: Talker) -> BundleContent:
    """What this node writes onto a stick for the foreign node."""
    file = io.BytesIO()
    partner = Partner.objects.get(node_id=talker.node.node_id)
    export_bundle(partner, file, actor="operator")
    return talker.node.open(file.getvalue(), keystore.in_use(KeyPurpose.SEAL).certificate)


@pytest.fixture
def asked(china: Talker) -> Talker:
    """China has proposed something, so that there is an answer to carry."""
    partner = Partner.objects.get(node_id="cn")
    body = terms(grants=[("etrade.export-declaration/1", "mm", "cn", ["declaration_number", "items"])])
    receive(partner, [china.node.send("exchange.agreement/1", body)])
    return china


def test_a_stick_brings_a_head_and_takes_its_cosignature_home(asked: Talker, laos: Talker) -> None:
    laos.say()
    bring(asked)
    content = take(asked)
    ours, third = content.notes
    head, _at = verify_cosignature(ours, name="isthmus/mm", public_key=own_log_key())
    assert (head.origin, head.size) == ("isthmus/cn", 10)
    assert read_checkpoint(third).origin == "isthmus/la"
    check_content(content, Witness(read_card(own_card(registry.offered_types()))))


def test_the_heads_in_receipts_are_proved_beforehand(asked: Talker) -> None:
    content = take(asked)
    head = read_checkpoint(content.checkpoint)
    assert content.proofs
    assert all(proof.holds(head) for proof in content.proofs)


def test_what_the_partner_cosigned_by_stick_is_kept_and_proved_from(asked: Talker) -> None:
    note = take(asked).checkpoint
    bring(asked, notes=(asked.cosign(note),))
    assert Cosignature.objects.get().size == read_checkpoint(note).size
    size = read_checkpoint(note).size
    content = take(asked)
    assert size in [proof.old_size for proof in content.proofs]
    assert read_checkpoint(content.checkpoint).size == LogHead.objects.get().size


def test_a_grown_log_needs_its_proof_on_the_stick(asked: Talker) -> None:
    bring(asked)
    asked.log.grow(4)
    bring(asked)
    assert Witnessed.objects.get().tip_size == 10
    bring(asked, proofs=(asked.log.proof(10),))
    assert Witnessed.objects.get().tip_size == 14
    assert alarms() == []


def test_a_split_view_is_found_by_stick(asked: Talker, laos: Talker) -> None:
    bring(laos)
    other = laos.log.fork(4).grow(3, "for China")
    bring(asked, notes=(asked.cosign(other.note(laos.node)),))
    assert alarms() == [("exchange.split-view", "la")]


def test_notes_that_prove_nothing_do_not_spoil_a_stick(asked: Talker) -> None:
    bring(asked, notes=("no note", asked.log.note(asked.node, 3)))
    assert Alarm.objects.count() == 0
    assert Witnessed.objects.get().tip_size == 10
