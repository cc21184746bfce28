"""XML through the XPaths of a mapping, in a bounded process.

The document is parsed as every other XML from outside is (``formats.xml``), and the paths are XPath 1.0
without extension functions and without variables.
"""

import json
from typing import Any

from lxml import etree

from isthmus.apps.etrade.formats.draft import Draft, Found, Place, clean
from isthmus.apps.etrade.formats.mapping.definition import PathRule, XmlPaths
from isthmus.apps.etrade.formats.mapping.filling import complete
from isthmus.apps.etrade.formats.mapping.targets import model_of, put_written, targets_of
from isthmus.apps.etrade.formats.readings import Malformed, Reading
from isthmus.apps.etrade.formats.xml import line_of, parse_xml
from isthmus.kit.bounded import run_bounded, serve
from isthmus.kit.errors import BadInput, FieldFault

MAX_DECLARATIONS = 10_000
_CODE = "etrade.xpath"


def read_paths(data: bytes, mapping: XmlPaths) -> tuple[Reading, ...]:
    """A reading for each declaration that the mapping finds in an XML document."""
    head = mapping.model_dump_json().encode()
    request = len(head).to_bytes(4, "big") + head + data
    try:
        answer = json.loads(
            run_bounded(__name__, request, subject="The document with its mapping", cpu_seconds=8)
        )
    except BadInput as error:
        return (Malformed(error.code, error.faults),)
    if "refused" in answer:
        return (Malformed(answer["refused"], (FieldFault(answer["where"], answer["message"]),)),)
    return tuple(_read(found, mapping) for found in answer["declarations"])


def _read(found: dict[str, Any], mapping: XmlPaths) -> Reading:
    draft = Draft(found["line"], model_of(mapping.record), code=f"{_CODE}.fields")
    whole = [rule for rule in mapping.paths if not rule.field.startswith("items.")]
    of_items = [rule for rule in mapping.paths if rule.field.startswith("items.")]
    _fill(draft, whole, found["values"], mapping, None)
    for item in found["items"]:
        at = draft.add_item(item["line"])
        _fill(draft, of_items, item["values"], mapping, at)
    complete(draft)
    return draft.finish()


def _fill(
    draft: Draft, rules: list[PathRule], values: list[list[Any]], mapping: XmlPaths, item: int | None
) -> None:
    named = targets_of(mapping.record)
    for rule, texts in zip(rules, values, strict=True):
        target = named[rule.field]
        place: Place = target.place if item is None else ("items", item, target.place[1])
        said = [Found(text, line) for written, line in texts if (text := clean(written))]
        if not said:
            continue
        if target.kind == "list":
            joined = ",".join(one.text for one in said)
            put_written(draft, place, target, rule, Found(joined, said[0].line))
            continue
        put_written(draft, place, target, rule, said[0])
        others = list(dict.fromkeys(one.text for one in said if one.text != said[0].text))
        if others:
            listed = ", ".join(others)[:200]
            draft.note(place, f"{len(others)} more in the document, not carried: {listed}", said[0].line)


def _answer(request: bytes) -> bytes:
    """In the child: what stands at each path, with its line, or why there is nothing."""
    size = int.from_bytes(request[:4], "big")
    mapping, data = XmlPaths.model_validate_json(request[4 : 4 + size]), request[4 + size :]
    try:
        root = parse_xml(data)
    except BadInput as error:
        return _no(error.code, error.faults[0].where, error.message)
    if str(root.tag) != mapping.root:
        return _no(f"{_CODE}.root", "line 1", f"The document begins with <{root.tag}>, not <{mapping.root}>.")
    try:
        found = [_declaration(one, mapping) for one in _elements(root, mapping.declaration, mapping)]
    except etree.XPathError as error:
        return _no(f"{_CODE}.path", "mapping", f"A path of the mapping is no XPath: {error}.")
    if not found:
        return _no(f"{_CODE}.nothing", "line 1", "The mapping finds no declaration in this document.")
    return json.dumps({"declarations": found[:MAX_DECLARATIONS]}).encode()


def _declaration(element: etree._Element, mapping: XmlPaths) -> dict[str, Any]:
    whole = [rule for rule in mapping.paths if not rule.field.startswith("items.")]
    of_items = [rule for rule in mapping.paths if rule.field.startswith("items.")]
    items = _elements(element, mapping.item, mapping) if mapping.item else [element] if of_items else []
    return {
        "line": line_of(element),
        "values": [_texts(element, rule.path, mapping) for rule in whole],
        "items": [
            {"line": line_of(item), "values": [_texts(item, rule.path, mapping) for rule in of_items]}
            for item in items
        ],
    }


def _found(element: etree._Element, path: str, mapping: XmlPaths) -> list[Any]:
    found = element.xpath(path, namespaces=mapping.namespaces or None, smart_strings=True)
    return list(found) if isinstance(found, list) else [found]


def _elements(element: etree._Element, path: str, mapping: XmlPaths) -> list[etree._Element]:
    return [one for one in _found(element, path, mapping) if etree.iselement(one)]


def _texts(element: etree._Element, path: str, mapping: XmlPaths) -> list[tuple[str, int]]:
    texts = []
    for one in _found(element, path, mapping):
        if etree.iselement(one):
            texts.append(("".join(str(part) for part in one.itertext()), line_of(one)))
        elif isinstance(one, str):
            parent = one.getparent() if hasattr(one, "getparent") else None
            texts.append((str(one), line_of(element if parent is None else parent)))
        elif isinstance(one, float):
            texts.append((f"{one:.15g}", line_of(element)))
    return texts


def _no(code: str, where: str, message: str) -> bytes:
    return json.dumps({"refused": code, "where": where, "message": message}).encode()


if __name__ == "__main__":
    serve(_answer)
