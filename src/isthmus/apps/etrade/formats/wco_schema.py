"""What the operator's own copy of the WCO schemas says of a declaration.

The schemas are not shipped: an operator names the folder. They validate the ``Declaration`` element, as
no published schema accepts the envelopes around it whole. Their verdict is information, never a gate.
"""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any, cast

from lxml import etree

from isthmus.apps.etrade.formats.readings import SchemaVerdict
from isthmus.kit.errors import BadInput, FieldFault, NotFound

SCHEMA_FILE = "WCO_DEC_2_DMS.xsd"
MAX_FAULTS = 20


class DeclarationSchema:
    """A compiled ``WCO_DEC_2_DMS.xsd``."""

    def __init__(self, schema: etree.XMLSchema) -> None:
        self._schema = schema

    def check(self, declaration: etree._Element) -> SchemaVerdict:
        """The verdict on one ``Declaration`` element, with at most twenty faults and their lines."""
        valid = self._schema.validate(declaration)
        log = cast("Iterable[Any]", self._schema.error_log)  # the stubs do not know that it iterates
        faults = tuple(
            FieldFault(f"line {entry.line}", " ".join(str(entry.message).split())[:300])
            for entry in islice(log, MAX_FAULTS)
        )
        return SchemaVerdict(valid, () if valid else faults)


def load_schema(folder: Path) -> DeclarationSchema:
    """Compile the schema in ``folder``, with the files beside it that it includes; nothing is fetched.

    NotFound where the folder has no such schema; BadInput where it cannot be compiled.
    """
    path = folder / SCHEMA_FILE
    if not path.is_file():
        raise NotFound(
            "etrade.schema.not-found",
            f"{folder} has no {SCHEMA_FILE}.",
            next_step="Name the folder that holds the WCO declaration schemas.",
        )
    try:
        return DeclarationSchema(etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True))))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise BadInput(
            "etrade.schema.unusable",
            f"{path} cannot be used as a schema: {' '.join(str(error).split())[:200]}",
        ) from None
