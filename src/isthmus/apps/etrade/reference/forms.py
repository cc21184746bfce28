"""How people look for a code or a place."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.etrade.reference import queries
from isthmus.apps.etrade.reference.wording import FUNCTIONS
from isthmus.ui.forms import FilterForm

if TYPE_CHECKING:
    from django.db.models import QuerySet


class CodeFilter(FilterForm):
    """Narrows the list of HS codes."""

    q = forms.CharField(label=_("Words or code"), required=False, max_length=100)
    edition = forms.ChoiceField(label=_("Edition"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["edition"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("All")), *((year, f"HS {year}") for year in queries.editions())]

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Codes that hold the words, of one edition; without words, the chapters."""
        given = self.cleaned_data
        if given["edition"]:
            rows = rows.filter(edition=given["edition"])
        return queries.codes_with(given["q"], rows) if given["q"] else rows.filter(parent="")


class DutyFilter(FilterForm):
    """Narrows the list of rates of duty."""

    q = forms.RegexField(
        r"^[0-9]{1,6}$",
        label=_("Code begins with"),
        required=False,
        error_messages={"invalid": _("Digits only, such as 0713.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "size": 8}),
    )
    day = forms.DateField(
        label=_("In force on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Rates of codes that begin so; with a day, the one in force for each code."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(hs_code__startswith=given["q"])
        return queries.in_force(rows, given["day"]) if given["day"] else rows


class PlaceFilter(FilterForm):
    """Narrows the list of places."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        error_messages={"invalid": _("Two letters, such as MM.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "size": 3}),
    )
    function = forms.ChoiceField(
        label=_("Has a"), required=False, choices=[("", _("Any")), *FUNCTIONS.items()]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Places that hold the words, of one country, with one function."""
        given = self.cleaned_data
        if given["q"]:
            rows = queries.places_with(given["q"], rows)
        if given["country"]:
            rows = rows.filter(country=given["country"].upper())
        if given["function"]:
            rows = rows.filter(functions__contains=given["function"])
        return rows
