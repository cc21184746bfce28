"""From a typed message to EMCS XML of a version; what the schemas would refuse is refused here."""

from typing import Any

from lxml import etree

from isthmus.apps.excise.movements.formats.kinds import Choice, Unfit, Words
from isthmus.apps.excise.movements.formats.layout import Group, Slot, Version, layout_of
from isthmus.apps.excise.movements.formats.message import Header, Message, namespace
from isthmus.kit.errors import BadInput, FieldFault


def write_message(message: Message) -> bytes:
    """The message as UTF-8 XML. Raises BadInput (``excise.emcs.unwritable``) with the field at fault."""
    space = namespace(message.code, message.version)
    header_space = namespace("TMS", message.version)
    root = etree.Element(f"{{{space}}}{message.code}", nsmap={"ie": space, "tms": header_space})
    header = etree.SubElement(root, f"{{{space}}}Header")
    _fill(header, message.header, Header, header_space, message.version)
    body = etree.SubElement(root, f"{{{space}}}Body")
    kind = type(message.body)
    inner = etree.SubElement(body, f"{{{space}}}{kind.__name__}")
    _fill(inner, message.body, kind, space, message.version)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _fill(element: etree._Element, value: object, group: Group, space: str, version: Version) -> None:
    if (language := getattr(value, "language", None)) is not None:
        element.set("language", language)
    for slot in layout_of(group).slots:
        held = getattr(value, slot.name)
        items = held if slot.listed else () if held is None else (held,)
        if not slot.least_in(version) <= len(items) <= slot.most:
            raise _unwritable(
                element, slot, f"must stand {slot.least_in(version)} to {slot.most} times, not {len(items)}"
            )
        for item in items:
            child = etree.SubElement(element, f"{{{space}}}{slot.element_in(version)}")
            if slot.group is not None:
                _fill(child, item, slot.group, space, version)
            else:
                _simple(element, child, slot, item, version)


def _simple(
    parent: etree._Element,
    child: etree._Element,
    slot: Slot,
    item: Any,  # noqa: ANN401  whatever the slot holds
    version: Version,
) -> None:
    assert slot.kind is not None
    if isinstance(item, Words):
        child.set("language", item.language)
        item = item.text
    try:
        text = slot.kind.write(item)
        child.text = text
    except Unfit as unfit:
        raise _unwritable(parent, slot, str(unfit)) from None
    except ValueError:
        raise _unwritable(parent, slot, "holds signs that XML cannot carry") from None
    if isinstance(slot.kind, Choice) and version == "3.13" and text in slot.kind.later:
        raise _unwritable(parent, slot, f"can be {text} only from version 3.23 on")


def _unwritable(parent: etree._Element, slot: Slot, why: str) -> BadInput:
    where = f"{etree.QName(parent).localname}/{slot.element}"
    message = f"{slot.element} {why}."
    return BadInput(
        "excise.emcs.unwritable",
        f"The message cannot be written: {message}",
        next_step="Correct the field and write it again.",
        faults=(FieldFault(where, message),),
    )
