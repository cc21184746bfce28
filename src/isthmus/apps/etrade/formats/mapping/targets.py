"""The fields that a mapping can fill, read off the record's own schema, and how a text becomes each."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from isthmus.apps.etrade.formats.draft import Draft, Found, Place
from isthmus.apps.etrade.formats.mapping.definition import Rule
from isthmus.apps.etrade.formats.readings import Declaration
from isthmus.apps.etrade.records import ExportDeclarationV1, ImportDeclarationV1
from isthmus.apps.etrade.rules.amounts import read_count
from isthmus.apps.etrade.rules.units import convert
from isthmus.apps.etrade.rules.written_days import read_written_day, write_day
from isthmus.apps.etrade.rules.written_figures import read_written_figure, western_digits
from isthmus.kit.burmese import is_zawgyi
from isthmus.kit.errors import BadInput

Kind = Literal["text", "code", "figure", "weight", "count", "day", "list"]
MODELS: dict[str, type[Declaration]] = {
    f"{model.record_type}/{model.record_version}": model
    for model in (ExportDeclarationV1, ImportDeclarationV1)
}


@dataclass(frozen=True, slots=True)
class Target:
    """One field of a record: its path, its title for officers, and what is written in it."""

    path: str
    title: str
    kind: Kind
    required: bool

    @property
    def place(self) -> tuple[str, ...]:
        """The path in parts."""
        return tuple(self.path.split("."))


def model_of(record: str) -> type[Declaration]:
    """The record model of a name such as ``etrade.export-declaration/1``; BadInput for another."""
    model = MODELS.get(record)
    if model is None:
        raise BadInput(
            "etrade.mapping.record", f"No mapping can make {record[:80]}; it can make: {', '.join(MODELS)}."
        )
    return model


@cache
def targets_of(record: str) -> dict[str, Target]:
    """Every field that a mapping of this record can fill, by its path, in the record's order."""
    schema = model_of(record).model_json_schema(mode="validation")
    found: dict[str, Target] = {}
    for name, written in schema["properties"].items():
        part = _part(written)
        if part is None:
            found[name] = _target(name, written, required=name in schema["required"])
            continue
        inner = schema["$defs"][part]
        for below, below_written in inner["properties"].items():
            path = f"{name}.{below}"
            found[path] = _target(path, below_written, required=False)
    return found


def _part(written: dict[str, Any]) -> str | None:
    """The name of the definition that a property refers to, itself or by its entries."""
    for option in (written, *written.get("anyOf", ()), *written.get("allOf", ())):
        reference = option.get("$ref") or option.get("items", {}).get("$ref")
        if reference:
            return str(reference).rpartition("/")[2]
    return None


def _target(path: str, written: dict[str, Any], *, required: bool) -> Target:
    stated = next((one for one in written.get("anyOf", ()) if one["type"] != "null"), written)
    kind: Kind = "text"
    pattern = stated.get("pattern", "")
    if stated["type"] == "integer":
        kind = "count"
    elif stated["type"] == "array":
        kind = "list"
    elif stated.get("format") == "date":
        kind = "day"
    elif pattern.startswith("^(0|"):
        kind = "weight" if path.endswith("_kg") else "figure"
    elif "[A-Z" in pattern or "[0-9A-Z" in pattern:
        kind = "code"
    return Target(path, str(written.get("title") or path), kind, required)


def put_written(draft: Draft, place: Place, target: Target, rule: Rule, found: Found) -> None:
    """Set the field at ``place`` from a text; what cannot be read becomes a fault of the field."""
    text = rule.values.get(found.text, found.text)
    try:
        value = _read(text, target, rule)
    except ValueError as error:
        draft.fault(place, str(error), found.line)
        return
    if value is None:
        draft.note(place, f"{text} {rule.unit} cannot be stated in kilograms, so not comparable", found.line)
        return
    draft.put(place, value, found.line)


_SAMPLE_DAY = date(2026, 3, 29)


def advice(target: Target, rule: Rule, text: str) -> str:
    """What to write in a cell that does not fit its field, by the rule that reads it."""
    if not text:
        return "Fill the cell in."
    if rule.values:
        return "Write one of the texts in the values of the mapping, or add this one to them."
    if target.place[-1] in {"hs_code", "tariff_code"}:
        return "Write the digits of the code, as in 071331."
    match target.kind:
        case "day":
            return f"Write the day as in {write_day(_SAMPLE_DAY, rule.order, rule.era)}."
        case "figure" | "weight":
            return f"Write a plain number, as in 1250{rule.decimal}5."
        case "count":
            return "Write a whole number, as in 12."
        case "code":
            return "Write the code itself, in capitals, or add the text to the values of the mapping."
        case _:
            return "Correct the text, in your own system first."


def _read(text: str, target: Target, rule: Rule) -> object:
    match target.kind:
        case "day":
            return read_written_day(text, rule.order, rule.era).isoformat()
        case "figure":
            return read_written_figure(text, rule.decimal)
        case "weight":
            return convert(read_written_figure(text, rule.decimal), rule.unit or "KGM", "KGM")
        case "count":
            return read_count(read_written_figure(text, rule.decimal))
        case "list":
            parts = text.replace(";", ",").replace("/", ",").split(",")
            return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        case "code":
            return western_digits(text).upper()
        case "text":
            if is_zawgyi(text):
                raise ValueError("the text is in Zawgyi, not in Unicode: convert it before it is handed in")
            return western_digits(text) if _is_number(target) else text


def _is_number(target: Target) -> bool:
    """Whether a text field holds a code of digits and letters, whose digits have one written form."""
    last = target.place[-1]
    return last.endswith(("_number", "_id", "_code", "_reference", "_version", "_mode")) or last in _NUMBERS


_NUMBERS = {"ucr", "plate", "transport_document", "port_of_discharge"}
