"""Agreements in plain words: who gives what to whom, which fields cross and which are withheld."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.exchange import wording
from isthmus.exchange.records import AgreementV1, GrantV1
from isthmus.exchange.rules import layout
from isthmus.exchange.rules.layout import Weighed
from isthmus.ui.components import Fact, Facts, Tile
from isthmus.ui.formats import grouped
from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class GrantInWords:
    """One grant: the two nodes, the record type by its title, and its fields group by group.

    ``unknown`` is true for a record type that this node does not know; its fields are then shown by path.
    """

    sender: Tile
    receiver: Tile
    title: Text
    groups: tuple[Weighed, ...]
    unknown: bool

    @property
    def crossing(self) -> int:
        """How many fields cross."""
        return sum(len(group.granted) for group in self.groups)

    @property
    def withheld(self) -> int:
        """How many fields are withheld."""
        return sum(len(group.withheld) for group in self.groups)


def grant_in_words(grant: GrantV1, known: Mapping[str, Tile]) -> GrantInWords:
    """A grant as officials read it."""
    model = wording.model_of(grant.record_type)
    return GrantInWords(
        wording.tile_of(grant.sender, known),
        wording.tile_of(grant.receiver, known),
        wording.type_title(grant.record_type),
        layout.weigh(model, grant.fields) if model is not None else (Weighed("", grant.fields, ()),),
        model is None,
    )


def grants_in_words(terms: AgreementV1, known: Mapping[str, Tile]) -> tuple[GrantInWords, ...]:
    """Every grant of an agreement."""
    return tuple(grant_in_words(grant, known) for grant in terms.grants)


def direction(sender: object, receiver: object) -> str:
    """Who gives to whom."""
    return _("%(sender)s gives %(receiver)s") % {"sender": sender, "receiver": receiver}


def retention(days: int) -> str:
    """How long the receiver keeps what it got."""
    words = ngettext("%(days)s day, then it is erased", "%(days)s days, then it is erased", days)
    return words % {"days": grouped(days)}


def onward(sharing: str) -> str:
    """Whether the receiver may hand on what it got."""
    if sharing == "never":
        return _("Never: the receiver keeps it to itself.")
    return _("Only after the sender has agreed in each case.")


def terms_in_words(terms: AgreementV1) -> tuple[Fact, ...]:
    """Purpose, basis, retention, onward sharing and period."""
    return (
        Fact(_("Purpose"), terms.purpose),
        Fact(_("Legal basis"), terms.legal_basis),
        Fact(_("Kept for"), retention(terms.retention_days)),
        Fact(_("Onward sharing"), onward(terms.onward_sharing)),
        Fact(_("From"), terms.valid_from),
        Fact(_("Until"), terms.valid_until),
    )


def field_names(groups: tuple[Weighed, ...], *, granted: bool) -> tuple[str, ...]:
    """The titles of what crosses, or of what is withheld, one line a group."""
    listed = ((group.title, group.granted if granted else group.withheld) for group in groups)
    return tuple(
        f"{title}: {', '.join(names)}" if title else ", ".join(names) for title, names in listed if names
    )


def grant_facts(grant: GrantInWords) -> Facts:
    """A grant for check-your-answers."""
    return Facts(
        direction(grant.sender.name, grant.receiver.name),
        (
            Fact(_("Record type"), grant.title),
            Fact(_("These fields cross"), field_names(grant.groups, granted=True)),
            Fact(_("These are withheld"), field_names(grant.groups, granted=False) or _("None")),
        ),
    )


def summary(terms: AgreementV1, known: Mapping[str, Tile]) -> tuple[Facts, ...]:
    """The whole agreement for check-your-answers."""
    parties = tuple(wording.tile_of(node, known) for node in terms.parties)
    return (
        Facts(_("Parties"), (Fact(_("Parties"), parties),)),
        *(grant_facts(grant) for grant in grants_in_words(terms, known)),
        Facts(_("Terms"), terms_in_words(terms)),
    )
