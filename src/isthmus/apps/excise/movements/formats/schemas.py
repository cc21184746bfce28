"""The published XML Schemas, where somebody has them: an oracle beside our own reading.

They are not part of the product; a folder of them holds ``ie815.xsd`` and so on, or ``v3.13`` and ``v3.23``
with them.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from lxml import etree

from isthmus.apps.excise.movements.formats.message import Message
from isthmus.kit.errors import BadInput, FieldFault, NotFound
from isthmus.kit.xml import parse_xml


def schema_faults(data: bytes, message: Message, folder: Path) -> tuple[FieldFault, ...]:
    """What the schema of the message's version finds wrong with ``data``, line by line.

    Raises NotFound (``excise.emcs.no-schema``) where the folder has no schema for it, and BadInput
    (``excise.emcs.bad-schema``) where it cannot be read.
    """
    path = _schema_path(folder, message)
    schema = _schema(path)
    if schema.validate(parse_xml(data, codes="excise.emcs.xml")):
        return ()
    # lxml's stubs do not know that its log can be walked through.
    log = cast("Iterable[Any]", schema.error_log)
    return tuple(FieldFault(f"line {entry.line}", _without_namespaces(entry.message)) for entry in log)


def _schema_path(folder: Path, message: Message) -> Path:
    name = f"{message.code.lower()}.xsd"
    inner = folder / f"v{message.version}" / name
    path = inner if inner.is_file() else folder / name
    if not path.is_file():
        raise NotFound(
            "excise.emcs.no-schema",
            f"{folder} has no schema {name} for version {message.version}.",
            next_step=f"Give the folder that holds {name}, or folders v3.13 and v3.23.",
        )
    return path


@lru_cache(maxsize=64)
def _schema(path: Path) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True, resolve_entities=False)))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise BadInput("excise.emcs.bad-schema", f"{path} is no schema that can be used: {error}") from error


def _without_namespaces(text: str) -> str:
    """lxml writes ``{namespace}Name``; a person looks for the name."""
    head, *rest = text.split("{urn:")
    return head + "".join(piece.partition("}")[2] for piece in rest)
