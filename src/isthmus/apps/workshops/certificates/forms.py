"""What is typed about certificates: why one is revoked, and the code that somebody checks."""

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.certificates.models import Ground


class RevokeForm(forms.Form):
    """Why a certificate counts no more."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=Ground.choices,
        help_text=gettext_lazy("Anybody who checks the certificate is told."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stays on this node."),
    )


class CheckForm(forms.Form):
    """The number on a certificate, or what its square holds."""

    code = forms.CharField(
        label=gettext_lazy("Number on the certificate, or the address in its square"),
        max_length=1500,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
