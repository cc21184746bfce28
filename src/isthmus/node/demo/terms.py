"""The sample agreements: which records cross between whom, and which fields of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isthmus.exchange import registry
from isthmus.exchange.rules.projection import field_titles
from isthmus.kit import clock
from isthmus.kit.ids import uuid7
from isthmus.node.demo.countries import (
    BY_ID,
    CORRIDORS,
    COUNTRIES,
    EXPORTER,
    FROM_EXPORTER,
    FROM_IMPORTER,
    NEIGHBOURS,
    SECRETARIAT,
    WITHHELD,
)
from isthmus.wire.codec import Json

TYPES = tuple(f"etrade.{name}/1" for name in dict.fromkeys((*FROM_EXPORTER, *FROM_IMPORTER)))


@dataclass(frozen=True, slots=True)
class Accord:
    """An agreement by which every record of some applications crosses, whole and both ways.

    The first of ``parties`` proposes it.
    """

    title: str
    purpose: str
    parties: tuple[str, str]
    applications: tuple[str, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """The keys of the records that cross."""
        return tuple(sorted(key for key in registry.record_types() if key.startswith(self._prefixes)))

    @property
    def onward(self) -> str:
        """Whether what crosses may be handed on: what is said of a topic, to the other countries of it."""
        return "with-consent" if "projects" in self.applications else "never"

    @property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(f"{name}." for name in self.applications)


NETWORK = ("projects", "partners", "experts")
ACCORDS = (
    Accord(
        "Excise on alcoholic products between Moldova and the Maldives (sample)",
        "Goods under suspension close on the other side's receipt, and each country learns from the other.",
        ("md", "mv"),
        ("excise",),
    ),
    Accord(
        "Solar systems from makers in China for homes in Nigeria (sample)",
        "Makers abroad answer requests by sealed quotes, and both sides hold what was awarded and accepted.",
        ("ng", "cn"),
        ("solar",),
    ),
    *(
        Accord(
            f"Programme and network of the secretariat with {BY_ID[country].name} (sample)",
            "Countries send delegates to workshops, and find topics, partners and experts of each other.",
            (SECRETARIAT, country),
            ("workshops", *NETWORK),
        )
        for country in COUNTRIES
    ),
    *(
        Accord(
            f"Topics, partners and experts of {BY_ID[one].name} and {BY_ID[other].name} (sample)",
            "Both countries work on topics together, and their firms and experts find each other.",
            (one, other),
            NETWORK,
        )
        for one, other in NEIGHBOURS
    ),
)


def accord_types() -> tuple[str, ...]:
    """The keys of every record that crosses by one of the accords."""
    return tuple(sorted({key for accord in ACCORDS for key in accord.types}))


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
    purpose = (
        "Each customs office sees what left for it before it arrives, and both settle what does not tally."
    )
    return _terms(title_of(partner), purpose, sorted((EXPORTER, partner)), _grants(partner))


def accord_terms(accord: Accord) -> dict[str, Json]:
    """The terms of an accord, as an ``exchange.agreement/1``."""
    grants: Iterator[dict[str, Json]] = (
        {"record_type": kind, "sender": one, "receiver": other, "fields": [*fields_of(kind)]}
        for kind in accord.types
        for one, other in (accord.parties, accord.parties[::-1])
    )
    terms = _terms(accord.title, accord.purpose, sorted(accord.parties), grants)
    return {**terms, "onward_sharing": accord.onward}


def _terms(
    title: str, purpose: str, parties: Iterable[str], grants: Iterable[dict[str, Json]]
) -> dict[str, Json]:
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "agreement": str(uuid7()),
        "title": title,
        "purpose": purpose,
        "legal_basis": "Sample memorandum of understanding, article 4",
        "parties": [*parties],
        "grants": [*grants],
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
