"""What people type on the pages of the exchange. The services decide; their errors come back to the form."""

import json
from collections.abc import Sequence
from typing import TypeVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.exchange import queries, registry
from isthmus.exchange.models import (
    AgreementState,
    Checkpoint,
    Decision,
    Direction,
    Effect,
    Sort,
    Standing,
    Verdict,
)
from isthmus.kit import clock
from isthmus.kit.errors import IsthmusError
from isthmus.trust.models import Partner, PartnerState
from isthmus.ui.formats import moment_text
from isthmus.ui.forms import Day, FilterForm
from isthmus.wire import codec

M = TypeVar("M", bound=Model)
_ALL = [("", _("All"))]
LONGEST_CARD = 100_000
"""Characters of a card that is pasted or uploaded; a real one has some 8,000."""


def _types() -> list[tuple[str, object]]:
    return [*_ALL, *((key, kind.title) for key, kind in registry.record_types().items())]


class RecordFilter(FilterForm):
    """Narrows the list of records."""

    q = forms.CharField(label=_("Subject"), required=False, max_length=200)
    partner = forms.ModelChoiceField(
        Partner.objects.all(),
        label=_("Partner"),
        required=False,
        empty_label=_("All"),
        to_field_name="node_id",
    )
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=[*_ALL, *Direction.choices])
    type = forms.ChoiceField(label=_("Record type"), required=False, choices=_types)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False, choices=[*_ALL, *Verdict.choices])
    effect = forms.ChoiceField(label=_("Effect here"), required=False, choices=[*_ALL, *Effect.choices])
    since = Day(label=_("Since"), required=False)
    until = Day(label=_("Until"), required=False)

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Records that fit everything that was filled in."""
        given = self.cleaned_data
        wanted: dict[str, object] = {}
        if given["q"]:
            wanted["subject__icontains"] = given["q"]
        if given["partner"]:
            wanted["stream__partner"] = given["partner"]
        if given["direction"]:
            wanted["stream__direction"] = given["direction"]
        if given["type"]:
            wanted["type"], _slash, version = given["type"].partition("/")
            wanted["version"] = int(version)
        for name in ("verdict", "effect"):
            if given[name]:
                wanted[name] = given[name]
        if given["since"]:
            wanted["stored_at__date__gte"] = given["since"]
        if given["until"]:
            wanted["stored_at__date__lte"] = given["until"]
        return rows.filter(**wanted)


class PartnerFilter(FilterForm):
    """Narrows the list of partners."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[*_ALL, *PartnerState.choices])

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Partners in that state."""
        state = self.cleaned_data["state"]
        return rows.filter(state=state) if state else rows


class AgreementFilter(FilterForm):
    """Narrows the list of agreements."""

    q = forms.CharField(label=_("Title"), required=False, max_length=200)
    partner = forms.ModelChoiceField(
        Partner.objects.all(),
        label=_("Partner"),
        required=False,
        empty_label=_("All"),
        to_field_name="node_id",
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[*_ALL, ("to-answer", _("Waiting for this node")), *AgreementState.choices],
    )

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Agreements of that title, with that partner, in that state."""
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(title__icontains=given["q"])
        if given["partner"]:
            rows = rows.filter(parties__node_id=given["partner"].node_id)
        if given["state"] == "to-answer":
            return rows.filter(
                state=AgreementState.PROPOSED,
                valid_until__gt=clock.now(),
                parties__in=_unanswered(),
            )
        return rows.filter(state=given["state"]) if given["state"] else rows


def _unanswered() -> QuerySet[Model]:
    from isthmus.exchange.models import Party

    return Party.objects.filter(node_id=queries.me(), decision=Decision.NONE)


class LogFilter(FilterForm):
    """Narrows the list of log entries."""

    sort = forms.ChoiceField(label=_("Kind"), required=False, choices=[*_ALL, *Sort.choices])
    since = Day(label=_("Since"), required=False)

    def narrow(self, rows: QuerySet[M]) -> QuerySet[M]:
        """Entries of that kind since that day."""
        given = self.cleaned_data
        if given["sort"]:
            rows = rows.filter(sort=given["sort"])
        return rows.filter(logged_at__date__gte=given["since"]) if given["since"] else rows


class NothingToAsk(forms.Form):
    """A page that only asks whether to go on."""


class ReasonForm(forms.Form):
    """Why something is done; it is kept for good."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the log, for those who ask later."),
    )


class HeadForm(ReasonForm):
    """Which of the heads of one size belongs to a partner's log, and why."""

    root = forms.ChoiceField(label=_("The head that belongs to the log"), widget=forms.RadioSelect)
    field_order = ("root", "reason")

    def __init__(self, data: QueryDict | None = None, *, heads: Sequence[Checkpoint]) -> None:
        super().__init__(data)
        known = _("Root %(root)s…, signed on %(day)s, continues what was known here")
        other = _("Root %(root)s…, signed on %(day)s")
        choices = [
            (
                head.root,
                (known if head.standing == Standing.HELD else other)
                % {"root": head.root[:16], "day": moment_text(head.issued)},
            )
            for head in heads
        ]
        cast("forms.ChoiceField", self.fields["root"]).choices = choices


class AnswerReasonForm(ReasonForm):
    """Why this node does not sign, or withdraws; the other parties read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is sent to the other parties with the answer."),
    )


class AddPartnerForm(forms.Form):
    """A partner's card: fetched from its address, pasted, or as a file."""

    url = forms.CharField(
        label=_("Address of the partner’s node"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
        help_text=_("Such as https://node.example.org. This node fetches the card from there."),
    )
    card = forms.CharField(
        label=_("Or the text of its card"),
        required=False,
        max_length=LONGEST_CARD,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("One long line, as the partner sent it."),
    )
    file = forms.FileField(
        label=_("Or its card as a file"),
        required=False,
        help_text=_("The partner downloads it from its own page “Our card”."),
    )

    def clean_file(self) -> str:
        """The text of the uploaded card."""
        uploaded = self.cleaned_data["file"]
        if not uploaded:
            return ""
        if uploaded.size > LONGEST_CARD:
            raise ValidationError(_("This file is too large to be a card."))
        try:
            return str(uploaded.read().decode("ascii"))
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is not a card: a card is plain text.")) from error

    def clean(self) -> dict[str, object]:
        """Exactly one of the three ways."""
        given = self.cleaned_data
        filled = [name for name in ("url", "card", "file") if given.get(name)]
        if not filled and not self.errors:
            self.add_error("url", _("Give the address, or the card itself."))
        if len(filled) > 1:
            self.add_error(filled[1], _("Use one way only: the address, the text or the file."))
        return given


class WordsForm(forms.Form):
    """The twelve words that the partner read out."""

    words = forms.CharField(
        label=_("The partner’s twelve words"),
        max_length=500,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "dir": "ltr",
                "lang": "en",
                "spellcheck": "false",
                "autocomplete": "off",
                "autocapitalize": "off",
            }
        ),
        help_text=_("Type them as you hear them, with spaces between. Capitals do not matter."),
    )


class DryRunForm(forms.Form):
    """Which record to try an agreement on."""

    grant = forms.ChoiceField(label=_("What would be sent, to whom"))
    body = forms.ChoiceField(label=_("Which record"), required=False)
    pasted = forms.CharField(
        label=_("Or paste a record’s content as JSON"),
        required=False,
        max_length=codec.MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("It is looked at here and neither kept nor sent."),
    )

    def __init__(
        self, *args: object, grants: list[tuple[str, str]], bodies: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self.fields["grant"].choices = grants  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["body"].initial = bodies[0][0] if bodies else ""
        self.fields["body"].choices = [("", _("None of these")), *bodies]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_pasted(self) -> dict[str, object] | None:
        """The pasted body, decoded as strictly as one that crosses a border."""
        text = self.cleaned_data["pasted"]
        if not text.strip():
            return None
        try:
            value = codec.decode(text.strip().encode("utf-8"))
        except IsthmusError as error:
            raise ValidationError(error.message) from error
        if not isinstance(value, dict):
            raise ValidationError(_("The content of a record is a JSON object: it starts with a brace."))
        return dict(value)

    def clean(self) -> dict[str, object]:
        """One record, listed or pasted."""
        given = self.cleaned_data
        if not self.errors and not given.get("body") and given.get("pasted") is None:
            self.add_error("body", _("Choose a record, or paste one."))
        return given


class DeskForm(forms.Form):
    """Which organisation receives records of one type."""

    record_type = forms.ChoiceField(label=_("Record type"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(active=True), label=_("Organisation"), empty_label=_("Choose one")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        kinds = registry.record_types().items()
        self.fields["record_type"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, kind.title) for key, kind in kinds if not kind.control
        ]


def as_json(value: object) -> str:
    """A body as a person reads it in a text field."""
    return json.dumps(value, ensure_ascii=False, indent=2)
