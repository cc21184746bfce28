"""What officers type to say something about a movement: a form for each message."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.movements.formats.composing import Told
from isthmus.apps.excise.movements.models import Movement
from isthmus.apps.excise.movements.rules.states import Kind, Party
from isthmus.apps.excise.movements.wording import PARTIES
from isthmus.kit import clock
from isthmus.ui.forms import Day

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_SIGNS = {"dir": "ltr", "autocomplete": "off"}
_Reasons = Sequence[tuple[str, "_StrPromise"]]
_OTHER = ("0", _("Another reason, told below"))


def _reason(reasons: _Reasons) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Reason"), choices=[*reasons, _OTHER])


def _office() -> forms.CharField:
    return forms.CharField(
        label=_("Reference number of your office"),
        help_text=_("Two letters of the country and six signs, such as MD000001."),
        validators=[RegexValidator(r"^[A-Z]{2}[a-zA-Z0-9]{6}$", _("Such as MD000001."))],
        widget=forms.TextInput(attrs=_SIGNS),
    )


class ReportForm(forms.Form):
    """What every message asks: who speaks, where several may, and in words."""

    party = forms.ChoiceField(label=_("Said for the"))
    words = forms.CharField(
        label=_("In words"), max_length=350, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, movement: Movement, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.movement = movement
        if len(parties) == 1:
            del self.fields["party"]
            self._party = parties[0]
        else:
            field = self.fields["party"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(party.value, PARTIES[party]) for party in parties]
        if "on" in self.fields:
            self.fields["on"].initial = clock.now().date()

    def clean(self) -> dict[str, Any]:
        """Another reason is told in words."""
        given = super().clean() or {}
        if given.get("reason") == "0" and not (given.get("words") or "").strip():
            self.add_error("words", _("Tell the reason."))
        if given.get("on") and given["on"] > clock.now().date():
            self.add_error("on", _("This day is in the future."))
        return given

    @property
    def told(self) -> Told:
        """What was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("line_")}
        party = Party(given.pop("party")) if "party" in given else self._party
        texts: dict[str, Any] = {
            name: value.strip() if isinstance(value, str) else value for name, value in given.items()
        }
        lines = {
            int(name.removeprefix("line_")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("line_") and text
        }
        language = (get_language() or "en")[:2]
        return Told(party, language=language, lines=lines, **texts)


class CancelForm(ReportForm):
    """A cancellation (IE810)."""

    reason = _reason(
        [
            ("1", _("Typing error")),
            ("2", _("The sale did not come about")),
            ("3", _("The document was made twice")),
            ("4", _("The goods did not leave on the day")),
        ]
    )
    field_order = ["party", "reason", "words"]


class AlertForm(ReportForm):
    """An alert or a rejection before arrival (IE819)."""

    reason = _reason(
        [
            ("1", _("The document is not for this consignee")),
            ("2", _("The goods are not those ordered")),
            ("3", _("The quantities are not those ordered")),
        ]
    )
    on = Day(label=_("Day"))
    office = _office()
    field_order = ["party", "reason", "words", "on", "office"]


class DelayForm(ReportForm):
    """Why the goods or the report are late (IE837)."""

    reason = _reason(
        [
            ("1", _("The sale was cancelled")),
            ("2", _("The sale is not settled yet")),
            ("3", _("Officers are investigating")),
            ("4", _("Bad weather")),
            ("5", _("Strike")),
            ("6", _("Accident on the road")),
        ]
    )
    field_order = ["party", "reason", "words"]


class ShortageForm(ReportForm):
    """Why something was missing or too much (IE871)."""

    on = Day(label=_("Day on which it was found out"))
    field_order = ["party", "words", "on"]

    def __init__(self, *args: Any, movement: Movement, **kwargs: Any) -> None:
        super().__init__(*args, movement=movement, **kwargs)
        self.fields["words"].required = True
        for line in movement.lines.all():
            told = f"{line.number}: {line.product_code} {line.description}".strip()
            self.fields[f"line_{line.number}"] = forms.CharField(
                label=_("About line %(line)s") % {"line": told}, max_length=350, required=False
            )


class InterruptForm(ReportForm):
    """Officers interrupt a movement (IE807)."""

    reason = _reason(
        [
            ("1", _("Fraud is suspected")),
            ("2", _("The goods were destroyed")),
            ("3", _("The goods were lost or stolen")),
            ("4", _("Asked for at a control")),
        ]
    )
    office = _office()
    field_order = ["party", "reason", "words", "office"]


class EventForm(ReportForm):
    """Something happened on the road (IE840)."""

    event = forms.CharField(
        label=_("Event type"),
        initial="0",
        help_text=_("Its code in the list of EMCS that your office uses; 0 is another one, told in words."),
        validators=[RegexValidator(r"^[0-9]{1,2}$", _("One or two digits."))],
        widget=forms.TextInput(attrs=_SIGNS | {"inputmode": "numeric"}),
    )
    on = Day(label=_("Day"))
    place = forms.CharField(label=_("Place"), max_length=350)
    person = forms.CharField(
        label=_("Who tells it"), max_length=35, help_text=_("Such as the driver's name.")
    )
    office = _office()
    field_order = ["party", "event", "words", "on", "place", "person", "office"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = True
        self.fields["words"].label = _("What happened")


class ChangeForm(ReportForm):
    """Another consignee or another place (IE813)."""

    destination = forms.ChoiceField(
        label=_("New destination"),
        choices=[
            ("1", _("Tax warehouse")),
            ("2", _("Registered consignee")),
            ("3", _("Consignee registered for this movement")),
            ("4", _("Direct delivery")),
        ],
    )
    consignee = forms.CharField(
        label=_("Excise number of the consignee"), max_length=16, widget=forms.TextInput(attrs=_SIGNS)
    )
    name = forms.CharField(label=_("Name"), max_length=182)
    street = forms.CharField(label=_("Street and number"), max_length=65)
    postcode = forms.CharField(label=_("Postcode"), max_length=10)
    city = forms.CharField(label=_("City"), max_length=50)
    journey = forms.CharField(
        label=_("Time of the journey, if it changes"),
        required=False,
        help_text=_("D20 is twenty days, H12 twelve hours, from the day of dispatch."),
        validators=[RegexValidator(r"^(H([01][0-9]|2[0-4])|D([0-8][0-9]|9[0-2]))$", _("Such as D20."))],
        widget=forms.TextInput(attrs=_SIGNS),
    )
    field_order = [
        "party",
        "destination",
        "consignee",
        "name",
        "street",
        "postcode",
        "city",
        "journey",
        "words",
    ]


FORMS: Mapping[Kind, type[ReportForm]] = {
    Kind.CANCEL: CancelForm,
    Kind.CHANGE: ChangeForm,
    Kind.ALERT: AlertForm,
    Kind.REJECT: AlertForm,
    Kind.DELAY: DelayForm,
    Kind.SHORTAGE: ShortageForm,
    Kind.INTERRUPT: InterruptForm,
    Kind.EVENT: EventForm,
}
