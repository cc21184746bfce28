"""What people type about keys and countersignatures."""

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from isthmus.exchange.forms import ReasonForm
from isthmus.ui.text import Text
from isthmus.wire.countersignature import LONGEST_WORDS


class Moment(forms.DateTimeField):
    """A moment in the node's time zone, typed or picked; the browser sends it as ``2026-11-23T08:30``."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def _zone() -> str:
    return gettext("In this node’s time zone, %(zone)s.") % {"zone": settings.TIME_ZONE}


def _in_zone(words: Text) -> Text:
    # A lazy text is read in its reader's language, but not if % is put to it at import.
    return format_lazy("{} {}", lazy(_zone, str)(), words)


class RollForm(forms.Form):
    """When the new key takes over, and whether the old one can still announce it."""

    effective_from = Moment(
        label=_("Takes over on"),
        required=False,
        help_text=_in_zone(_("Within 90 days; empty: at once.")),
    )
    old_key_lost = forms.BooleanField(
        label=_("The present seal is lost: it cannot sign the announcement"),
        required=False,
        help_text=_("Then partners are not told by a record; each must be handed the new card."),
    )


class RevokeForm(ReasonForm):
    """From when a partner's key counts no more, and who said so."""

    revoked_from = Moment(
        label=_("Counts no more from"),
        help_text=_in_zone(_("What was signed and received before stays valid.")),
    )
    field_order: tuple[str, ...] = ("revoked_from", "reason")


class RevokeOwnForm(RevokeForm):
    """The same for a key of this node; the partners read the reason."""

    ground = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            ("leaked", _("Somebody else may have the key")),
            ("lost", _("The key is lost: nobody has it")),
            ("misissued", _("It should not have been issued")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is sent to every partner with the revocation."),
    )
    field_order = ("revoked_from", "ground", "reason")


class CountersignForm(forms.Form):
    """What the officer agrees to; both nodes keep it."""

    words = forms.CharField(
        label=_("What you agree to"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In your words. It is signed, sent to the partner and kept by both nodes for good."),
    )
