"""From a customs notification (WCO ``Response`` in its DMS profile) to ``etrade.declaration-event/1``.

A notification names the declaration by its number (MRN) and by the declarant's reference, and says what
customs decided by a function code. It does not say whether the declaration is of goods that leave or that
come in; whoever keeps the declarations knows. What each code proves differs:

- on the way in, control (05) and requested documents (06) hold the goods, clearance (09) and release against
  guarantee (08) release them;
- on the way out, each of these proves that the declaration was accepted, and no more: what is released is the
  exit, which code 16 confirms, while release in the machine of states is that of the importing country.

Codes that prove no state, such as duties calculated (13), are named and set aside.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from lxml import etree
from pydantic import ValidationError

from isthmus.apps.etrade.formats.draft import Found, child, clean, text
from isthmus.apps.etrade.formats.readings import Malformed, Mapped, Unsupported
from isthmus.apps.etrade.formats.xml import line_of
from isthmus.apps.etrade.records import DeclarationEventV1
from isthmus.apps.etrade.rules.procedures import Direction
from isthmus.kit.clock import to_text
from isthmus.kit.errors import FieldFault

Directions = Callable[[tuple[str, ...]], Direction | None]
"""Whether the declaration of these numbers is of goods that leave or come in; None where it is not known."""

_WORDS = {
    "01": "accepted",
    "02": "received",
    "03": "rejected",
    "05": "goods under control",
    "06": "documents requested",
    "07": "control result",
    "08": "released against guarantee",
    "09": "cleared",
    "10": "invalidated",
    "11": "amendment or cancellation decided",
    "13": "duties calculated",
    "14": "paid in part",
    "15": "payment reminder",
    "16": "exit confirmed",
    "17": "exit not yet proved",
}
_PROVES: dict[Direction, dict[str, str]] = {
    "import": {
        "01": "accept",
        "02": "lodge",
        "05": "hold",
        "06": "hold",
        "08": "release",
        "09": "release",
        "10": "cancel",
    },
    "export": {
        "01": "accept",
        "02": "lodge",
        "05": "accept",
        "06": "accept",
        "08": "accept",
        "09": "accept",
        "10": "cancel",
        "16": "exit",
    },
}
_DECIDED, _GRANTED = "11", "39"
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}(?::?\d{2})?)", re.ASCII)


def read_notice(response: etree._Element, directions: Directions | None) -> Mapped | Unsupported | Malformed:
    """The event that a ``Response`` element tells of, or the kind of notification that it is."""
    code = text(response, "FunctionCode")
    words = _WORDS.get(code.text, f"code {code.text[:10]}") if code else "without a code"
    declaration = child(response, "Declaration")
    number, reference = text(declaration, "ID"), text(declaration, "FunctionalReferenceID")
    names = tuple(found.text for found in (number, reference) if found)
    known = directions(names) if directions else None
    direction: Direction = known or ("export" if code and code.text == "16" else "import")
    event = _PROVES[direction].get(code.text) if code else None
    status = text(response, "Status/NameCode")
    if code and code.text == _DECIDED and status and status.text == _GRANTED:
        event = "amend"
    if event is None or code is None:
        return Unsupported("notification", f"This is a customs notification that proves no state: {words}.")
    if not names:
        reason = f"This is a customs notification that names no declaration: {words}."
        return Unsupported("notification", reason)
    return _event(response, direction, event, code, words, is_assumed=known is None)


def _event(
    response: etree._Element,
    direction: Direction,
    event: str,
    code: Found,
    words: str,
    *,
    is_assumed: bool,
) -> Mapped | Malformed:
    declaration = child(response, "Declaration")
    number, reference = text(declaration, "ID"), text(declaration, "FunctionalReferenceID")
    message = text(response, "FunctionalReferenceID")
    moment = None
    for holder in (
        child(declaration, "AcceptanceDateTime") if event == "accept" and code.text == "01" else None,
        child(declaration, "CancellationDateTime") if event == "cancel" else None,
        child(response, "IssueDateTime"),
    ):
        moment = moment or _moment(holder)
    body = {
        "declaration": direction,
        "declaration_number": (number or reference or code).text,
        "local_reference": reference.text if reference else None,
        "event": event,
        "occurred_at": moment,
        "reference": message.text if message else None,
        "reason": f"{code.text}: {words}",
    }
    try:
        record = DeclarationEventV1.model_validate(body)
    except ValidationError as error:
        faults = tuple(
            FieldFault(f"line {line_of(response)}", f"{detail['loc'][0]}: {detail['msg']}.")
            for detail in error.errors(include_url=False)
        )
        return Malformed("etrade.wco.notice", faults)
    note = FieldFault(
        f"line {code.line}",
        "The notification does not say whether the goods leave or come in; taken as an import until the "
        "declaration is known.",
    )
    return Mapped(record, (note,) if is_assumed and direction == "import" else ())


def _moment(holder: etree._Element | None) -> str | None:
    """UN/EDIFACT 2379 code 304 and the like, in UTC; None where the text is no moment with a zone."""
    written = clean("".join(str(part) for part in holder.itertext())) if holder is not None else ""
    found = _MOMENT.fullmatch(written)
    if not found:
        return None
    zone = "+0000" if found[7] == "Z" else found[7].replace(":", "").ljust(5, "0")
    try:
        moment = datetime.strptime("".join(found.groups("00")[:6]) + zone, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return to_text(moment.astimezone(UTC))
