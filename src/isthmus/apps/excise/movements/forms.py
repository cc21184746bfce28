"""What officers type about movements and at gates."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.excise.guarantees.wording import places_of
from isthmus.apps.excise.movements import queries
from isthmus.apps.excise.movements.models import Movement, Way
from isthmus.apps.excise.movements.rules.securing import Stake
from isthmus.apps.excise.movements.services.answering import Differing
from isthmus.kit import clock
from isthmus.ui.forms import Day, FilterForm

LARGEST_FILE = 2_000_000
_SIGNS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}


class MovementFilter(FilterForm):
    """Narrows the list of movements."""

    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("Open")),
            ("late", _("Overdue")),
            ("unmatched", _("Unmatched")),
            ("unmatched-long", _("Unmatched for seven days or longer")),
        ],
    )
    q = forms.CharField(label=_("ARC, excise number or name"), required=False, max_length=182)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Open, overdue or unmatched ones, and those of a reference, a number or a name."""
        rows = queries.shown(rows, self.cleaned_data["show"], clock.now())
        if text := self.cleaned_data["q"].strip():
            rows = queries.about(rows, text)
        return rows


class _XmlForm(forms.Form):
    file = forms.FileField(
        label=_("EMCS message"), help_text=_("An XML file, as the trader's system made it.")
    )

    def clean_file(self) -> Any:  # noqa: ANN401  Django's uploaded file
        """At most 2 MB."""
        given = self.cleaned_data["file"]
        if given.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return given


class DraftForm(OfOrganisation, _XmlForm):
    """A draft for one of the organisations that a person works for."""

    field_order = ["file", "organisation"]


class MessageForm(_XmlForm):
    """Any other message about a movement."""


class ReceiptForm(forms.Form):
    """What arrived."""

    arrived = Day(label=_("Arrived on"))
    conclusion = forms.ChoiceField(
        label=_("Conclusion"),
        choices=[
            ("1", _("All arrived as sent")),
            ("2", _("Arrived, but something was missing or too much")),
            ("3", _("Everything refused")),
            ("4", _("A part refused")),
        ],
    )

    def __init__(self, *args: Any, movement: Movement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._numbers = []
        for line in movement.lines.all():
            self._numbers.append(line.number)
            told = f"{line.number}: {line.product_code} {line.description}".strip()
            self.fields[f"missing_{line.number}"] = forms.DecimalField(
                label=_("Missing of line %(line)s") % {"line": told},
                required=False,
                max_digits=15,
                decimal_places=3,
                help_text=_("Of %(quantity)s sent. Below zero where there was too much.")
                % {"quantity": line.quantity.normalize()},
            )
            self.fields[f"refused_{line.number}"] = forms.DecimalField(
                label=_("Refused of line %(line)s") % {"line": told},
                required=False,
                min_value=Decimal(0),
                max_digits=15,
                decimal_places=3,
            )

    @property
    def differing(self) -> list[Differing]:
        """The lines that did not arrive as sent."""
        given = self.cleaned_data
        found = [
            Differing(
                number, given[f"missing_{number}"] or Decimal(0), given[f"refused_{number}"] or Decimal(0)
            )
            for number in self._numbers
        ]
        return [one for one in found if one.missing or one.refused]


class AcceptForm(forms.Form):
    """The duty at stake, where the office states it."""

    duty = forms.DecimalField(required=False, min_value=Decimal(0), max_digits=16, decimal_places=3)

    def __init__(self, *args: Any, stake: Stake, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places_of(stake.currency)
        field, facts = self.fields["duty"], {"currency": stake.currency}
        field.label = _("Duty at stake, %(currency)s") % facts
        if stake.without_rate:
            field.required = needed
            field.help_text = _("The tariff has no rate for every line: state the whole amount.")
        else:
            field.help_text = _("Only where it is higher than what the tariff gives.")

    def clean_duty(self) -> Decimal | None:
        """No more decimals than the currency has."""
        given: Decimal | None = self.cleaned_data["duty"]
        if given is not None and given.scaleb(self._places) % 1:
            raise forms.ValidationError(_("This currency has fewer decimals."))
        return given

    @property
    def duty_minor(self) -> int | None:
        """What was stated in minor units; None where nothing was."""
        given: Decimal | None = self.cleaned_data["duty"]
        return None if given is None else int(given.scaleb(self._places))


class SettleForm(forms.Form):
    """What became of the duty that stayed at stake."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            ("paid", _("Paid")),
            ("waived", _("Not due, by a decision")),
            ("claimed", _("Claimed from the guarantor")),
        ],
    )
    why = forms.CharField(
        label=_("By which payment or decision"), max_length=500, help_text=_("Its reference and day.")
    )


class GateForm(forms.Form):
    """A load at a gate, typed on a telephone."""

    arc = forms.CharField(
        label=_("ARC"),
        max_length=40,
        help_text=_("The 21 signs on the document."),
        widget=forms.TextInput(attrs=_SIGNS),
    )
    plate = forms.CharField(label=_("Vehicle plate"), max_length=35, widget=forms.TextInput(attrs=_SIGNS))
    seal = forms.CharField(label=_("Seal"), max_length=35, widget=forms.TextInput(attrs=_SIGNS))
    gate = forms.CharField(label=_("Gate"), max_length=70)
    way = forms.ChoiceField(label=_("Direction"), choices=Way.choices)
