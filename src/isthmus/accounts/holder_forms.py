"""For which of their organisations people act: the first question of many forms."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation


class OfOrganisation(forms.Form):
    """A form for one of the organisations that a person works for, given by their keys."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)

    def __init__(self, *args: Any, organisations: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=organisations).order_by("name")
        self._own = {row.pk: row for row in own}
        chosen = self.fields["organisation"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [(row.pk, row.name) for row in self._own.values()]

    @property
    def holder(self) -> Organisation:
        """The organisation that was chosen."""
        return self._own[self.cleaned_data["organisation"]]
