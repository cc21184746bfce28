"""What pages and answers say of private matching in the same words."""

from django.utils.translation import gettext as _

from isthmus.apps.etrade.matching.models import MatchRound, TokenKind
from isthmus.apps.etrade.models import Origin


def minimisation() -> str:
    """What keyed hashes do not do."""
    return _(
        "This is minimisation, not anonymity: the partner holds the same secret, and can try every value "
        "that a plate, or a code with a weight, can have."
    )


def kinds_text(kinds: tuple[TokenKind, ...]) -> str:
    """The marks that match, as a list."""
    return ", ".join(str(kind.label) for kind in kinds)


def standing(asked: MatchRound) -> str:
    """Where a comparison stands."""
    if asked.problem:
        return _("Held up")
    if asked.answered_at is not None:
        return _("Answered")
    return _("Waits for the partner") if asked.origin == Origin.OWN else _("Is being compared")
