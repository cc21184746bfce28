"""Which introduction somebody wants."""

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.assessment.formats import params
from isthmus.ui.forms import Day

_NAMES = {"en": _("English"), "ro": _("Romanian")}


class IntroductionForm(forms.Form):
    """Two countries, a day and the language of the headings."""

    use_required_attribute = False
    giver = forms.ChoiceField(label=_("Country that has the system"))
    taker = forms.ChoiceField(label=_("Country that wants it"))
    day = Day(label=_("Figures as of"))
    language = forms.ChoiceField(
        label=_("Language of the headings"), choices=[(code, _NAMES[code]) for code in params.LANGUAGES]
    )

    def __init__(self, *args: object, countries: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        for name in ("giver", "taker"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = countries
