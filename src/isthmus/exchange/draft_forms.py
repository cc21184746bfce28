"""The questions of a draft agreement, one form a page."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from isthmus.exchange.rules.layout import field_groups
from isthmus.exchange.rules.projection import missing_fields
from isthmus.ui.forms import Day


class PartiesForm(forms.Form):
    """With whom this node makes the agreement."""

    partners = forms.MultipleChoiceField(
        label=_("Partners"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only confirmed partners. This node is always a party."),
        error_messages={"required": _("Choose at least one partner.")},
    )

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].choices = partners  # type: ignore[attr-defined]  # a choice field


class FlowsForm(forms.Form):
    """Which records cross, and in which direction."""

    flows = forms.MultipleChoiceField(
        label=_("Records and their direction"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, flows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flows"].choices = flows  # type: ignore[attr-defined]  # a choice field


class LockedCheckboxes(forms.CheckboxSelectMultiple):
    """Check boxes of which some are ticked and cannot be unticked."""

    def __init__(self, locked: Collection[str]) -> None:
        super().__init__()
        self.locked = locked

    def create_option(self, name: str, value: object, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option; a locked one is ticked and disabled."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.locked:
            option["selected"] = True
            option["attrs"].update({"checked": True, "disabled": True})
        return option


class _Group(forms.MultipleChoiceField):
    """Some, all or none of a group; whether anything was chosen at all is asked of the whole form."""

    def validate(self, value: list[str]) -> None:
        """Refuse what is no field of the group; an empty group is an answer."""
        if value:
            super().validate(value)


class FieldsForm(forms.Form):
    """Which fields of a record type cross, in the groups of the form; required ones are locked."""

    def __init__(
        self, *args: Any, model: type[BaseModel], chosen: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        self.required = frozenset(
            choice.path for group in field_groups(model) for choice in group.fields if choice.required
        )
        for number, group in enumerate(field_groups(model)):
            locked = frozenset(choice.path for choice in group.fields if choice.required)
            self.fields[f"group_{number}"] = _Group(
                label=group.title or _("On top of the form"),
                choices=[
                    (
                        c.path,
                        _now("%(title)s, always crosses") % {"title": c.title} if c.required else c.title,
                    )
                    for c in group.fields
                ],
                initial=[choice.path for choice in group.fields if choice.path in chosen],
                widget=LockedCheckboxes(locked),
            )

    @property
    def chosen(self) -> list[str]:
        """All ticked fields, the required ones, and those that a part ticked in part needs; sorted."""
        ticked = {path for paths in self.cleaned_data.values() for path in paths} | self.required
        return sorted(ticked | set(missing_fields(self.model, ticked)))

    def clean(self) -> dict[str, Any]:
        """At least one field."""
        if not self.errors and not self.chosen:
            self.add_error(None, _("Choose at least one field."))
        return self.cleaned_data


class TermsForm(forms.Form):
    """Purpose, legal basis, retention, onward sharing and period."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("How both sides will call it."))
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the receiver may use the records for, and nothing else."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The treaty, memorandum or law, with its article."),
    )
    retention_days = forms.IntegerField(
        label=_("Days the receiver keeps a record"), min_value=1, max_value=36_600, initial=1825
    )
    onward_sharing = forms.ChoiceField(
        label=_("May the receiver hand records on?"),
        widget=forms.RadioSelect,
        initial="never",
        choices=[("never", _("Never")), ("with-consent", _("Only after the sender has agreed"))],
    )
    valid_from = Day(label=_("From"), help_text=_("It begins with this day, UTC."))
    valid_until = Day(label=_("Until"), help_text=_("It ends when this day begins, UTC."))

    def clean(self) -> dict[str, Any]:
        """The period has a length."""
        given = self.cleaned_data
        if "valid_from" in given and "valid_until" in given and given["valid_until"] <= given["valid_from"]:
            self.add_error("valid_until", _("The agreement must end after it begins."))
        return given
