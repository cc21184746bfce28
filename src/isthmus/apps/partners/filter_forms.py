"""How lists of needs, offers and introductions are narrowed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from isthmus.apps.partners.models import Introduction, Level
from isthmus.apps.partners.queries.listings import RUNNING, open_now
from isthmus.apps.partners.rules.lasting import REMIND_BEFORE
from isthmus.kit import clock
from isthmus.ui.forms import FilterForm

_ALL = ("", gettext_lazy("All"))
_SINCE = timedelta(days=30)


class ListingFilter(FilterForm):
    """Narrows needs or offers."""

    q = forms.CharField(label=gettext_lazy("Goods or title"), required=False, max_length=100)
    hs = forms.CharField(label=gettext_lazy("HS code begins with"), required=False, max_length=10)
    country = forms.CharField(label=gettext_lazy("Country (code)"), required=False, max_length=2)
    level = forms.ChoiceField(
        label=gettext_lazy("Level of assembly"), required=False, choices=[_ALL, *Level.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            _ALL,
            ("open", gettext_lazy("Open")),
            ("own", gettext_lazy("Of this node")),
            ("ending", gettext_lazy("Ends soon")),
            ("alone", gettext_lazy("Not introduced")),
        ],
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those that hold the text, of goods, a country, a level, a state."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(Q(title__icontains=given["q"]) | Q(product__icontains=given["q"]))
        if given["hs"]:
            rows = rows.filter(hs_code__startswith=given["hs"].replace(".", ""))
        if given["country"]:
            rows = rows.filter(country=given["country"].upper())
        if given["level"]:
            # SQLite cannot look into a list in JSON.
            pairs = rows.values_list("pk", "levels")
            rows = rows.filter(pk__in=[pk for pk, levels in pairs if given["level"] in levels])
        match given["state"]:
            case "open":
                rows = open_now(rows)
            case "own":
                rows = rows.filter(partner="")
            case "ending":
                now = clock.now()
                soon = {"expires_at__lte": now + REMIND_BEFORE, "expires_at__gt": now - _SINCE}
                rows = rows.filter(partner="", withdrawn_at=None, **soon)
            case "alone":
                introduced = Introduction.objects.filter(state__in=RUNNING)
                rows = open_now(rows).exclude(
                    Q(pk__in=introduced.values("need_id")) | Q(pk__in=introduced.values("offer_id"))
                )
        return rows


class IntroductionFilter(FilterForm):
    """Narrows introductions."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[_ALL, *Introduction.State.choices]
    )

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Those in a state."""
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows
