"""A list of participants as a file."""

from django import forms
from django.utils.translation import gettext_lazy


class ParticipantsForm(forms.Form):
    """The file, and whether it is only to be checked."""

    file = forms.FileField(
        label=gettext_lazy("List of participants"),
        help_text=gettext_lazy(
            "CSV or a workbook (XLSX, ODS). The first line names the columns: name and country, and where"
            " known gender, organisation, position, e-mail and days present."
        ),
    )
    only_check = forms.BooleanField(label=gettext_lazy("Only check it, and write nothing"), required=False)
