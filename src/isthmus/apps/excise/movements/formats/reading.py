"""From EMCS XML to a typed message. Every fault is named with its line; nothing is guessed."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from isthmus.apps.excise.movements.formats.kinds import Choice, Unfit, Words
from isthmus.apps.excise.movements.formats.layout import VERSIONS, Group, Layout, Slot, Version, layout_of
from isthmus.apps.excise.movements.formats.message import (
    BODIES,
    Header,
    Message,
    known_version,
    named,
    namespace,
)
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.xml import line_of, parse_xml

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
MAX_FAULTS = 50


def read_message(data: bytes) -> Message:
    """The message in ``data``.

    Raises BadInput: ``excise.emcs.xml.*`` where it is no safe XML (see ``kit.xml``), ``excise.emcs.not-emcs``
    and ``.version`` where its root is none that is read here, ``.invalid`` with every fault and its line.
    """
    return read_element(parse_xml(data, codes="excise.emcs.xml"))


def read_element(root: etree._Element) -> Message:
    """The message below a root element that was parsed with care."""
    code, version = _kind_of(root)
    reader = _Reader(version)
    body_type = BODIES[code]
    parts = reader.children(root, namespace(code, version), ("Header", "Body"))
    header = body = None
    if "Header" in parts:
        header = reader.group(parts["Header"], Header, namespace("TMS", version))
    if "Body" in parts:
        inner = reader.children(parts["Body"], namespace(code, version), (body_type.__name__,))
        if inner:
            body = reader.group(inner[body_type.__name__], body_type, namespace(code, version))
    if reader.faults or header is None or body is None:
        count = len(reader.faults)
        raise BadInput(
            "excise.emcs.invalid",
            f"The {code} message is not as EMCS {version} says: {_counted(count)}.",
            next_step="Correct the lines named and read it again.",
            faults=tuple(reader.faults[:MAX_FAULTS]),
        )
    return Message(version, header, body)


def _counted(count: int) -> str:
    return "1 fault" if count == 1 else f"{count} faults"


def _kind_of(root: etree._Element) -> tuple[str, Version]:
    name = etree.QName(root)
    code, version = named(name.namespace or "")
    if name.localname not in BODIES or code != name.localname:
        message = f"The root element {name.localname} is not that of an EMCS message read here."
        step = f"Messages read are {', '.join(BODIES)}."
        fault = FieldFault(f"line {line_of(root)}", message)
        raise BadInput("excise.emcs.not-emcs", message, next_step=step, faults=(fault,))
    known = known_version(version)
    if known is None:
        message = f"The message is of EMCS version {version}; versions {' and '.join(VERSIONS)} are read."
        fault = FieldFault(f"line {line_of(root)}", message)
        raise BadInput("excise.emcs.version", message, next_step="Ask the sender for one.", faults=(fault,))
    return code, known


@dataclass(slots=True)
class _Reader:
    version: Version
    faults: list[FieldFault] = field(default_factory=list)

    def fault(self, element: etree._Element, message: str) -> None:
        self.faults.append(FieldFault(f"line {line_of(element)}", message))

    def children(
        self, parent: etree._Element, space: str, names: tuple[str, ...]
    ) -> dict[str, etree._Element]:
        """The children of a frame element, which are exactly ``names``; a fault and nothing otherwise."""
        found = [child.tag for child in parent]
        if found != [f"{{{space}}}{name}" for name in names]:
            self.fault(parent, f"{_local(parent)} must hold {' and then '.join(names)}.")
            return {}
        return dict(zip(names, parent, strict=True))

    def group(self, element: etree._Element, group: Group, space: str) -> Any:  # noqa: ANN401  an instance of the class given
        """An instance of a message class; None after a fault."""
        known = len(self.faults)
        layout = layout_of(group)
        self._stray_text(element)
        values = self._language(element, layout)
        children = list(element)
        at = 0
        for slot in layout.slots:
            tag = f"{{{space}}}{slot.element_in(self.version)}"
            found = []
            while at < len(children) and children[at].tag == tag:
                found.append(children[at])
                at += 1
            values[slot.name] = self._values(element, slot, found, space)
        if at < len(children):
            self.fault(
                children[at], f"{_local(children[at])} is not expected at this place of {_local(element)}."
            )
        return group(**values) if len(self.faults) == known else None

    def _language(self, element: etree._Element, layout: Layout) -> dict[str, Any]:
        allowed = layout.language_demanded is not None
        self._stray_attributes(element, language=allowed)
        if not allowed:
            return {}
        language = element.get("language")
        if language is None:
            if layout.language_demanded:
                self.fault(element, f'{_local(element)} needs the attribute language, such as "en".')
            return {"language": None}
        return {"language": self._checked_language(element, language)}

    def _checked_language(self, element: etree._Element, language: str) -> str:
        if len(language) != 2 or not language.isascii() or not language.islower():
            self.fault(element, f"The language of {_local(element)} must be two small letters.")
        return language

    def _stray_attributes(self, element: etree._Element, *, language: bool) -> None:
        for name in map(str, element.attrib):
            if not (language and name == "language") and not name.startswith(_INSTANCE):
                self.fault(element, f"{_local(element)} has the attribute {name}, which is not expected.")

    def _stray_text(self, element: etree._Element) -> None:
        texts = [element.text, *(child.tail for child in element)]
        if any(text and text.strip() for text in texts):
            self.fault(element, f"{_local(element)} holds text beside its elements.")

    def _values(self, parent: etree._Element, slot: Slot, found: list[etree._Element], space: str) -> Any:  # noqa: ANN401  whatever the slot holds
        least = slot.least_in(self.version)
        name = slot.element_in(self.version)
        if len(found) < least:
            self.fault(parent, f"{_local(parent)} lacks {name}.")
        if len(found) > slot.most:
            self.fault(
                found[slot.most], f"{name} stands {len(found)} times; at most {slot.most} are allowed."
            )
        values = [self._value(element, slot, space) for element in found[: slot.most]]
        if slot.listed:
            return tuple(values)
        return values[0] if values else None

    def _value(self, element: etree._Element, slot: Slot, space: str) -> Any:  # noqa: ANN401  as above
        if slot.group is not None:
            return self.group(element, slot.group, space)
        self._stray_attributes(element, language=slot.worded)
        if len(element):
            self.fault(element, f"{_local(element)} holds elements where a value is expected.")
            return None
        try:
            value = self._read(slot, element.text or "")
        except Unfit as unfit:
            self.fault(element, f"{_local(element)} {unfit}.")
            return None
        if not slot.worded:
            return value
        language = element.get("language")
        if language is None:
            self.fault(element, f'{_local(element)} needs the attribute language, such as "en".')
            return None
        return Words(value, self._checked_language(element, language))

    def _read(self, slot: Slot, text: str) -> Any:  # noqa: ANN401  as above
        assert slot.kind is not None
        value = slot.kind.read(text)
        if isinstance(slot.kind, Choice) and self.version == "3.13" and value in slot.kind.later:
            raise Unfit(f"must be one of {', '.join(slot.kind.codes)} in version 3.13")
        return value


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
