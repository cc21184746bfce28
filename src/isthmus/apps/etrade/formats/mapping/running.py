"""A document through a mapping, whichever kind it is."""

from isthmus.apps.etrade.formats.mapping.columns import read_columns
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable, JsonExpression, XmlPaths
from isthmus.apps.etrade.formats.mapping.expression import read_json
from isthmus.apps.etrade.formats.mapping.paths import read_paths
from isthmus.apps.etrade.formats.mapping.targets import targets_of
from isthmus.apps.etrade.formats.readings import Reading
from isthmus.kit.errors import BadInput, FieldFault


def read_mapped(data: bytes, definition: ColumnTable | JsonExpression | XmlPaths) -> tuple[Reading, ...]:
    """The reading of each declaration in a document; BadInput where the mapping itself is at fault."""
    check(definition)
    if isinstance(definition, ColumnTable):
        return read_columns(data, definition)
    if isinstance(definition, JsonExpression):
        return read_json(data, definition)
    return read_paths(data, definition)


def check(definition: ColumnTable | JsonExpression | XmlPaths) -> None:
    """Whether the mapping names fields that its record has, once each, and all that the record needs."""
    named = targets_of(definition.record)
    if isinstance(definition, JsonExpression):
        return
    rules = definition.columns if isinstance(definition, ColumnTable) else definition.paths
    fields = [rule.field for rule in rules]
    faults = [FieldFault(field, "The record has no such field.") for field in fields if field not in named]
    faults += [
        FieldFault(field, "The field is mapped twice.") for field in set(fields) if fields.count(field) > 1
    ]
    faults += [
        FieldFault(target.path, f"{target.title} must be mapped: the record is nothing without it.")
        for target in named.values()
        if target.required and target.path not in fields
    ]
    if isinstance(definition, ColumnTable):
        faults += [
            FieldFault(rule.field, "Name a column or a value, and not both.")
            for rule in definition.columns
            if (rule.column is None) is (rule.constant is None)
        ]
    if faults:
        raise BadInput("etrade.mapping.fields", "The mapping cannot be used as it is.", faults=tuple(faults))
