"""A draft of an agreement between its question pages: plain data in the session, terms once it is whole."""

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from itertools import permutations
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from isthmus.exchange import registry
from isthmus.exchange.records import AgreementV1, GrantV1
from isthmus.kit.errors import BadInput, FieldFault
from isthmus.kit.ids import uuid7
from isthmus.kit.text import nfc

_KEY = "exchange.draft"


@dataclass
class Flow:
    """One record type in one direction; ``fields`` is empty until the person has chosen them."""

    record_type: str
    sender: str
    receiver: str
    fields: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What the choice of flows sends."""
        return f"{self.record_type} {self.sender} {self.receiver}"

    def grant(self) -> GrantV1:
        """The flow as a term."""
        return GrantV1(
            record_type=self.record_type,
            sender=self.sender,
            receiver=self.receiver,
            fields=tuple(sorted(self.fields)),
        )


@dataclass
class Draft:
    """The answers given so far. ``terms`` holds the texts and days of the last question page as typed."""

    parties: list[str] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    terms: dict[str, Any] = field(default_factory=dict)

    @property
    def without_fields(self) -> int | None:
        """The first flow whose fields are not chosen yet; None where all are."""
        return next((number for number, flow in enumerate(self.flows) if not flow.fields), None)

    def choose_parties(self, parties: list[str]) -> None:
        """Set the parties; flows of those who are not among them any more are dropped."""
        self.parties = sorted(parties)
        self.flows = [flow for flow in self.flows if {flow.sender, flow.receiver} <= set(parties)]

    def choose_flows(self, keys: list[str]) -> None:
        """Set the flows; those that stay keep their fields."""
        known = {flow.key: flow for flow in self.flows}
        possible = {flow.key: flow for flow in possible_flows(self.parties)}
        self.flows = [known.get(key, flow) for key, flow in possible.items() if key in keys]

    def suggested_fields(self, number: int) -> list[str]:
        """The fields of a flow; before they are chosen, those of another flow of the same type."""
        flow = self.flows[number]
        alike = (other.fields for other in self.flows if other.record_type == flow.record_type)
        return flow.fields or next((fields for fields in alike if fields), [])

    def content(self) -> AgreementV1:
        """The draft as terms that can be signed; BadInput that names what does not fit."""
        texts = {name: nfc(str(self.terms[name]).strip()) for name in ("title", "purpose", "legal_basis")}
        try:
            return AgreementV1(
                agreement=uuid7(),
                parties=tuple(self.parties),
                grants=tuple(flow.grant() for flow in self.flows),
                retention_days=int(self.terms["retention_days"]),
                onward_sharing=self.terms["onward_sharing"],
                valid_from=_beginning(self.terms["valid_from"]),
                valid_until=_beginning(self.terms["valid_until"]),
                **texts,
            )
        except ValidationError as error:
            faults = tuple(
                FieldFault(".".join(str(part) for part in fault["loc"]), fault["msg"])
                for fault in error.errors()
            )
            listed = "; ".join(f"{fault.where}: {fault.message}" for fault in faults)
            raise BadInput(
                "exchange.draft",
                _("The draft is not complete: %(faults)s.") % {"faults": listed},
                faults=faults,
            ) from error


def _beginning(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC)


def possible_flows(parties: list[str]) -> list[Flow]:
    """Every record type of this node in every direction between the parties."""
    return [
        Flow(key, sender, receiver)
        for key in registry.offered_types()
        for sender, receiver in permutations(sorted(parties), 2)
    ]


def read(session: MutableMapping[str, Any]) -> Draft:
    """The draft in a session; an empty one where none was begun."""
    kept = session.get(_KEY) or {}
    flows = [Flow(**flow) for flow in kept.get("flows", [])]
    return Draft(kept.get("parties", []), flows, kept.get("terms", {}))


def write(session: MutableMapping[str, Any], draft: Draft) -> None:
    """Keep a draft until the next question."""
    session[_KEY] = asdict(draft)


def clear(session: MutableMapping[str, Any]) -> None:
    """Forget the draft."""
    session.pop(_KEY, None)
