"""How what cannot be done is said: the field and the reason."""

from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.kit.errors import BadInput, FieldFault


def bad(field: str, message: str) -> BadInput:
    """A field that cannot be used as it is."""
    return BadInput("partners.input", message, faults=(FieldFault(field, message),))


def refused(field: str, message: str) -> BadInput:
    """A record that contradicts itself or is about nothing known here."""
    return BadInput("partners.record", message, faults=(FieldFault(field, message),))


def from_model(error: ValidationError) -> BadInput:
    """What a model found wrong, for a person."""
    faults = tuple(
        FieldFault(".".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()[:20]
    )
    told = "; ".join(f"{one.where}: {one.message}" for one in faults)
    return BadInput(
        "partners.input", _("This cannot be said so: %(faults)s.") % {"faults": told}, faults=faults
    )
