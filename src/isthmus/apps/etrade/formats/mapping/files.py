"""Mappings as files, in which countries hand them to each other."""

from pathlib import Path

from pydantic import ValidationError

from isthmus.apps.etrade.formats.mapping.definition import MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import prove
from isthmus.kit.errors import BadInput, FieldFault

MAX_BYTES = 8 * 1024 * 1024


def parse_mapping(data: bytes) -> MappingFile:
    """A mapping from its JSON, proved by its samples; BadInput with each fault otherwise."""
    if len(data) > MAX_BYTES:
        raise BadInput("etrade.mapping.size", f"A mapping has at most {MAX_BYTES:,} bytes.")
    try:
        mapping = MappingFile.model_validate_json(data)
    except ValidationError as error:
        faults = tuple(
            FieldFault(".".join(str(part) for part in detail["loc"]) or "file", detail["msg"])
            for detail in error.errors(include_url=False, include_context=False, include_input=False)[:50]
        )
        raise BadInput("etrade.mapping.form", "This file is not a mapping.", faults=faults) from None
    prove(mapping)
    return mapping


def load_mapping(path: Path) -> MappingFile:
    """The mapping in a file, proved; BadInput otherwise."""
    return parse_mapping(path.read_bytes())
