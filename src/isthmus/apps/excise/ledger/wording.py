"""What is wrong with a draft, in words."""

from django.utils.translation import gettext as _

from isthmus.apps.excise.ledger.rules import Fault


def said(fault: Fault) -> str:
    """A fault of a draft as a person reads it."""
    sentences = {
        "text": _("must be short printable text"),
        "detail": _("must be text or a whole number"),
        "few": _("needs at least two moves"),
        "role": _("the book “%(book)s” has no accounts of the role “%(role)s”"),
        "holder": _("the holder must be short printable text"),
        "unit": _("the unit must be short printable text"),
        "amount": _("the amount must be a whole number, not zero, of at most 15 digits; it is %(amount)s"),
        "unbalanced": _("the moves in %(unit)s do not sum to zero; %(left_over)d is left over"),
    }
    return sentences[fault.code] % fault.figures
