"""The only writers of keys and partners."""

from datetime import datetime

from cryptography.x509 import Certificate
from django.conf import settings
from django.db import transaction

from isthmus.accounts import audit
from isthmus.kit import clock
from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput, Conflict, FieldFault, NotFound
from isthmus.trust import keystore, own_keys, partner_keys
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerKey, PartnerState
from isthmus.trust.validation import check_arrival
from isthmus.wire import card as cards
from isthmus.wire import keys
from isthmus.wire.card import NodeCard
from isthmus.wire.sealing import PrivateKey

ROOT_YEARS = 20


@transaction.atomic
def initialise_keys(*, actor: str, moment: datetime | None = None) -> bool:
    """Make root, seal, encryption and log keys for this node; False where it has them already."""
    config: Config = settings.ISTHMUS
    if OwnKey.objects.exists():
        return False
    moment = moment or clock.now()
    secret = keystore.make_passphrase(config)
    root_key = keys.generate_p256()
    root = keys.issue_root(
        config.node_id, config.node_name, config.country, root_key, now=moment, years=ROOT_YEARS
    )
    made: list[tuple[KeyPurpose, PrivateKey, Certificate]] = [(KeyPurpose.ROOT, root_key, root)]
    for wanted in keys.PURPOSES:
        private_key = keys.generate_ed25519() if wanted == "log" else keys.generate_p256()
        certificate = keys.issue_certificate(
            wanted, private_key.public_key(), root, root_key, now=moment, years=own_keys.CERTIFICATE_YEARS
        )
        made.append((KeyPurpose(wanted), private_key, certificate))
    for purpose, private_key, certificate in made:
        own_keys.keep(purpose, private_key, certificate, secret)
    audit.note("trust.keys-made", actor=actor, subject=config.node_id)
    return True


def own_card(record_types: tuple[str, ...]) -> str:
    """This node's card: who it is, its certificates and where to reach it, signed by its seal key."""
    config: Config = settings.ISTHMUS
    moment = clock.now()
    certificates = {own.purpose: own.certificate for own in OwnKey.objects.all() if own.is_in_use(moment)}
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    card = NodeCard(
        id=config.node_id,
        name=config.node_name,
        country=config.country,
        url=config.url,
        reachable=config.reachable,
        root=certificates[KeyPurpose.ROOT],
        seal=certificates[KeyPurpose.SEAL],
        encryption=certificates[KeyPurpose.ENCRYPTION],
        log=certificates[KeyPurpose.LOG],
        record_types=record_types,
        issued=moment,
    )
    return cards.sign_card(card, seal.private_key)


def _keys_of(partner: Partner, card: NodeCard) -> list[PartnerKey]:
    return [partner_keys.certified(partner, purpose, getattr(card, purpose.value)) for purpose in KeyPurpose]


def _check_succeeds(partner: Partner, card: NodeCard) -> None:
    """Conflict unless a card may follow the one of a confirmed partner: the same root, and no older."""
    known_root = partner.keys.get(purpose=KeyPurpose.ROOT).certificate
    if keys.thumbprint(keystore.parse_certificate(known_root)) != keys.thumbprint(
        keystore.parse_certificate(card.root)
    ):
        raise Conflict(
            "trust.other-root",
            f"This card names another root certificate than the one confirmed for {card.id}.",
            next_step="Call the partner before anything else: the card may be forged.",
        )
    if card.issued < cards.read_card(partner.card).issued:
        raise Conflict(
            "trust.older-card",
            f"A newer card of {card.id} is here already.",
            next_step="Ask the partner for its present card.",
        )
    seal = partner.keys.filter(kid=keys.thumbprint(card.certificate("seal"))).first()
    if seal is not None:
        check_arrival(seal, card.issued)


@transaction.atomic
def introduce(token: str, *, actor: str) -> Partner:
    """Keep a partner's card until the ceremony; one of a known root refreshes address and names, adds keys.

    Raises BadInput for a card that does not prove itself, Conflict for this node's own card, for a card
    whose root differs from the one that was confirmed, or for one older than the card that is here.
    """
    card = cards.read_card(token.strip())
    if card.id == settings.ISTHMUS.node_id:
        raise Conflict(
            "trust.own-card",
            "This is the card of this node itself.",
            next_step="Ask the partner for its card.",
        )
    partner = Partner.objects.select_for_update().filter(node_id=card.id).first()
    confirmed = partner is not None and partner.state != PartnerState.PENDING
    if partner is not None and confirmed:
        _check_succeeds(partner, card)
    if partner is None:
        partner = Partner(node_id=card.id, introduced_at=clock.now(), introduced_by=actor)
    partner.name = card.name
    partner.country = card.country
    partner.url = card.url
    partner.reachable = card.reachable
    partner.card = token.strip()
    partner.record_types = list(card.record_types)
    partner.save()
    if not confirmed:
        partner.keys.all().delete()
        PartnerKey.objects.bulk_create(_keys_of(partner, card))
        audit.note("trust.partner-introduced", actor=actor, subject=partner.node_id)
    else:
        partner_keys.learn_card(partner, card, actor=actor)
    return partner


@transaction.atomic
def confirm(partner: Partner, typed_words: str, *, actor: str) -> Partner:
    """Trust a partner after its fingerprint words, heard from the partner itself, were typed in.

    Raises BadInput where the words are not those of the card.
    """
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.state != PartnerState.PENDING:
        raise Conflict("trust.already-confirmed", f"{partner.name} is confirmed already.")
    if not cards.same_words(typed_words, cards.read_card(partner.card)):
        audit.note_refusal("trust.words-differ", actor=actor, subject=partner.node_id)
        fault = FieldFault("words", "These are not the words of the card.")
        raise BadInput(
            "trust.words-differ",
            "The words do not match the card that was added.",
            next_step="Ask the partner to read its twelve words again, over a line you trust. "
            "If they still differ, the card is not theirs: remove it.",
            faults=(fault,),
        )
    partner.state = PartnerState.ACTIVE
    partner.confirmed_at = clock.now()
    partner.confirmed_by = actor
    partner.save()
    audit.note("trust.partner-confirmed", actor=actor, subject=partner.node_id)
    return partner


@transaction.atomic
def suspend(partner: Partner, reason: str, *, actor: str) -> Partner:
    """Stop sending to and receiving from a partner; what is published for it waits."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if not partner.is_active:
        raise Conflict("trust.not-active", f"{partner.name} is not active.")
    partner.state = PartnerState.SUSPENDED
    partner.suspended_reason = reason
    partner.save()
    audit.note("trust.partner-suspended", actor=actor, subject=partner.node_id, detail={"reason": reason})
    return partner


@transaction.atomic
def resume(partner: Partner, *, actor: str) -> Partner:
    """Let records cross again."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.state != PartnerState.SUSPENDED:
        raise Conflict("trust.not-suspended", f"{partner.name} is not suspended.")
    partner.state = PartnerState.ACTIVE
    partner.suspended_reason = ""
    partner.save()
    audit.note("trust.partner-resumed", actor=actor, subject=partner.node_id)
    return partner


@transaction.atomic
def forget(partner: Partner, *, actor: str) -> None:
    """Remove a card that was never confirmed."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.state != PartnerState.PENDING:
        raise Conflict(
            "trust.in-use",
            f"{partner.name} was confirmed; its records still need its keys.",
            next_step="Suspend the partner instead.",
        )
    audit.note("trust.partner-forgotten", actor=actor, subject=partner.node_id)
    partner.keys.all().delete()
    partner.delete()


def find_partner(node_id: str) -> Partner:
    """The partner of that id; NotFound that says how partners get here."""
    partner = Partner.objects.filter(node_id=node_id).first()
    if partner is None:
        raise NotFound(
            "trust.unknown-partner",
            f"No partner {node_id} is known here.",
            next_step="Add its card under Partners first.",
        )
    return partner
