"""Desks: which organisation of this node receives which records."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.exchange import registry
from isthmus.exchange.models import Desk
from isthmus.kit.errors import BadInput, FieldFault, NotFound


@transaction.atomic
def set_desk(record_type: str, organisation: Organisation, *, actor: str) -> Desk:
    """Let records of a type go to an organisation from now on; what arrived before stays where it is.

    Raises BadInput for a type that this node does not know or an organisation that is closed.
    """
    kind = registry.record_types().get(record_type)
    if kind is None or kind.control:
        fault = FieldFault("record_type", _("This node has no such record type."))
        raise BadInput("exchange.desk-type", fault.message, faults=(fault,))
    if not organisation.active:
        fault = FieldFault("organisation", _("%(name)s is closed.") % {"name": organisation.name})
        raise BadInput("exchange.desk-organisation", fault.message, faults=(fault,))
    desk, _made = Desk.objects.update_or_create(
        record_type=record_type, defaults={"organisation": organisation}
    )
    audit.note(
        "exchange.desk-set", actor=actor, subject=record_type, detail={"organisation": organisation.code}
    )
    return desk


@transaction.atomic
def remove_desk(record_type: str, *, actor: str) -> None:
    """Let records of a type go to nobody in particular; NotFound where no desk was set."""
    removed, _each = Desk.objects.filter(record_type=record_type).delete()
    if not removed:
        raise NotFound("exchange.no-desk", _("No organisation is set for this record type."))
    audit.note("exchange.desk-removed", actor=actor, subject=record_type)
