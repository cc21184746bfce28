"""What is typed about money; amounts become minor units of the programme's currency."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.expenditure.models import BudgetLine, EntryKind
from isthmus.apps.workshops.expenditure.queries import RateUsed
from isthmus.apps.workshops.expenditure.rate_services import NewRate
from isthmus.apps.workshops.expenditure.rules.amounts import minor_of
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.expenditure.rules.sums import OVERHEAD, Spent
from isthmus.apps.workshops.expenditure.services import NewEntry, Original
from isthmus.apps.workshops.expenditure.wording import rate_words
from isthmus.apps.workshops.programme.models import Programme
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.ui.forms import Day

_AMOUNT = {"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"}
_CAPITALS = {"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters"}


def _amount_field(label: Any, *, required: bool = True) -> forms.CharField:  # noqa: ANN401  a lazy text has no public type
    return forms.CharField(
        label=label,
        required=required,
        max_length=20,
        widget=forms.TextInput(attrs=_AMOUNT),
        help_text=gettext_lazy("Digits, with a point before the cents: 1344.50"),
    )


def _minor(text: str, digits: int) -> int:
    try:
        return minor_of(text, digits)
    except ValueError as error:
        message = _("“%(text)s” is no amount: write digits, and a point before %(digits)d decimals.")
        raise forms.ValidationError(message % {"text": text[:40], "digits": digits}) from error


class _OfProgramme(forms.Form):
    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programme = programme
        self._digits = digits_of(programme.currency)
        self._lines = {row.pk: row for row in programme.budget.order_by("place_in_budget")}
        for name in ("line", "taken_from"):
            if name in self.fields:
                chosen = self.fields[name]
                assert isinstance(chosen, forms.ChoiceField)
                chosen.choices = [("", _("No line")), *((pk, str(row)) for pk, row in self._lines.items())]

    def _line(self, name: str) -> BudgetLine | None:
        chosen = self.cleaned_data.get(name)
        return self._lines[int(chosen)] if chosen else None


class BudgetForm(_OfProgramme):
    """The approved budget, a line each."""

    lines = forms.CharField(
        label=gettext_lazy("Lines of the budget"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "One a line: heading; line; amount. For example: International travel; Tickets; 11754."
            " The heading Overhead stands below the subtotal. A fourth part names who pays for the line,"
            " where that is not the one below."
        ),
    )
    source = forms.CharField(label=gettext_lazy("Who pays"), max_length=100, required=False)
    sources: dict[tuple[str, str], str]

    def clean_lines(self) -> list[Spent]:
        """The lines in their order."""
        found: dict[tuple[str, str], Spent] = {}
        self.sources = {}
        for number, line in enumerate(self.cleaned_data["lines"].strip().splitlines(), start=1):
            parts = [" ".join(part.split()) for part in line.split(";")]
            source = parts.pop() if len(parts) == 4 else ""
            if len(parts) != 3 or not parts[0] or not parts[1] or max(map(len, [*parts, source])) > 100:
                raise forms.ValidationError(
                    _("Line %(line)d has to hold a heading, a line and an amount.") % {"line": number}
                )
            heading, name, amount = parts
            if (heading, name) in found:
                raise forms.ValidationError(_("Line %(line)d stands twice.") % {"line": number})
            is_overhead = heading.casefold() == OVERHEAD.casefold()
            found[heading, name] = Spent(heading, name, _minor(amount, self._digits), is_overhead)
            if source:
                self.sources[heading, name] = source
        return list(found.values())


class TotalsForm(_OfProgramme):
    """What is declared to the fund, a heading each."""

    totals = forms.CharField(
        label=gettext_lazy("Totals as declared"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("One a line: heading; total. Subtotal, Overhead and Total may be named too."),
    )

    def clean_totals(self) -> dict[str, int]:
        """Totals in minor units, by heading."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.cleaned_data["totals"].strip().splitlines(), start=1):
            parts = [" ".join(part.split()) for part in line.split(";")]
            if len(parts) != 2 or not parts[0] or len(parts[0]) > 100 or parts[0] in found:
                raise forms.ValidationError(
                    _("Line %(line)d has to hold a heading, once, and a total.") % {"line": number}
                )
            found[parts[0]] = _minor(parts[1], self._digits)
        return found


class EntryForm(_OfProgramme):
    """An expense, an advance, a claim against one, or what is given back of it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[one for one in EntryKind.choices if one[0] != EntryKind.VIREMENT],
    )
    on = Day(label=gettext_lazy("Day"))
    text = forms.CharField(label=gettext_lazy("What for"), max_length=300)
    line = forms.ChoiceField(label=gettext_lazy("Budget line"), required=False)
    person = forms.CharField(
        label=gettext_lazy("Who holds the advance"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For advances, claims and what is given back."),
    )
    amount = _amount_field(gettext_lazy("Amount"), required=False)
    receipt = forms.CharField(label=gettext_lazy("Receipt"), max_length=100, required=False)
    original_currency = forms.CharField(
        label=gettext_lazy("Paid in another currency"),
        max_length=3,
        required=False,
        widget=forms.TextInput(attrs=_CAPITALS),
        help_text=gettext_lazy("Then its amount, the rate, the day and source of the rate; no amount above."),
    )
    original_amount = _amount_field(gettext_lazy("Amount of that currency"), required=False)
    rate = forms.DecimalField(
        label=gettext_lazy("Rate: what one unit of it is worth"),
        max_digits=18,
        decimal_places=8,
        required=False,
    )
    rate_on = Day(label=gettext_lazy("Day of the rate"), required=False)
    rate_source = forms.CharField(label=gettext_lazy("Source of the rate"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units; one of both, whole."""
        told = super().clean() or self.cleaned_data
        currency = told.get("original_currency", "").strip().upper()
        told["original_currency"] = currency
        if not currency:
            if not told.get("amount"):
                self.add_error("amount", _("An entry needs an amount."))
            else:
                self._put(told, "amount", self._digits)
            return told
        if told.get("amount"):
            self.add_error("amount", _("Leave this empty: the rate gives the amount."))
        for name in ("original_amount", "rate", "rate_on", "rate_source"):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("An amount of another currency needs this."))
        if told.get("original_amount"):
            self._put(told, "original_amount", digits_of(currency))
        return told

    def _put(self, told: dict[str, Any], name: str, digits: int) -> None:
        try:
            told[name] = _minor(told[name], digits)
        except forms.ValidationError as error:
            self.add_error(name, error)

    @property
    def new(self) -> NewEntry:
        """What is to be noted."""
        told = self.cleaned_data
        original = None
        if told["original_currency"]:
            original = Original(
                told["original_currency"],
                told["original_amount"],
                told["rate"],
                told["rate_on"],
                " ".join(told["rate_source"].split()),
            )
        return NewEntry(
            Kind(told["kind"]),
            told["on"],
            " ".join(told["text"].split()),
            None if original is not None else told["amount"],
            self._line("line"),
            person=" ".join(told["person"].split()),
            receipt=told["receipt"].strip(),
            original=original,
        )


class VirementForm(_OfProgramme):
    """Money moved from one line to another."""

    on = Day(label=gettext_lazy("Day"))
    taken_from = forms.ChoiceField(label=gettext_lazy("From"))
    line = forms.ChoiceField(label=gettext_lazy("To"))
    amount = _amount_field(gettext_lazy("Amount"))
    text = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def clean_amount(self) -> int:
        """In minor units."""
        return _minor(self.cleaned_data["amount"], self._digits)

    @property
    def new(self) -> NewEntry:
        """What is to be noted."""
        told = self.cleaned_data
        return NewEntry(
            Kind.VIREMENT,
            told["on"],
            " ".join(told["text"].split()),
            told["amount"],
            self._line("line"),
            self._line("taken_from"),
        )


class TakeBackForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class RateForm(forms.Form):
    """The right rate in place of one by which entries stand."""

    used = forms.ChoiceField(label=gettext_lazy("The rate that was used"))
    rate = forms.DecimalField(
        label=gettext_lazy("The right rate: what one unit is worth"), max_digits=18, decimal_places=8
    )
    rate_on = Day(label=gettext_lazy("Day of the rate"))
    rate_source = forms.CharField(label=gettext_lazy("Source of the rate"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, rates: list[RateUsed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rates = {one.key: one for one in rates}
        chosen = self.fields["used"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one.key, rate_words(one)) for one in rates]

    @property
    def told(self) -> tuple[RateUsed, NewRate]:
        """The rate that was used, and what stands in its place."""
        told = self.cleaned_data
        source, reason = (" ".join(told[name].split()) for name in ("rate_source", "reason"))
        return self._rates[told["used"]], NewRate(told["rate"], told["rate_on"], source, reason)


class ReceiptForm(forms.Form):
    """The file of a receipt."""

    file = forms.FileField(
        label=gettext_lazy("Receipt as a file"),
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 5 MiB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
