"""What people type about returns."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.ledger.models import LedgerEntry
from isthmus.apps.excise.registry.models import Operator
from isthmus.apps.excise.returns import queries
from isthmus.apps.excise.returns.models import STATE_WORDS, DutyReturn, DutyReturnLine
from isthmus.apps.excise.returns.rules.states import State
from isthmus.apps.excise.returns.wording import entry_words, in_minor, in_units
from isthmus.apps.excise.tariff.formats.lines import COLUMNS, MORE_COLUMNS, Written, read_lines
from isthmus.apps.excise.tariff.rules.model import (
    ABV_SCALE,
    LITRE_SCALE,
    PLATO_SCALE,
    PRODUCER_SCALE,
    VALUE_SCALE,
)
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm

MOST_BYTES = 2_000_000
HEAD = ",".join((*COLUMNS, *MORE_COLUMNS))
_SCALES = {
    "abv": ("abv", ABV_SCALE),
    "volume_l": ("volume", LITRE_SCALE),
    "quantity": ("quantity", 1),
    "cif": ("cif", VALUE_SCALE),
    "producer_hl": ("producer", PRODUCER_SCALE),
    "plato": ("plato", PLATO_SCALE),
    "retail": ("retail", VALUE_SCALE),
}


def as_csv(lines: Iterable[DutyReturnLine]) -> str:
    """The lines of a return as the list that they could have been read from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, *MORE_COLUMNS))
    for line in lines:
        texts = {
            "line": line.name,
            "product": line.gtin or line.product,
            "hs": line.hs,
            "date": line.day.isoformat(),
            "relief": line.relief,
        }
        for column, (name, scale) in _SCALES.items():
            value = getattr(line, name)
            texts[column] = "" if value is None else f"{(Decimal(value) / scale).normalize():f}"
        writer.writerow([texts[column] for column in (*COLUMNS, *MORE_COLUMNS)])
    return out.getvalue()


class LinesForm(forms.Form):
    """The goods: a file, or the same list typed, a line each."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("List of goods (CSV)"),
        required=False,
        help_text=_(
            "The list that “isthmus excise duty” reads. Where a file is given, the box below is passed over."
        ),
    )
    rows = forms.CharField(
        label=_("Goods, a line each"),
        required=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "ltr", "spellcheck": "false", "class": "mono"}),
        help_text=_(
            "The first line names the columns. Product is a name or code of the tariff, or the GTIN of a "
            "product in the registry; abv is per cent by volume, volume_l litres of one container, "
            "quantity how many, cif the CIF value of the whole line, date the day of the tax point as "
            "2023-05-10."
        ),
    )

    written: tuple[Written, ...] = ()

    def clean(self) -> dict[str, Any]:
        """The goods that were given can be read as a list; its lines are judged when worked out."""
        given = super().clean() or {}
        file = given.get("file")
        where = "file" if file else "rows"
        if file and file.size > MOST_BYTES:
            self.add_error("file", _("The file is larger than 2 MB."))
            return given
        content = file.read() if file else given.get("rows", "").encode()
        try:
            self.written = tuple(read_lines(content))
        except BadInput as error:
            self.add_error(where, str(error))
        return given


class DraftForm(LinesForm):
    """A new return."""

    operator = forms.ModelChoiceField(label=_("Operator"), queryset=Operator.objects.none())
    tax_point = forms.ChoiceField(
        label=_("Tax point"),
        help_text=_("The event that makes the duty due, with the country it belongs to."),
    )
    day = Day(
        label=_("Day of the event, or any day of the month"),
        help_text=_("A return for a month takes the month of this day."),
    )
    field_order = ["operator", "tax_point", "day", "file", "rows"]

    def __init__(self, *args: Any, operators: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operator"].queryset = operators.filter(state="registered")  # type: ignore[attr-defined]  # a choice of models
        point = self.fields["tax_point"]
        assert isinstance(point, forms.ChoiceField)
        point.choices = list(queries.tax_points())

    def clean(self) -> dict[str, Any]:
        """The tax point is one of the operator's country."""
        given = super().clean()
        operator, point = given.get("operator"), given.get("tax_point")
        if operator is not None and point and not point.startswith(f"{operator.country}/"):
            self.add_error("tax_point", _("This operator declares in another country."))
        return given


class AmendForm(LinesForm):
    """The lines of a new version, and why."""

    why = forms.CharField(label=_("Why it is amended"), max_length=500)
    field_order = ["why", "file", "rows"]


class ReturnFilter(FilterForm):
    """Narrows the list of returns."""

    q = forms.CharField(label=_("Operator or return"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("overdue", _("Overdue")),
            *((one.value, words) for one, words in STATE_WORDS.items() if one is not State.REPLACED),
        ],
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Returns of an operator by name or number, in one state."""
        given = self.cleaned_data
        if given["q"]:
            text = given["q"].strip()
            rows = rows.filter(
                Q(operator__name__icontains=text)
                | Q(operator__excise_number__iexact=text)
                | Q(number__iexact=text)
            )
        if given["state"] == "overdue":
            return rows.filter(rank=0)
        return rows.filter(state=given["state"]) if given["state"] else rows


class DeedForm(forms.Form):
    """Base of what an officer posts on a return; ``key`` makes a button pressed twice post once."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: DutyReturn, **kwargs: Any) -> None:
        begin = {"key": uuid4().hex, "on": queries.today(), "until": queries.today()}
        kwargs["initial"] = {**begin, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.row = row
        if "amount" in self.fields:
            self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": row.currency}

    def clean_amount(self) -> int | None:
        """The amount in minor units of the return's currency."""
        amount: Decimal | None = self.cleaned_data["amount"]
        if amount is None:
            return None
        minor = in_minor(amount, self.row.currency)
        if minor is None:
            raise forms.ValidationError(_("This currency has fewer decimals."))
        return minor


def _amount(*, required: bool = True, least: str | None = "0.01", **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=None if least is None else Decimal(least),
        max_digits=15,
        decimal_places=3,
        required=required,
        **more,
    )


def _why() -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=500)


class AdjustForm(DeedForm):
    """An adjustment under one code."""

    code = forms.ChoiceField(label=_("Tariff code"))
    amount = _amount(least=None, help_text=_("Below zero to lower what is owed, such as -25.00."))
    why = _why()

    def __init__(self, *args: Any, row: DutyReturn, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        codes = sorted(set(row.lines.values_list("code", flat=True)))
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, code) for code in codes]


class PenaltyForm(DeedForm):
    """A penalty."""

    kind = forms.ChoiceField(label=_("Penalty"))
    amount = _amount(
        required=False, help_text=_("Leave it empty where the terms state the amount; see the list of terms.")
    )
    why = _why()

    def __init__(self, *args: Any, row: DutyReturn, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        known = queries.terms_of(row.country).penalties
        field.choices = list(dict.fromkeys((one.name, one.title) for one in known))


class InterestForm(DeedForm):
    """Interest up to a day."""

    until = Day(label=_("Up to and with"))


class PaymentForm(DeedForm):
    """A payment that arrived."""

    amount = _amount()
    on = Day(label=_("Arrived on"))
    bank = forms.CharField(label=_("Reference of the bank"), max_length=100)


class RefundForm(DeedForm):
    """A refund to approve."""

    amount = _amount()
    why = _why()


class RefundPaidForm(DeedForm):
    """A refund that was paid out."""

    amount = _amount()
    bank = forms.CharField(label=_("Reference of the bank"), max_length=100)


class WithdrawForm(DeedForm):
    """An entry to take back."""

    entry = forms.TypedChoiceField(label=_("Entry"), coerce=int)
    why = _why()

    def __init__(self, *args: Any, row: DutyReturn, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field = self.fields["entry"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.number, _told(one, row.currency)) for one in queries.withdrawable(row)]


def _told(entry: LedgerEntry, currency: str) -> str:
    amount = max(abs(move.amount) for move in entry.postings.all())
    return f"{entry.number} · {entry_words(entry)} · {in_units(amount, currency)} {currency}"
