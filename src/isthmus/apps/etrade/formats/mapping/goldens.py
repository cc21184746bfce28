"""The proof of a mapping: documents, and what each must become. A mapping without a proof is no mapping."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from typing import Any

from isthmus.apps.etrade.formats.mapping.definition import MAX_GOLDEN_BYTES, Golden, MappingFile
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.readings import Mapped, Reading, Unsupported
from isthmus.kit.errors import BadInput, FieldFault


def outcome_of(reading: Reading) -> dict[str, Any]:
    """A reading as it stands in a golden pair: the record's body, or the refusal with its faults."""
    if isinstance(reading, Mapped):
        return {"record": reading.record.model_dump(mode="json", exclude_none=True)}
    if isinstance(reading, Unsupported):
        return {"unsupported": reading.kind}
    faults = [{"where": fault.where, "message": fault.message} for fault in reading.faults]
    return {"refused": reading.code, "faults": faults}


def make_golden(file_name: str, content: bytes, readings: Sequence[Reading]) -> Golden:
    """A pair of a document and what it became, once a person has looked at it; BadInput where too large."""
    if len(content) > MAX_GOLDEN_BYTES:
        raise BadInput(
            "etrade.mapping.golden-size",
            f"A sample has at most {MAX_GOLDEN_BYTES:,} bytes.",
            next_step="Keep the head and a few rows of the file.",
        )
    expected = [outcome_of(reading) for reading in readings]
    return Golden(file_name=file_name, content=base64.b64encode(content).decode("ascii"), expected=expected)


def prove(mapping: MappingFile) -> None:
    """Read every golden document and compare; BadInput (``etrade.mapping.unproved``) where one differs.

    At least one pair is needed, and at least one record among what the pairs expect: a mapping that only
    refuses proves nothing.
    """
    faults = tuple(_differences(mapping))
    if not any("record" in one for golden in mapping.goldens for one in golden.expected):
        sentence = "The mapping has no sample that becomes a record, so nothing shows that it works."
        faults += (FieldFault("goldens", sentence),)
    if faults:
        raise BadInput(
            "etrade.mapping.unproved",
            f"The mapping {mapping.name} does not do what its samples say.",
            next_step="Correct the mapping, or its samples.",
            faults=faults[:50],
        )


def _differences(mapping: MappingFile) -> Iterator[FieldFault]:
    for golden in mapping.goldens:
        try:
            content = base64.b64decode(golden.content, validate=True)
        except (binascii.Error, ValueError):
            yield FieldFault(golden.file_name, "The sample is not written in base64.")
            continue
        found = [outcome_of(reading) for reading in read_mapped(content, mapping.definition)]
        if len(found) != len(golden.expected):
            sentence = f"The sample holds {len(found)} declarations; {len(golden.expected)} are expected."
            yield FieldFault(golden.file_name, sentence)
        for number, (got, wanted) in enumerate(zip(found, golden.expected, strict=False), start=1):
            for path, sentence in _differing(got, wanted):
                yield FieldFault(f"{golden.file_name}, declaration {number}, {path}", sentence)


def _differing(got: object, wanted: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(got, dict) and isinstance(wanted, dict):
        for name in dict.fromkeys([*wanted, *got]):
            yield from _differing(got.get(name), wanted.get(name), f"{path}.{name}".lstrip("."))
    elif isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        for at, (one, other) in enumerate(zip(got, wanted, strict=True)):
            yield from _differing(one, other, f"{path}.{at}")
    elif got != wanted:
        yield path or "whole", f"It became {_shown(got)}; {_shown(wanted)} is expected."


def _shown(value: object) -> str:
    return "nothing" if value is None else f"“{str(value)[:60]}”"
