"""Where a document stands after all that was stated about it, and the columns that lists need."""

from datetime import date
from typing import Any

from isthmus.apps.etrade.models import DocumentState, Kind, TradeDocument
from isthmus.apps.etrade.queries.certificates import is_used_up
from isthmus.apps.etrade.rules import documents as rules

_PARTY = ("exporter_name", "holder_name", "operator_name", "principal_name", "carrier_name")
_COUNTERPARTY = ("consignee_name", "issuing_authority")
_MEANS = ("conveyance", "plate")
_PLACE = ("office_of_destination", "point_of_entry", "port_of_discharge", "gates")
_FROM = ("issuing_country", "departure_country")
_TO = ("importing_country", "destination_country", "partner_country", "registered_in")


def _first(body: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((body[name] for name in names if body.get(name)), "")


def _day(body: dict[str, Any], *names: str) -> date | None:
    text = _first(body, names)
    return date.fromisoformat(text) if text else None


def columns(body: dict[str, Any]) -> dict[str, Any]:
    """What lists and filters need of any of these documents, beside its whole body."""
    return {
        "version": body["version"],
        "form": body.get("form") or body.get("voyage") or "",
        "party": _first(body, _PARTY),
        "counterparty": _first(body, _COUNTERPARTY),
        "means": _first(body, _MEANS),
        "place": _first(body, _PLACE),
        "from_country": _first(body, _FROM),
        "to_country": _first(body, _TO),
        "issued_on": _day(body, "issued_on", "departed_on", "departure_date"),
        "valid_from": _day(body, "valid_from"),
        "valid_until": _day(body, "valid_until", "arrive_by", "arrival_date"),
        "body": body,
    }


def settle(document: TradeDocument) -> None:
    """Bring a document to what all statements prove; it never depends on the order of their arrival."""
    issuer = document.partner
    statements = list(document.statements.all())
    own = [one for one in statements if one.said_by == issuer]
    newest = max(own, key=lambda one: one.version, default=None)
    if newest is not None:
        for name, value in columns(newest.body).items():
            setattr(document, name, value)
    said = [rules.Said(one.version, one.status, one.said_by == issuer) for one in statements]
    document.state = DocumentState(rules.state_of(document.kind, said))
    if document.kind == Kind.CERTIFICATE_OF_ORIGIN and is_used_up(document):
        document.state = DocumentState.UTILISED
    document.save()
