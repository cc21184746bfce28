"""A message as a whole: its header, its body, and the schemas' names for both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from isthmus.apps.excise.movements.formats.layout import VERSIONS, Group, Version, layout_of
from isthmus.apps.excise.movements.formats.messages import (
    changes,
    documents,
    event_reports,
    notices,
    receipts,
)
from isthmus.apps.excise.movements.formats.messages.values import Clock, Correspondent, Day, Text44
from isthmus.apps.excise.movements.rules import arc

_NAMESPACE = "urn:publicid:-:EC:DGTAXUD:EMCS:PHASE4:{name}:V{version}"
_NAMED = re.compile(r"urn:publicid:-:EC:DGTAXUD:EMCS:PHASE4:(?P<name>[A-Z0-9]+):V(?P<version>[0-9.]+)")

BODIES: dict[str, Group] = {
    "IE801": documents.EADESADContainer,
    "IE802": notices.ReminderMessageForExciseMovement,
    "IE803": notices.NotificationOfDivertedEADESAD,
    "IE807": notices.InterruptionOfMovement,
    "IE810": changes.CancellationOfEAD,
    "IE813": changes.ChangeOfDestination,
    "IE815": documents.SubmittedDraftOfEADESAD,
    "IE818": receipts.AcceptedOrRejectedReportOfReceiptExport,
    "IE819": receipts.AlertOrRejectionOfEADESAD,
    "IE825": changes.SubmittedDraftOfSplittingOperation,
    "IE837": receipts.ExplanationOnDelayForDelivery,
    "IE839": notices.RefusalByCustoms,
    "IE840": event_reports.EventReportEnvelope,
    "IE871": receipts.ExplanationOnReasonForShortage,
    "IE905": notices.StatusResponse,
}
CODES = {body: code for code, body in BODIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """``Header`` of every message (``tms.xsd``): who says it to whom, when, under which identifier."""

    message_sender: Correspondent
    message_recipient: Correspondent
    date_of_preparation: Day
    time_of_preparation: Clock
    message_identifier: Text44
    correlation_identifier: Text44 | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One EMCS message; ``body`` is an instance of the class that BODIES names for its code."""

    version: Version
    header: Header
    body: Any

    @property
    def code(self) -> str:
        """Such as IE815."""
        return CODES[type(self.body)]

    @property
    def arcs(self) -> tuple[str, ...]:
        """Every administrative reference code in the body, in its order, each once."""
        return tuple(dict.fromkeys(_arcs(self.body)))

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is allowed but odd, in sentences: references whose check digit is not that of ISO 6346."""
        return tuple(doubt for found in self.arcs if (doubt := doubt_about(found)))


def doubt_about(reference: str) -> str:
    """What is odd about a reference; empty where nothing is."""
    read = arc.read(reference)
    if read is None or read.sound:
        return ""
    return (
        f"The check digit of {reference} is {read.check_digit}; "
        f"by ISO 6346 it would be {read.expected_digit}. Check that it was copied without a mistake."
    )


def namespace(name: str, version: Version) -> str:
    """The namespace of a message (IE815) or of the header (TMS) in a version."""
    return _NAMESPACE.format(name=name, version=version)


def named(namespace_: str) -> tuple[str, str]:
    """The name and the version in a namespace; empty texts where it is none of EMCS."""
    found = _NAMED.fullmatch(namespace_)
    return (found["name"], found["version"]) if found else ("", "")


def known_version(version: str) -> Version | None:
    """The version as one of those read here."""
    return next((known for known in VERSIONS if known == version), None)


def _class_of(group: Any) -> Group:  # noqa: ANN401  any message class
    return type(group)


def _arcs(group: Any) -> Iterator[str]:  # noqa: ANN401  any message class
    for slot in layout_of(_class_of(group)).slots:
        value = getattr(group, slot.name)
        for item in value if slot.listed else (value,):
            if item is None:
                continue
            if slot.group is not None:
                yield from _arcs(item)
            elif slot.name in {"administrative_reference_code", "upstream_arc"}:
                yield item
