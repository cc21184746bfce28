"""What the exchange puts on the node's front page: what waits for a person, and this node's own words."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.policy import Actor, can
from isthmus.exchange import figures
from isthmus.trust.models import KeyPurpose, OwnKey, Partner, PartnerState
from isthmus.ui.components import State, Task
from isthmus.wire.card import NodeCard, fingerprint_words


@lru_cache(maxsize=8)
def _words_under(root: str) -> str:
    members: dict[str, Any] = {"root": root}
    # The words depend on the root alone; signing a whole card for each visitor would cost a signature.
    return fingerprint_words(NodeCard.model_construct(**members))


def own_words() -> str:
    """The twelve words of this node's fingerprint; empty before `isthmus init`."""
    root = (
        OwnKey.objects.filter(purpose=KeyPurpose.ROOT, retired_at=None)
        .values_list("certificate", flat=True)
        .first()
    )
    return _words_under(root) if root else ""


def waiting(actor: Actor) -> tuple[Task, ...]:
    """The tasks of the exchange that this person may do or look after; only those of which some wait."""
    return tuple(_waiting(actor))


def _waiting(actor: Actor) -> Iterator[Task]:
    if can(actor, "exchange.alarm.view") and (number := figures.open_alarms()):
        yield Task(
            ngettext("Alarm that will not heal by itself", "Alarms that will not heal by themselves", number),
            reverse("exchange:alarms"),
            count=number,
            state=State("bad", _("Look now")),
        )
    if can(actor, "exchange.agreement.sign") and (number := figures.agreements_to_answer()):
        yield Task(
            ngettext("Agreement to sign or decline", "Agreements to sign or decline", number),
            reverse("exchange:agreements") + "?state=to-answer",
            count=number,
        )
    if can(actor, "trust.partner.confirm") and (
        number := Partner.objects.filter(state=PartnerState.PENDING).count()
    ):
        yield Task(
            ngettext("Partner to confirm by its words", "Partners to confirm by their words", number),
            reverse("exchange:partners") + "?state=pending",
            count=number,
        )
    if can(actor, "exchange.quarantine.view") and (number := figures.quarantined()):
        yield Task(
            ngettext("Record in quarantine", "Records in quarantine", number),
            reverse("exchange:quarantine"),
            count=number,
            note=_("Accepted, but its effect failed here. Nothing is lost."),
            state=State("warn", _("Run again")),
        )
