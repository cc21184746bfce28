"""What officers decide and write: arrivals, certificates, licences, movements, questions."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.apps.etrade.models import AnswerOutcome, DocumentState, Origin, State
from isthmus.ui.forms import Day, FilterForm

_ALL = [("", _("All"))]


class ArrivalFilter(FilterForm):
    """Narrows the inbox of arrivals."""

    q = forms.CharField(label=_("Number, exporter or consignee"), required=False, max_length=100)
    partner = forms.CharField(label=_("Partner"), required=False, max_length=31)
    port = forms.CharField(label=_("Port"), required=False, max_length=70)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*_ALL, *State.choices])
    since = Day(label=_("Left on or after"), required=False)
    until = Day(label=_("Left on or before"), required=False)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Arrivals that hold the text, from a partner, through a port, in a state, of certain days."""
        given = self.cleaned_data
        if given["q"]:
            text = given["q"]
            rows = rows.filter(
                Q(number__icontains=text)
                | Q(exporter_name__icontains=text)
                | Q(consignee_name__icontains=text)
            )
        if given["partner"]:
            rows = rows.filter(partner=given["partner"].lower())
        if given["port"]:
            rows = rows.filter(port__istartswith=given["port"])
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["since"]:
            rows = rows.filter(departure_date__gte=given["since"])
        if given["until"]:
            rows = rows.filter(departure_date__lte=given["until"])
        return rows


class MarkForm(forms.Form):
    """What became of goods that a partner exported to this country."""

    outcome = forms.ChoiceField(
        label=_("What became of them"),
        widget=forms.RadioSelect,
        choices=[
            ("arrived", _("They arrived")),
            ("held", _("They are held")),
            ("released", _("They are released")),
            ("matched", _("An import declaration was found")),
            ("unmatched", _("No import declaration was found")),
        ],
    )
    import_number = forms.CharField(label=_("Import declaration"), required=False, max_length=70)
    place = forms.CharField(label=_("Customs office"), required=False, max_length=70)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=512,
        help_text=_("The partner reads it. Say why goods are held."),
    )

    def clean(self) -> dict[str, Any]:
        """A reason is needed where goods are held."""
        given = super().clean() or {}
        if given.get("outcome") == "held" and not given.get("reason"):
            self.add_error("reason", _("Say why the goods are held."))
        return given


class TradeDocumentFilter(FilterForm):
    """Narrows a list of certificates, licences, permits, movements or manifests."""

    q = forms.CharField(label=_("Number, party or means of transport"), required=False, max_length=100)
    origin = forms.ChoiceField(label=_("Where from"), required=False, choices=[*_ALL, *Origin.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[*_ALL, *DocumentState.choices])
    ends = Day(label=_("Ends on or before"), required=False)

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Documents that hold the text, of one origin, in one state, that end by a day."""
        given = self.cleaned_data
        if given["q"]:
            text = given["q"]
            rows = rows.filter(
                Q(number__icontains=text) | Q(party__icontains=text) | Q(means__icontains=text)
            )
        if given["origin"]:
            rows = rows.filter(origin=given["origin"])
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["ends"]:
            rows = rows.filter(valid_until__lte=given["ends"])
        return rows


class CheckForm(FilterForm):
    """The number of a certificate, as it stands on the paper."""

    number = forms.CharField(
        label=_("Certificate number"),
        max_length=70,
        help_text=_("As it stands on the paper. Capitals do not matter."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class UseForm(forms.Form):
    """What this country does with a partner's certificate."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("used", _("Accept it in full")),
            ("partly-used", _("Accept it for a part")),
            ("rejected", _("Reject it")),
        ],
    )
    import_number = forms.CharField(
        label=_("Import declaration"), max_length=70, help_text=_("Its number names this use.")
    )
    item = forms.IntegerField(label=_("Item number"), required=False, min_value=1, max_value=99999)
    quantity = forms.RegexField(
        r"^(0|[1-9][0-9]{0,15})(\.[0-9]{1,6})?$",
        label=_("Quantity taken"),
        required=False,
        help_text=_("In the unit of the certificate, such as 400 or 12.5."),
        error_messages={"invalid": _("A plain number such as 400 or 12.5.")},
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=512)

    def clean(self) -> dict[str, Any]:
        """A part needs its item and quantity, a rejection its reason."""
        given = super().clean() or {}
        if given.get("outcome") == "partly-used":
            for name in ("item", "quantity"):
                if not given.get(name):
                    self.add_error(name, _("Say which item, and how much of it."))
        if given.get("outcome") == "rejected" and not given.get("reason"):
            self.add_error("reason", _("Say why it is rejected."))
        return given


class DrawForm(forms.Form):
    """Which declaration draws on a licence."""

    number = forms.CharField(label=_("Declaration number"), max_length=70)


class StateForm(forms.Form):
    """Where a partner's movement stands, as this country's office finds it."""

    status = forms.ChoiceField(
        label=_("What the office finds"),
        widget=forms.RadioSelect,
        choices=[
            ("passed", _("It passed here")),
            ("arrived", _("It arrived at its destination")),
            ("discrepancy", _("It arrived, and something differs")),
            ("discharged", _("It is settled")),
        ],
    )
    office = forms.CharField(label=_("Customs office"), required=False, max_length=70)
    seals_intact = forms.ChoiceField(
        label=_("Seals"),
        choices=[("", _("Not looked at")), ("yes", _("Whole")), ("no", _("Broken"))],
        required=False,
    )
    discrepancy = forms.CharField(
        label=_("What differs"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        """A discrepancy is said in words."""
        given = super().clean() or {}
        if given.get("status") == "discrepancy" and not given.get("discrepancy"):
            self.add_error("discrepancy", _("Say what differs."))
        return given


class QueryFilter(FilterForm):
    """Narrows the questions."""

    q = forms.CharField(label=_("Number or document"), required=False, max_length=100)
    origin = forms.ChoiceField(
        label=_("Who asked"),
        required=False,
        choices=[*_ALL, (Origin.PARTNER, _("A partner")), (Origin.OWN, _("This node"))],
    )
    open = forms.ChoiceField(
        label=_("Answered"), required=False, choices=[*_ALL, ("yes", _("Not yet")), ("no", _("Answered"))]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Questions that name the text, asked by one side, open or answered."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(Q(number__icontains=given["q"]) | Q(reference__icontains=given["q"]))
        if given["origin"]:
            rows = rows.filter(origin=given["origin"])
        if given["open"]:
            rows = rows.filter(answered_at__isnull=given["open"] == "yes")
        return rows


class AskForm(forms.Form):
    """A question to the partner."""

    question = forms.CharField(
        label=_("Your question"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    due_on = Day(label=_("Answer by"), required=False, help_text=_("The partner sees the day."))


class AnswerForm(forms.Form):
    """An answer to a partner."""

    outcome = forms.ChoiceField(
        label=_("What you found"), widget=forms.RadioSelect, choices=AnswerOutcome.choices
    )
    answer = forms.CharField(
        label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )


class SendForm(forms.Form):
    """To which partner a document goes."""

    partner = forms.ChoiceField(label=_("Partner"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["partner"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = partners
