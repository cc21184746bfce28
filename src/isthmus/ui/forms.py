"""The form renderer: labelled fields, hints and errors beside them, a summary of errors on top.

``FORM_RENDERER = "isthmus.ui.forms.Renderer"`` makes ``{{ form }}`` use it everywhere.
"""

from typing import TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.forms.renderers import TemplatesSetting

M = TypeVar("M", bound=Model)


class Renderer(TemplatesSetting):
    """Django's renderer with our form and field templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    formset_template_name = "ui/forms/formset.html"


class FilterForm(forms.Form):
    """The filters above a list. They work by GET; subclasses say how they narrow the rows."""

    use_required_attribute = False

    def narrow(self, rows: "QuerySet[M]") -> "QuerySet[M]":
        """The rows that pass the cleaned filters; called only when the form is valid."""
        return rows


class Day(forms.DateField):
    """A day, typed or picked; the browser sends it as ``2026-11-23``."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d", "%d %b %Y", "%d.%m.%Y")
