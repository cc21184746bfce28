"""The form of a document that is entered by hand: a field for each of its record's fields, items as rows."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.models import DOCUMENT_MODELS, DocumentState, Kind, TradeDocument
from isthmus.kit import clock
from isthmus.kit.errors import BadInput
from isthmus.ui.components import Fact, Facts
from isthmus.ui.forms import Day

ENTERED = (
    Kind.LICENCE,
    Kind.CERTIFICATE_OF_ORIGIN,
    Kind.VEHICLE_PERMIT,
    Kind.TRANSIT,
    Kind.MANIFEST,
)
"""Kinds that people enter here; a phytosanitary certificate is its XML file."""
MAX_ROWS = 50
"""Items that can be typed; a document with more comes by API or from a file, and keeps them here."""

_KEPT = frozenset({"version", "status", "drawn_quantity", "drawn_value"})
"""Set by the node and by the desk, not typed."""
_ELSEWHERE = {Kind.TRANSIT: frozenset({"stated_at", "arrived_on", "seals_intact", "discrepancy"})}
"""The time is the node's; the rest is found by the offices behind that of departure, not by it."""
_BEGINS = {Kind.TRANSIT: DocumentState.DEPARTED, Kind.MANIFEST: DocumentState.LODGED}
_LISTS = ("items", "consignments")
_SPOKEN: dict[Kind, tuple[DocumentState, ...]] = {
    Kind.LICENCE: (DocumentState.AMENDED, DocumentState.SUSPENDED, DocumentState.CANCELLED),
    Kind.VEHICLE_PERMIT: (DocumentState.AMENDED, DocumentState.SUSPENDED, DocumentState.CANCELLED),
    Kind.CERTIFICATE_OF_ORIGIN: (DocumentState.AMENDED, DocumentState.CANCELLED),
    Kind.TRANSIT: (DocumentState.DEPARTED, DocumentState.CANCELLED),
    Kind.MANIFEST: (DocumentState.AMENDED, DocumentState.DEPARTED, DocumentState.CANCELLED),
}


class Several(forms.Field):
    """Numbers of containers, seals and the like, in one line."""

    def to_python(self, value: object) -> list[str] | None:
        """The numbers, each once, in the order in which they were typed; None for none."""
        parts = re.split(r"[,;\s]+", str(value or ""))
        return list(dict.fromkeys(part for part in parts if part)) or None

    def prepare_value(self, value: object) -> object:
        """The numbers with commas between them."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value


def _field(spec: Mapping[str, Any], label: str, *, required: bool) -> forms.Field:
    """The form field of one property of a record's JSON Schema."""
    plain = next(one for one in spec.get("anyOf", [spec]) if one.get("type") != "null")
    said: dict[str, Any] = {"label": label, "help_text": spec.get("description", ""), "required": required}
    if "enum" in plain:
        return forms.ChoiceField(
            choices=[("", _("Not stated")), *((one, one) for one in plain["enum"])], **said
        )
    if plain["type"] == "boolean":
        return forms.BooleanField(**{**said, "required": False})
    if plain["type"] == "integer":
        return forms.IntegerField(min_value=plain.get("minimum"), max_value=plain.get("maximum"), **said)
    if plain["type"] == "array":
        said["help_text"] = f"{said['help_text']} {_now('Separate several by commas.')}".strip()
        return Several(**said)
    if plain.get("format") == "date":
        return Day(**said)
    if "pattern" in plain:
        said["error_messages"] = {"invalid": _("This does not have the form that the field needs.")}
        return forms.RegexField(plain["pattern"], widget=forms.TextInput(attrs={"dir": "ltr"}), **said)
    return forms.CharField(max_length=plain.get("maxLength"), **said)


def _specs_of(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields of one row of a document's list, from its JSON Schema; none where it has no list."""
    if not name:
        return {}
    stated = schema["properties"][name]
    listed = next(one for one in stated.get("anyOf", [stated]) if one.get("type") == "array")
    part = schema["$defs"][listed["items"]["$ref"].rpartition("/")[2]]
    return {name: spec for name, spec in part["properties"].items() if name not in _KEPT | {"number"}}


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


class EntryForm(forms.Form):
    """A new document, or with ``document`` what its organisation states of it next.

    ``rows`` items can be typed; rows that are left empty say nothing.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MAX_ROWS)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        kind: Kind,
        rows: int,
        document: TradeDocument | None = None,
        organisations: "QuerySet[Organisation] | None" = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        schema = DOCUMENT_MODELS[kind].model_json_schema(mode="validation")
        self.kind, self.document = kind, document
        self.list_name = next((name for name in _LISTS if name in schema["properties"]), "")
        self.item_specs = _specs_of(schema, self.list_name)
        if document is not None and len(document.body.get(self.list_name) or ()) > MAX_ROWS:
            self.item_specs = {}  # they stay as they were stated
        self._needs_items = self.list_name in schema["required"]
        self.row_count = min(max(rows, 1), MAX_ROWS) if self.item_specs else 0
        super().__init__(data, initial={**self._known(), **(initial or {}), "rows": self.row_count})
        self._add_statement(organisations)
        left_out = _KEPT | {self.list_name, "reason"} | _ELSEWHERE.get(kind, frozenset())
        self.head_names = [name for name in schema["properties"] if name not in left_out]
        if document and "reason" in schema["properties"]:
            self.head_names.append("reason")
        for name in self.head_names:
            spec = schema["properties"][name]
            self.fields[name] = _field(spec, spec["title"], required=name in schema["required"])
        if document:
            self.fields["number"].disabled = True
        for at in range(self.row_count):
            self.fields[f"items_{at}_number"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, min_value=1, max_value=99999
            )
            for name, spec in self.item_specs.items():
                label = f"{self.row_title(at)}: {spec['title']}"
                self.fields[f"items_{at}_{name}"] = _field(spec, label, required=False)

    def _known(self) -> dict[str, Any]:
        if self.document is None:
            return {"version": 1}
        body = self.document.body
        found = {name: value for name, value in body.items() if name not in _KEPT | {self.list_name}}
        for at, item in enumerate(body.get(self.list_name) or ()):
            found |= {f"items_{at}_{name}": value for name, value in item.items()}
        newest = self.document.statements.filter(said_by="").order_by("-version").first()
        return {**found, "version": (newest.version if newest else 0) + 1, "reason": None}

    def _add_statement(self, organisations: "QuerySet[Organisation] | None") -> None:
        if organisations is None:
            self.fields["status"] = forms.ChoiceField(
                label=_("What you state"),
                widget=forms.RadioSelect,
                choices=[(one.value, one.label) for one in _SPOKEN[self.kind]],
            )
            return
        chosen = forms.ModelChoiceField(
            queryset=organisations, label=_("Organisation"), help_text=_("Which authority issues it.")
        )
        chosen.empty_label = str(_("Choose an organisation"))
        if len(organisations) == 1:
            chosen.initial = organisations[0]
            chosen.widget = forms.HiddenInput()
        self.fields["organisation"] = chosen

    @property
    def heads(self) -> list[BoundField]:
        """The fields above the items."""
        first = "organisation" if self.document is None else "status"
        return [self[name] for name in (first, *self.head_names) if not self[name].is_hidden]

    def row_title(self, at: int) -> str:
        """What one row of the list is called, such as “Item 1”."""
        if self.list_name == "consignments":
            return _now("Consignment %(number)d") % {"number": at + 1}
        return _now("Item %(number)d") % {"number": at + 1}

    @property
    def item_rows(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields of each item, below what it is called."""
        for at in range(self.row_count):
            yield self.row_title(at), [self[f"items_{at}_{name}"] for name in self.item_specs]

    def typed(self) -> dict[str, Any]:
        """What was typed so far, as initial values of a form with more rows; nothing is checked."""
        return {bound.name: bound.data for bound in self if bound.name != "rows" and not bound.field.disabled}

    def _rows_given(self) -> list[int]:
        given = self.cleaned_data
        return [
            at
            for at in range(self.row_count)
            if any(given.get(f"items_{at}_{name}") not in (None, "", False) for name in self.item_specs)
        ]

    def body(self) -> dict[str, Any]:
        """The JSON of the record that was typed; what the form has no field for stays as it was stated."""
        given = self.cleaned_data
        old = self.document.body if self.document else {}
        body: dict[str, Any] = {
            **{name: old[name] for name in old if name not in {*self.head_names, "reason"}},
            "version": given["version"],
            "status": given.get("status") or _BEGINS.get(self.kind, DocumentState.ISSUED).value,
        }
        if self.kind == Kind.TRANSIT:
            body["stated_at"] = clock.to_text(clock.now().replace(microsecond=0))
        body |= {
            name: _written(given[name]) for name in self.head_names if given[name] not in (None, "", False)
        }
        if not self.item_specs:
            return body
        before = {item["number"]: item for item in old.get(self.list_name) or ()}
        last = max([0, *before, *(given.get(f"items_{at}_number") or 0 for at in range(self.row_count))])
        rows = []
        for at in self._rows_given():
            number = given.get(f"items_{at}_number")
            if number is None:
                number = last = last + 1
            kept = {name: value for name, value in before.get(number, {}).items() if name in _KEPT}
            typed = {name: _written(given[f"items_{at}_{name}"]) for name in self.item_specs}
            filled = {name: value for name, value in typed.items() if value not in (None, "", False)}
            rows.append({**kept, **filled, "number": number})
        body[self.list_name] = rows or ([] if self._needs_items else None)
        return body

    def blame(self, error: BadInput) -> None:
        """Put each fault of a refused record beside its field."""
        rows = self._rows_given()
        for fault in error.faults:
            place = fault.where.split(".")
            name = place[0]
            if name == self.list_name and len(place) > 2 and place[1].isdigit():
                name = f"items_{rows[int(place[1])]}_{place[2]}"
            elif name == self.list_name and self.row_count:
                name = f"items_0_{next(iter(self.item_specs))}"
            self.add_error(name if name in self.fields else None, fault.message)
        if not error.faults:
            self.add_error(None, error.message)

    def answers(self) -> tuple[Facts, ...]:
        """What was typed, for the page on which it is checked."""
        given = self.cleaned_data
        names = ["status"] if self.document else []
        top = [
            Fact(self[name].label, given[name])
            for name in (*names, *self.head_names)
            if given[name] not in (None, "", False)
        ]
        groups = [Facts(self.kind.label, tuple(top))]
        for at in self._rows_given():
            facts = [
                Fact(spec["title"], given[f"items_{at}_{name}"])
                for name, spec in self.item_specs.items()
                if given[f"items_{at}_{name}"] not in (None, "", False)
            ]
            groups.append(Facts(self.row_title(at), tuple(facts)))
        return tuple(groups)
