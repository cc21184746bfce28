"""What planners and makers type about tenders."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.solar.tenders.models import MakerQuote, Tender, TenderRate
from isthmus.apps.solar.tenders.queries import Compared
from isthmus.apps.solar.tenders.records import QuoteRequestV1
from isthmus.apps.solar.tenders.wording import PARTS
from isthmus.trust.models import Partner
from isthmus.ui.forms import Day, FilterForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

_DIGITS = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
_CURRENCY = {"maxlength": 3, "dir": "ltr", "autocomplete": "off"}


def _money(label: str, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=required, max_digits=15, decimal_places=2, min_value=Decimal(0)
    )


class AskForm(OfOrganisation):
    """A request for quotes; deadlines are days, and end with them (UTC)."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    to = forms.MultipleChoiceField(
        label=gettext_lazy("Makers in"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    lots = forms.CharField(
        label=gettext_lazy("Lots"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr"}),
        help_text=gettext_lazy(
            "One a line: how many; Wp; Wh; lfp or lead-acid; kit or component-system; place; name. For "
            "example: 200; 180; 1000; lfp; component-system; Kano; Home systems"
        ),
    )
    closes = Day(label=gettext_lazy("Last day for seals"))
    opens_until = Day(label=gettext_lazy("Last day for opening quotes"))
    currency = forms.CharField(
        label=gettext_lazy("Currency of comparison"), widget=forms.TextInput(attrs=_CURRENCY), max_length=3
    )
    incoterm = forms.ChoiceField(
        label=gettext_lazy("Delivery term"), choices=[(one, one) for one in ("CIF", "CIP", "DAP", "FOB")]
    )
    warranty_months = forms.IntegerField(
        label=gettext_lazy("Warranty, in months"), min_value=0, max_value=600, initial=24
    )
    take_back = forms.BooleanField(
        label=gettext_lazy("The maker takes worn batteries and panels back"), required=False, initial=True
    )
    documents = forms.CharField(
        label=gettext_lazy("Documents wanted"),
        required=False,
        initial="IEC TS 62257-9-5",
        help_text=gettext_lazy("Standards, with commas between them."),
    )

    def __init__(self, *args: Any, partners: Sequence[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["to"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = [(one.node_id, one.name) for one in partners]

    def clean_lots(self) -> list[dict[str, Any]]:
        """The lots by the names of ``TenderLotV1``."""
        found = []
        for number, line in enumerate(self.cleaned_data["lots"].strip().splitlines(), start=1):
            parts = [part.strip() for part in line.split(";")]
            counts = [part for part in parts[:3] if part.isascii() and part.isdigit()]
            if len(parts) != 7 or len(counts) != 3:
                raise forms.ValidationError(
                    _("Line %(line)d has to hold seven parts, the first three of them whole numbers.")
                    % {"line": number}
                )
            count, wp, wh = (int(part) for part in counts)
            found.append(
                {
                    "lot": number, "name": parts[6], "kind": parts[4], "count": count, "wp": wp,
                    "battery_wh": wh, "battery": parts[3], "place": parts[5] or None,
                }
            )  # fmt: skip
        return found

    def clean_documents(self) -> list[str]:
        """The standards, each once."""
        parts = (part.strip() for part in self.cleaned_data["documents"].split(","))
        return list(dict.fromkeys(part for part in parts if part))

    def _end_of(self, name: str) -> datetime:
        day = self.cleaned_data[name]
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)

    @property
    def deadlines(self) -> tuple[datetime, datetime]:
        """Both, as moments."""
        return self._end_of("closes"), self._end_of("opens_until")


class RateForm(forms.Form):
    """A rate of exchange, duty or tax, with its day and source."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=TenderRate.Kind.choices)
    code = forms.CharField(
        label=gettext_lazy("Currency of the quotes"),
        required=False,
        max_length=3,
        widget=forms.TextInput(attrs=_CURRENCY),
        help_text=gettext_lazy("For a rate of exchange only, for example CNY."),
    )
    value = forms.DecimalField(
        label=gettext_lazy("Value"),
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=8,
        help_text=gettext_lazy("Units of the tender's currency for one of the other, or percent."),
    )
    on = Day(label=gettext_lazy("Of which day"))
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200)


class AwardForm(forms.Form):
    """Which quote gets which lot, and why."""

    def __init__(self, *args: Any, tender: QuoteRequestV1, quotes: Sequence[Compared], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for lot in tender.lots:
            offered = [
                (f"{one.seen.partner}/{one.seen.quote}", f"{one.offer.maker_name}, {one.seen.partner}")
                for one in quotes
                if lot.lot in {line.lot for line in one.offer.lines}
            ]
            self.fields[f"lot_{lot.lot}"] = forms.ChoiceField(
                label=_("Lot %(lot)d: %(name)s") % {"lot": lot.lot, "name": lot.name},
                choices=[("", _("Nobody")), *offered],
                required=False,
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=1000,
            help_text=_("Every maker with a quote in form is told this."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def lots(self) -> dict[int, tuple[str, str]]:
        """The quote that each lot goes to."""
        found = {}
        for name, value in self.cleaned_data.items():
            if name.startswith("lot_") and value:
                partner, _slash, quote = value.partition("/")
                found[int(name.removeprefix("lot_"))] = (partner, quote)
        return found


class QuoteForm(OfOrganisation):
    """A maker's quote: a line for each lot that is offered, and what holds for all."""

    def __init__(self, *args: Any, tender: Tender, request: QuoteRequestV1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        for lot in request.lots:
            told = {"lot": lot.lot, "count": lot.count, "wp": lot.wp, "wh": lot.battery_wh}
            self.fields[f"product_{lot.lot}"] = forms.CharField(
                label=_("Lot %(lot)d, your product") % told,
                help_text=_("Wanted: %(count)d of %(wp)d Wp and %(wh)d Wh. Empty: not offered.") % told,
                max_length=200,
                required=False,
            )
            self.fields[f"price_{lot.lot}"] = _money(_("Lot %(lot)d, price of one") % told, required=False)
            for name, label, start in (
                ("wp", _("Lot %(lot)d, panel in Wp"), lot.wp),
                ("wh", _("Lot %(lot)d, battery in Wh"), lot.battery_wh),
            ):
                self.fields[f"{name}_{lot.lot}"] = forms.IntegerField(
                    label=label % told, min_value=1, max_value=10_000_000, initial=start
                )
        for name, field in self._terms(tender).items():
            self.fields[name] = field
        for number, kind in enumerate(request.documents):
            self.fields[f"document_{number}"] = forms.CharField(
                label=_("Number of your document %(kind)s") % {"kind": kind}, max_length=40, required=False
            )
            self.fields[f"until_{number}"] = Day(
                label=_("%(kind)s is valid until") % {"kind": kind}, required=False
            )

    def _terms(self, tender: Tender) -> dict[str, forms.Field]:
        return {
            "currency": forms.CharField(
                label=_("Currency"),
                max_length=3,
                initial=tender.currency,
                widget=forms.TextInput(attrs=_CURRENCY),
            ),
            "freight": _money(_("Freight, for all")),
            "insurance": _money(_("Insurance, for all")),
            "delivery_days": forms.IntegerField(label=_("Delivery, in days"), min_value=1, max_value=1000),
            "warranty_months": forms.IntegerField(
                label=_("Warranty, in months"),
                min_value=0,
                max_value=600,
                initial=self._request.warranty_months,
            ),
            "take_back": forms.BooleanField(
                label=_("We take worn batteries and panels back"), required=False
            ),
            "valid_until": Day(label=_("The offer binds until")),
            "remark": forms.CharField(label=_("Remark"), max_length=1000, required=False),
        }

    def clean(self) -> dict[str, Any]:
        """A product has a price."""
        told = super().clean() or {}
        for lot in self._request.lots:
            if told.get(f"product_{lot.lot}") and told.get(f"price_{lot.lot}") is None:
                self.add_error(f"price_{lot.lot}", _("Give the price of what you offer."))
        return told

    @property
    def offer(self) -> dict[str, Any]:
        """The members of ``OfferV1`` but those that say whose it is."""
        told = self.cleaned_data
        lines = [
            {
                "lot": lot.lot,
                "product": told[f"product_{lot.lot}"],
                "count": lot.count,
                "unit_price": f"{told[f'price_{lot.lot}']:.2f}",
                "wp": told[f"wp_{lot.lot}"],
                "battery_wh": told[f"wh_{lot.lot}"],
            }
            for lot in self._request.lots
            if told[f"product_{lot.lot}"]
        ]
        documents = [
            {
                "kind": kind,
                "number": told[f"document_{place}"],
                "valid_until": told[f"until_{place}"].isoformat(),
            }
            for place, kind in enumerate(self._request.documents)
            if told[f"document_{place}"] and told[f"until_{place}"]
        ]
        return {
            "currency": told["currency"].upper(),
            "lines": lines,
            "freight": f"{told['freight']:.2f}",
            "insurance": f"{told['insurance']:.2f}",
            "incoterm": self._request.incoterm or "CIF",
            "delivery_days": told["delivery_days"],
            "warranty_months": told["warranty_months"],
            "take_back": told["take_back"],
            "valid_until": told["valid_until"].isoformat(),
            "documents": documents,
            "remark": " ".join(told["remark"].split()),
        }


CHECKS = {
    "count": gettext_lazy("The count is right and nothing is broken"),
    "labels": gettext_lazy("Labels and documents are those of the quote"),
    "charge": gettext_lazy("The battery charges in the sun"),
    "run": gettext_lazy("Lamps and sockets run as promised"),
    "polarity": gettext_lazy("Fuses and polarity are right"),
}


class AcceptanceForm(forms.Form):
    """The acceptance test of a delivery."""

    lot = forms.TypedChoiceField(label=gettext_lazy("Lot"), coerce=int)
    counted = forms.IntegerField(label=gettext_lazy("Systems that came"), min_value=0, max_value=10_000_000)
    tested = forms.IntegerField(label=gettext_lazy("Of them tested"), min_value=0, max_value=10_000_000)
    failed = forms.IntegerField(label=gettext_lazy("Of these failed"), min_value=0, max_value=10_000_000)
    checks = forms.MultipleChoiceField(
        label=gettext_lazy("What held"),
        choices=list(CHECKS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    says = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("accepted", gettext_lazy("Accepted")), ("refused", gettext_lazy("Refused"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason or remark"), max_length=1000, required=False)

    def __init__(self, *args: Any, lots: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["lot"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one, str(one)) for one in lots]


class TicketForm(forms.Form):
    """A fault under warranty."""

    lot = forms.TypedChoiceField(label=gettext_lazy("Lot"), coerce=int)
    part = forms.ChoiceField(label=gettext_lazy("Part that fails"), choices=list(PARTS.items()))
    count = forms.IntegerField(label=gettext_lazy("How many systems"), min_value=1, max_value=10_000_000)
    text = forms.CharField(label=gettext_lazy("What is the matter"), max_length=1000)

    def __init__(self, *args: Any, lots: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["lot"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(one, str(one)) for one in lots]


class SayingForm(forms.Form):
    """An answer to a ticket, or its end."""

    says = forms.ChoiceField(label=gettext_lazy("What you say"))
    text = forms.CharField(label=gettext_lazy("In words"), max_length=1000)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["says"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = list(choices)


class QuoteFilter(FilterForm):
    """The own quotes by their state and by what waits."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Any")), *MakerQuote.State.choices],
        required=False,
    )
    tickets = forms.ChoiceField(
        label=gettext_lazy("Warranty"),
        choices=[("", gettext_lazy("Any")), ("open", gettext_lazy("With open tickets"))],
        required=False,
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Rows of `queries.quotes_served` that pass."""
        told = self.cleaned_data
        found = rows.filter(state=told["state"]) if told["state"] else rows
        return found.filter(open_tickets__gt=0) if told["tickets"] else found
