"""The sample agreements: which records of E-Trade cross between Myanmar and a partner, and which fields."""

from collections.abc import Iterator

from isthmus.exchange import registry
from isthmus.exchange.rules.projection import field_titles
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.node.demo.countries import CORRIDORS, EXPORTER, FROM_EXPORTER, FROM_IMPORTER, WITHHELD
from isthmus.wire.codec import Json

TYPES = tuple(f"etrade.{name}/1" for name in dict.fromkeys((*FROM_EXPORTER, *FROM_IMPORTER)))


def fields_of(record_type: str) -> list[str]:
    """Every field of a record; of declarations every single one but those that stay at home."""
    if "declaration" not in record_type:
        return sorted(registry.model_of(record_type).model_fields)
    titles = field_titles(registry.model_of(record_type))
    single = [path for path in titles if not any(other.startswith(path + ".") for other in titles)]
    return sorted(path for path in single if path.rpartition(".")[2] not in WITHHELD)


def title_of(partner: str) -> str:
    """The title of the agreement with a partner."""
    return next(corridor.title for corridor in CORRIDORS if corridor.partner == partner)


def terms_with(partner: str) -> dict[str, Json]:
    """The terms that Myanmar proposes to a partner, as an ``exchange.agreement/1``."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "agreement": str(uuid7()),
        "title": title_of(partner),
        "purpose": "Each customs office sees what left for it before it arrives, and both settle what does"
        " not tally.",
        "legal_basis": "Sample memorandum of understanding, article 4",
        "parties": [*sorted((EXPORTER, partner))],
        "grants": [*_grants(partner)],
        "retention_days": 1825,
        "onward_sharing": "never",
        "valid_from": clock.to_text(today),
        "valid_until": clock.to_text(today.replace(year=today.year + 5, day=1)),
    }


def _grants(partner: str) -> Iterator[dict[str, Json]]:
    for names, sender, receiver in (
        (FROM_EXPORTER, EXPORTER, partner),
        (FROM_IMPORTER, partner, EXPORTER),
    ):
        for name in names:
            record_type = f"etrade.{name}/1"
            yield {
                "record_type": record_type,
                "sender": sender,
                "receiver": receiver,
                "fields": [*fields_of(record_type)],
            }
