"""What people type on the pages of this layer. The services decide; their faults come back to the fields."""

from typing import Self, TypeVar, cast

from django import forms
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.forms.forms import DeclarativeFieldsMetaclass
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.credentials import MAX_TOKEN_DAYS, TOKEN_ROLES
from isthmus.accounts.letter_services import IN_DOUBT, NEEDS_PERSON, REFUSED
from isthmus.accounts.models import Digest, Kind, Letter, Officer, Organisation
from isthmus.accounts.queries import organisations
from isthmus.accounts.roles import Role
from isthmus.kit.errors import BadInput
from isthmus.ui.forms import Day, FilterForm

M = TypeVar("M", bound=Model)


def blame(form: forms.Form, error: BadInput) -> None:
    """Put a service's error where the person looks: beside its fields, or on top where it names none."""
    placed = False
    for fault in error.faults:
        if fault.where in form.fields:
            form.add_error(fault.where, fault.message)
            placed = True
    if not placed:
        form.add_error(None, str(error))


class RoleForm(forms.Form):
    """One role in one organisation."""

    organisation = forms.ModelChoiceField(
        queryset=organisations().filter(active=True),
        label=_("Organisation"),
        empty_label=_("Choose an organisation"),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *Role.choices],
        help_text=_(
            "An officer works on cases, an approver signs agreements and manages people, an operator keeps "
            "the node running, an auditor reads everything."
        ),
    )


class InviteForm(RoleForm):
    """A new person and the first role."""

    email = forms.EmailField(label=_("Email address"), help_text=_("The person signs in with it."))
    full_name = forms.CharField(label=_("Full name"), max_length=200)

    field_order = ["full_name", "email", "organisation", "role"]


class ProfileForm(forms.Form):
    """What a person says about himself or herself."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("The node’s language")), *settings.LANGUAGES]
    )
    digest = forms.ChoiceField(
        label=_("What waits for me, by mail"),
        required=False,
        choices=Digest.choices,
        help_text=_(
            "To your email address, in your language: how much waits, and where. Nothing comes while nothing "
            "waits or nothing has changed since."
        ),
    )


class OrganisationForm(forms.Form):
    """A new organisation."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Short, in small letters, such as “customs”. It cannot be changed later."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)


class OrganisationChangeForm(forms.Form):
    """What may change about an organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    active = forms.BooleanField(
        label=_("Active"),
        required=False,
        help_text=_("The roles and tokens of an organisation that is not active give no access."),
    )


class TokenForm(forms.Form):
    """A new API token."""

    organisation = forms.ModelChoiceField(
        queryset=organisations().filter(active=True),
        label=_("Organisation"),
        empty_label=_("Choose an organisation"),
    )
    label = forms.CharField(label=_("Which program uses it"), max_length=100)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Choose a role")), *((role.value, role.label) for role in TOKEN_ROLES)],
        help_text=_("A program is never an approver: signing and giving roles are acts of a person."),
    )
    days = forms.IntegerField(
        label=_("Valid for how many days"), min_value=1, max_value=MAX_TOKEN_DAYS, initial=365
    )


class _OrganisationFilter(FilterForm):
    organisation = forms.ModelChoiceField(
        queryset=organisations(), label=_("Organisation"), required=False, empty_label=_("All")
    )

    @classmethod
    def among(cls, seen: QuerySet[Organisation]) -> type[Self]:
        """The same filter, offering only the organisations that the visitor may see."""
        field = forms.ModelChoiceField(
            queryset=seen, label=_("Organisation"), required=False, empty_label=_("All")
        )
        made = DeclarativeFieldsMetaclass(cls.__name__, (cls,), {"organisation": field})
        return cast("type[Self]", made)


class PeopleFilter(_OrganisationFilter):
    """Narrows the list of people."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *Role.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("active", _("Active")), ("inactive", _("Deactivated"))],
    )

    field_order = ["q", "organisation", "role", "state"]

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """People whose name or address holds the text and who hold such a role."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(Q(full_name__icontains=given["q"]) | Q(email__icontains=given["q"]))
        held = {}
        if given["organisation"]:
            held["memberships__organisation"] = given["organisation"]
        if given["role"]:
            held["memberships__role"] = given["role"]
        if held:
            # One membership has to fit both; and a join would list a person once for each that fits.
            rows = rows.filter(pk__in=Officer.objects.filter(**held).values("pk"))
        if given["state"]:
            rows = rows.filter(is_active=given["state"] == "active")
        return rows


class TokenFilter(_OrganisationFilter):
    """Narrows the list of tokens."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("open", _("Not revoked")), ("revoked", _("Revoked"))],
    )

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Tokens of the organisation, revoked or not."""
        if self.cleaned_data["organisation"]:
            rows = rows.filter(organisation=self.cleaned_data["organisation"])
        if self.cleaned_data["state"]:
            rows = rows.filter(revoked_at__isnull=self.cleaned_data["state"] == "open")
        return rows


class EventFilter(FilterForm):
    """Narrows the list of events."""

    kind = forms.CharField(
        label=_("Kind (first letters)"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    who = forms.CharField(label=_("Who or about whom"), required=False, max_length=200)
    since = Day(label=_("Since"), required=False)

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Events of a kind, by or about somebody, since a day."""
        given = self.cleaned_data
        if given["kind"]:
            rows = rows.filter(kind__startswith=given["kind"])
        if given["who"]:
            rows = rows.filter(Q(actor__icontains=given["who"]) | Q(subject__icontains=given["who"]))
        if given["since"]:
            rows = rows.filter(occurred__date__gte=given["since"])
        return rows


class LetterFilter(FilterForm):
    """Narrows the list of letters by mail."""

    q = forms.CharField(label=_("To whom or about what"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("person", _("Needs a person")),
            ("waiting", Letter.State.WAITING.label),
            ("refused", _("Refused by the mail server")),
            ("doubtful", Letter.State.DOUBTFUL.label),
            ("sent", Letter.State.SENT.label),
            ("left", Letter.State.LEFT.label),
        ],
    )

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Letters to somebody or about something, in a state."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(
                Q(name__icontains=given["q"])
                | Q(address__icontains=given["q"])
                | Q(subject__icontains=given["q"])
            )
        if given["state"]:
            rows = rows.filter(_STATES[given["state"]])
        return rows


_STATES = {
    "person": NEEDS_PERSON,
    "waiting": Q(state__in=[Letter.State.WAITING, Letter.State.SENDING], queued=True, reason=""),
    "refused": REFUSED,
    "doubtful": IN_DOUBT,
    "sent": Q(state=Letter.State.SENT),
    "left": Q(state=Letter.State.LEFT),
}
