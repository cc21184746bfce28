"""What people type about needs and offers, one form a question page, and about introductions and letters."""

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.accounts.holder_forms import OfOrganisation
from isthmus.apps.partners.models import Level, Outcome, Unit
from isthmus.apps.partners.rules.goods import HS_PATTERN
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day

_PLAIN = {"dir": "ltr", "autocomplete": "off"}
# Languages name themselves, so that whoever writes in one finds it.
LANGUAGES = (
    ("en", "English"),
    ("fr", "Français"),
    ("zh", "中文"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("es", "Español"),
    ("pt", "Português"),
    ("th", "ไทย"),
    ("lo", "ລາວ"),
    ("my", "မြန်မာ"),
    ("bn", "বাংলা"),
    ("dv", "ދިވެހި"),
    ("km", "ខ្មែរ"),
)
INCOTERMS = ("EXW", "FCA", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
_MOST_CERTIFICATES = 20


def add_faults(form: forms.Form, error: BadInput, else_: str | None = None) -> None:
    """Put an error beside its field, or beside another where the form has none of that name."""
    where = next((one.where.split(".")[0] for one in error.faults), "")
    form.add_error(where if where in form.fields else else_, str(error))


def paragraph(label: Any, *, rows: int = 4, required: bool = False, help_text: Any = "") -> forms.CharField:  # noqa: ANN401  a lazy text has no public type
    """A field for some sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class GoodsForm(forms.Form):
    """What it is about, in words that partners read before anybody has agreed."""

    product = forms.CharField(label=gettext_lazy("Goods"), max_length=200)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("What you look for, or offer, in one line."),
    )
    hs_code = forms.RegexField(
        regex=HS_PATTERN,
        label=gettext_lazy("HS code"),
        max_length=10,
        widget=forms.TextInput(attrs=_PLAIN | {"inputmode": "numeric"}),
        help_text=gettext_lazy("4 to 10 digits of the Harmonized System, without dots, such as 851762."),
        error_messages={"invalid": gettext_lazy("Write 4, 6, 8 or 10 digits without dots.")},
    )
    text = paragraph(
        gettext_lazy("More about the goods and the work"),
        help_text=gettext_lazy("Partners read this: no names, addresses or telephone numbers."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Written in"), choices=LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """Each text in one line."""
        found = super().clean() or {}
        return {name: " ".join(value.split()) for name, value in found.items()}


class VolumeForm(forms.Form):
    """How much, how far put together, and by which standards."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Volume a year"),
        min_value=1,
        max_value=1_000_000_000,
        help_text=gettext_lazy("Partners are told its class only, such as 1,000 to 9,999."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Unit.choices)
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Level of assembly"), choices=Level.choices, widget=forms.CheckboxSelectMultiple
    )
    local_content = forms.IntegerField(
        label=gettext_lazy("Local content (%)"), min_value=0, max_value=100, required=False
    )
    certificates = paragraph(
        gettext_lazy("Certificates"),
        help_text=gettext_lazy("One a line: kind; number; last day. Such as ISO 9001; SAMPLE-1; 2027-12-31"),
    )

    def clean_certificates(self) -> list[dict[str, str]]:
        """Each line as kind, number and last day; the last two may be left out."""
        lines = [line for line in self.cleaned_data["certificates"].splitlines() if line.strip()]
        if len(lines) > _MOST_CERTIFICATES:
            raise forms.ValidationError(_("At most %(most)d certificates.") % {"most": _MOST_CERTIFICATES})
        return [self._certificate(line) for line in lines]

    @staticmethod
    def _certificate(line: str) -> dict[str, str]:
        parts = [" ".join(part.split()) for part in line.split(";")]
        if len(parts) > 3 or not parts[0] or any(len(part) > 60 for part in parts):
            raise forms.ValidationError(_("“%(line)s” is no certificate.") % {"line": line.strip()[:60]})
        kind, number, day = (*parts, "", "")[:3]
        if day:
            try:
                day = forms.DateField(input_formats=["%Y-%m-%d"]).clean(day).isoformat()
            except forms.ValidationError as error:
                raise forms.ValidationError(_("“%(day)s” is no day.") % {"day": day}) from error
        return {"kind": kind, "number": number, "valid_until": day}


class TermsForm(forms.Form):
    """With whom, on which terms, until when."""

    countries = forms.CharField(
        label=gettext_lazy("With firms of these countries"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=gettext_lazy("ISO codes, such as CN, TH, MD. Leave it empty for any country."),
    )
    incoterm = forms.ChoiceField(
        label=gettext_lazy("Delivery term"),
        choices=[("", gettext_lazy("Not stated")), *((one, one) for one in INCOTERMS)],
        required=False,
    )
    payment = forms.CharField(label=gettext_lazy("Payment"), max_length=200, required=False)
    last_day = Day(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Without one, it stands for 180 days and can be confirmed for 180 more."),
    )

    def clean_countries(self) -> list[str]:
        """The codes, each once."""
        codes = self.cleaned_data["countries"].upper().replace(",", " ").replace(";", " ").split()
        known = Locale.parse("en").territories
        for code in codes:
            if len(code) != 2 or code not in known:
                raise forms.ValidationError(_("There is no country %(code)s.") % {"code": code[:20]})
        return list(dict.fromkeys(codes))


class ContactForm(OfOrganisation):
    """Who it is; opened to a partner only after both sides agreed."""

    contact = forms.CharField(label=gettext_lazy("Name of the contact"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=60, required=False)


class AnswerForm(forms.Form):
    """What the side says that was asked."""

    says = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[("agree", gettext_lazy("Agree: open our details")), ("refuse", gettext_lazy("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = paragraph(
        gettext_lazy("Reason"), rows=3, help_text=gettext_lazy("The other side is told. Needed to refuse.")
    )


class LetterForm(forms.Form):
    """What two partners intend."""

    quantity = forms.IntegerField(label=gettext_lazy("Volume a year"), min_value=1, max_value=1_000_000_000)
    level = forms.ChoiceField(label=gettext_lazy("Level of assembly"), choices=Level.choices)
    incoterm = forms.ChoiceField(
        label=gettext_lazy("Delivery term"),
        choices=[("", gettext_lazy("Not stated")), *((one, one) for one in INCOTERMS)],
        required=False,
    )
    payment = forms.CharField(label=gettext_lazy("Payment"), max_length=200, required=False)
    terms = paragraph(gettext_lazy("What the two intend"), rows=6, required=True)
    valid_until = Day(label=gettext_lazy("Valid until"))


class SignForm(forms.Form):
    """With which words this node signs as the second."""

    words = paragraph(
        gettext_lazy("What this node agrees to"),
        rows=3,
        required=True,
        help_text=gettext_lazy("These words are signed with the letter."),
    )


class EndForm(forms.Form):
    """Why a letter comes to nothing."""

    reason = paragraph(
        gettext_lazy("Reason"), rows=3, required=True, help_text=gettext_lazy("The partner reads it.")
    )


class OutcomeForm(forms.Form):
    """What became of an introduction."""

    says = forms.ChoiceField(
        label=gettext_lazy("What became of it"), choices=Outcome.Says.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("Remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays on this node."),
    )
