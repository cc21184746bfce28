"""What people type about themselves, a page for each part of a profile."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.experts.forms import lines, one_line
from isthmus.apps.experts.models import Expert
from isthmus.apps.experts.rules import identifiers, skills
from isthmus.apps.experts.rules.matching import LEVELS
from isthmus.apps.experts.wording import SECTORS, language_choices
from isthmus.ui.formats import country_name
from isthmus.ui.forms import Day

LANGUAGES = 5
_LEVEL_CHOICES = [(one, one) for one in LEVELS]


class Who(forms.Form):
    """Who the person is, in a line each."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    headline = forms.CharField(
        label=gettext_lazy("What you are, in one line"),
        max_length=200,
        help_text=gettext_lazy("For example: excise stamp specialist."),
    )
    summary = lines(5, label=gettext_lazy("What you have done"), max_length=2000, required=False)
    country = forms.CharField(
        label=gettext_lazy("Country where you live"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Its code of two letters, such as MD."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language in which you write this"), initial="en", choices=language_choices
    )

    @property
    def given(self) -> dict[str, Any]:
        """What the profile takes."""
        return {name: one_line(value) for name, value in self.cleaned_data.items()}

    def clean_country(self) -> str:
        """A code that is one."""
        return _country(self.cleaned_data["country"])

    @staticmethod
    def initial_of(row: Expert) -> dict[str, Any]:
        """What stands there now."""
        names = ("name", "headline", "summary", "country", "language")
        return {name: getattr(row, name) for name in names}


def _country(text: str) -> str:
    code = text.strip().upper()
    if code and country_name(code) == code:
        raise forms.ValidationError(_("%(code)s is no code of a country.") % {"code": code[:20]})
    return code


class WhoFor(OfOrganisation, Who):
    """The same, for somebody of an organisation who has no access to this node."""

    field_order = ("organisation", "name", "headline", "summary", "country", "language")

    @property
    def given(self) -> dict[str, Any]:
        """What the profile takes."""
        return {name: one_line(self.cleaned_data[name]) for name in Who.base_fields}


class Can(forms.Form):
    """Skills, sectors and countries."""

    skills = lines(
        6,
        label=gettext_lazy("Skills, one a line"),
        required=False,
        help_text=gettext_lazy(
            "With a code of ISCO-08 or ESCO behind a semicolon, if you know it: Customs inspection; 3351"
        ),
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"),
        choices=tuple(SECTORS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.CharField(
        label=gettext_lazy("Countries in which you have worked"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Their codes of two letters, such as MD, LA."),
    )

    def clean_skills(self) -> list[dict[str, str]]:
        """Each skill with its code."""
        try:
            found = skills.skills(self.cleaned_data["skills"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return [{"name": one.name, "scheme": one.scheme, "code": one.code} for one in found]

    def clean_countries(self) -> list[str]:
        """Each country once."""
        codes = self.cleaned_data["countries"].replace(",", " ").split()
        return list(dict.fromkeys(_country(code) for code in codes))[:60]

    @property
    def given(self) -> dict[str, Any]:
        """What the profile takes."""
        return dict(self.cleaned_data)

    @staticmethod
    def initial_of(row: Expert) -> dict[str, Any]:
        """What stands there now."""
        lines = (skills.Skill(one["name"], one["scheme"], one["code"]).line for one in row.skills)
        return {
            "skills": "\n".join(lines),
            "sectors": row.sectors,
            "countries": ", ".join(row.countries),
        }


class Speaks(forms.Form):
    """Languages with their levels, a few of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *language_choices()]
        for number in range(1, LANGUAGES + 1):
            self.fields[f"language_{number}"] = forms.ChoiceField(
                label=_("Language %(number)d") % {"number": number}, choices=choices, required=False
            )
            self.fields[f"level_{number}"] = forms.ChoiceField(
                label=_("Level of language %(number)d") % {"number": number},
                choices=_LEVEL_CHOICES,
                initial="C1",
                required=False,
            )

    @property
    def given(self) -> dict[str, Any]:
        """What the profile takes; of a language that stands there twice the last one counts."""
        told = self.cleaned_data
        pairs = {
            told[f"language_{number}"]: told[f"level_{number}"] or "C1" for number in range(1, LANGUAGES + 1)
        }
        return {"languages": [{"code": code, "level": level} for code, level in pairs.items() if code]}

    @staticmethod
    def initial_of(row: Expert) -> dict[str, Any]:
        """What stands there now."""
        found: dict[str, Any] = {}
        for number, one in enumerate(row.languages[:LANGUAGES], start=1):
            found |= {f"language_{number}": one["code"], f"level_{number}": one["level"]}
        return found


class When(forms.Form):
    """From when until when, and how long."""

    available_from = Day(label=gettext_lazy("Available from"), required=False)
    available_until = Day(label=gettext_lazy("Available until"), required=False)
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks that you can give in that time"),
        min_value=1,
        max_value=104,
        required=False,
    )

    @property
    def given(self) -> dict[str, Any]:
        """What the profile takes."""
        return self.cleaned_data | {"weeks": self.cleaned_data["weeks"] or 0}

    @staticmethod
    def initial_of(row: Expert) -> dict[str, Any]:
        """What stands there now."""
        return {
            "available_from": row.available_from,
            "available_until": row.available_until,
            "weeks": row.weeks or None,
        }


class Reach(forms.Form):
    """Contact details, ORCID and declared interests."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    url = forms.URLField(label=gettext_lazy("Web page"), required=False, assume_scheme="https")
    address = forms.CharField(label=gettext_lazy("Postal address"), max_length=300, required=False)
    orcid = forms.CharField(
        label=gettext_lazy("ORCID"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Sixteen digits, such as 0000-0002-1825-0097."),
    )
    conflicts = lines(
        3,
        label=gettext_lazy("Interests that others should know, one a line"),
        max_length=4000,
        required=False,
        help_text=gettext_lazy("For example a share in a firm, or a relative in an authority."),
    )

    def clean_orcid(self) -> str:
        """An identifier whose check holds."""
        text = self.cleaned_data["orcid"]
        try:
            return identifiers.orcid(text) if text else ""
        except identifiers.MistypedOrcid as error:
            raise forms.ValidationError(
                _("The last sign of this ORCID does not fit the others: look for a mistyped digit.")
            ) from error
        except ValueError as error:
            told = _("An ORCID has sixteen digits, such as %(example)s.")
            raise forms.ValidationError(told % {"example": identifiers.EXAMPLE}) from error

    def given_on(self, row: Expert, today: date) -> dict[str, Any]:
        """What the profile takes; an interest that was declared before keeps its day."""
        told = self.cleaned_data
        known = {one["declared"]: one["on"] for one in row.conflicts}
        lines = [one_line(line) for line in told["conflicts"].splitlines() if line.strip()][:20]
        return {
            "contact": {
                name: one_line(told[name]) for name in ("email", "phone", "url", "address") if told[name]
            },
            "orcid": told["orcid"],
            "conflicts": [
                {"declared": line[:2000], "on": known.get(line, today.isoformat())} for line in lines
            ],
        }

    @staticmethod
    def initial_of(row: Expert) -> dict[str, Any]:
        """What stands there now."""
        lines = "\n".join(one["declared"] for one in row.conflicts)
        return {**row.contact, "orcid": row.orcid, "conflicts": lines}
