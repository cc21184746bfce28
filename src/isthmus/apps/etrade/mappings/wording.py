"""What a mapping says, in the words of an officer."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.etrade.formats.mapping.definition import (
    ColumnRule,
    ColumnTable,
    Definition,
    JsonExpression,
    PathRule,
    Rule,
)
from isthmus.apps.etrade.formats.mapping.targets import targets_of
from isthmus.apps.etrade.mappings.forms import RECORDS, titled
from isthmus.ui.components import Fact, Folded
from isthmus.ui.table import Column, Table, tabulate

_ORDERS = {"dmy": gettext_lazy("day, month, year"), "mdy": gettext_lazy("month, day, year")}


def facts_of(definition: Definition, samples: int) -> tuple[Fact, ...]:
    """What the mapping makes, of which documents, and by how many samples it is proved."""
    lines = [Fact(_("Makes"), dict(RECORDS).get(definition.record, definition.record))]
    if isinstance(definition, ColumnTable):
        lines.append(Fact(_("Reads"), _("Tables: CSV, XLSX, XLS, ODS")))
        if definition.sheet:
            lines.append(Fact(_("Sheet"), definition.sheet))
        lines.append(Fact(_("Row of the headings"), definition.header_row))
        lines.append(Fact(_("Code page"), definition.encoding or _("found out for each file")))
    elif isinstance(definition, JsonExpression):
        lines.append(Fact(_("Reads"), "JSON"))
    else:
        lines += [Fact(_("Reads"), "XML"), Fact(_("Begins with the element"), definition.root)]
        lines.append(Fact(_("A declaration is"), definition.declaration))
        if definition.item:
            lines.append(Fact(_("An item is"), definition.item))
    return (*lines, Fact(_("Samples that prove it"), samples))


def rules_of(definition: Definition) -> Table | None:
    """Which column or path becomes which field, and how it is written; None for an expression."""
    if isinstance(definition, JsonExpression):
        return None
    titles = {path: titled(path, one.title) for path, one in targets_of(definition.record).items()}
    columns: tuple[Column[Rule], ...] = (
        Column("from", _("In the file"), _source),
        Column("field", _("Becomes"), lambda rule: titles.get(rule.field, rule.field)),
        Column("written", _("Written as"), _written),
    )
    rules: tuple[Rule, ...] = definition.columns if isinstance(definition, ColumnTable) else definition.paths
    return tabulate(columns, rules, _("Which part of the file becomes which field"))


def _source(rule: Rule) -> str:
    if isinstance(rule, PathRule):
        return rule.path
    if isinstance(rule, ColumnRule) and rule.column is not None:
        return rule.column
    return _("Always: %(value)s") % {"value": getattr(rule, "constant", None) or ""}


def _written(rule: Rule) -> object:
    said = [str(_ORDERS[rule.order])] if rule.order in _ORDERS else []
    if rule.era == "buddhist":
        said.append(_("Buddhist era"))
    if rule.decimal == ",":
        said.append(_("decimal comma"))
    if rule.unit:
        said.append(_("unit %(unit)s") % {"unit": rule.unit})
    codes = tuple(f"{written} → {code}" for written, code in rule.values.items())
    if codes:
        return Folded(_("%(count)d codes") % {"count": len(codes)}, codes)
    return ", ".join(said) or _("as it is")


def body_facts(record: str, body: Mapping[str, object]) -> tuple[Fact, ...]:
    """A body that a mapping made, one line for each field that it filled."""
    titles = {path: one.title for path, one in targets_of(record).items()}
    return tuple(Fact(label, value) for label, value in _lines(body, "", "", titles))


def _lines(
    body: Mapping[str, object], path: str, mark: str, titles: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        place = f"{path}{name}"
        if isinstance(value, Mapping):
            yield from _lines(value, f"{place}.", mark, titles)
        elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
            for number, part in enumerate(value, 1):
                said = _("Item %(number)d") % {"number": number}
                yield from _lines(part, f"{place}.", f"{said}: ", titles)
        elif value not in (None, [], ""):
            yield mark + titles.get(place, name.replace("_", " ")), _text(value)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
