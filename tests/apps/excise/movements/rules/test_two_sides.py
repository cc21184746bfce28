"""Two sides speak of one movement over a line that loses, repeats and reorders: in the end they agree."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from isthmus.apps.excise.movements.rules.history import Nodes, Standing, Statement, standing
from isthmus.apps.excise.movements.rules.sides import DESTINATION_PARTIES, DISPATCH_PARTIES
from isthmus.apps.excise.movements.rules.states import BY_KIND, FINAL, Kind, Party, State

NODES = Nodes("md", "mv")
PARTIES = {"md": DISPATCH_PARTIES, "mv": DESTINATION_PARTIES}
START = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass
class Side:
    """What a node has heard, its own words in the order in which it said them, and how many are receipted."""

    node: str
    heard: list[Statement] = field(default_factory=list)
    said: list[Statement] = field(default_factory=list)
    settled: int = 0

    def stands(self) -> Standing:
        return standing(self.heard, NODES)

    def says(self, kind: Kind, party: Party, hours: int) -> None:
        """Say something as a person here would: what has no effect by what is known here is not said."""
        now = self.stands()
        made = Statement(
            key=f"{self.node}/{len(self.said)}",
            kind=kind,
            by=party,
            sequence=now.sequence + (kind in {Kind.ACCEPT, Kind.CHANGE}),
            at=START + timedelta(hours=hours),
            node=self.node,
        )
        if party in PARTIES[self.node] and made in standing([*self.heard, made], NODES).effective:
            self.heard.append(made)
            self.said.append(made)


@dataclass(frozen=True)
class Word:
    """A side tries to say something under a clock that may be wrong."""

    node: str
    kind: Kind
    party: Party
    hours: int


@dataclass(frozen=True)
class Carried:
    """Some of what waits at a side reaches the other, in whatever order; the receipt may be lost."""

    node: str
    count: int
    backwards: bool
    receipt_lost: bool


ACTIONS = st.lists(
    st.one_of(
        st.builds(
            Word,
            st.sampled_from(["md", "mv"]),
            st.sampled_from([kind for kind in Kind if kind is not Kind.ACCEPT]),
            st.sampled_from(Party),
            st.integers(-50, 50),
        ),
        st.builds(
            Word,
            st.just("mv"),
            st.sampled_from([Kind.RECEIVE, Kind.REJECT, Kind.REFUSE, Kind.ALERT]),
            st.just(Party.CONSIGNEE),
            st.integers(-50, 50),
        ),
        st.builds(
            Word,
            st.just("md"),
            st.sampled_from([Kind.CANCEL, Kind.CHANGE]),
            st.just(Party.CONSIGNOR),
            st.integers(-50, 50),
        ),
        st.builds(Carried, st.sampled_from(["md", "mv"]), st.integers(1, 4), st.booleans(), st.booleans()),
    ),
    max_size=25,
)


def carry(one: Side, other: Side, carried: Carried) -> None:
    batch = one.said[one.settled : one.settled + carried.count]
    other.heard += batch[::-1] if carried.backwards else batch
    if not carried.receipt_lost:
        one.settled += len(batch)


@given(ACTIONS)
def test_both_sides_end_alike_whatever_was_lost_repeated_and_reordered(actions: list[Word | Carried]):
    sides = {node: Side(node) for node in ("md", "mv")}
    other = {"md": sides["mv"], "mv": sides["md"]}
    sides["md"].says(Kind.ACCEPT, Party.DISPATCH_OFFICE, 0)
    for action in actions:
        if isinstance(action, Word):
            sides[action.node].says(action.kind, action.party, action.hours)
        else:
            carry(sides[action.node], other[action.node], action)
    for side in sides.values():  # the line is back: what has no receipt goes again
        carry(side, other[side.node], Carried(side.node, len(side.said), backwards=False, receipt_lost=False))
    here, there = sides["md"].stands(), sides["mv"].stands()
    assert here == there
    assert {*here.effective, *(one for one, _ in here.set_aside)} == {*sides["md"].said, *sides["mv"].said}
    ends = [one for one in here.effective if BY_KIND[one.kind].after in FINAL]
    assert len(ends) <= 1 + (here.state is State.CLOSED)
    event(f"ended {here.state}")


@given(ACTIONS)
def test_no_word_of_consignor_or_office_of_dispatch_undoes_a_receipt(actions: list[Word | Carried]):
    """The receipt and what the side of dispatch says meanwhile cross; customs alone may have refused."""
    sides = {node: Side(node) for node in ("md", "mv")}
    sides["md"].says(Kind.ACCEPT, Party.DISPATCH_OFFICE, 0)
    sides["mv"].heard += sides["md"].said
    sides["mv"].says(Kind.RECEIVE, Party.CONSIGNEE, 5)
    for action in actions:
        if isinstance(action, Word) and action.party in {Party.CONSIGNOR, Party.DISPATCH_OFFICE}:
            sides["md"].says(action.kind, action.party, action.hours)
    # A change of destination makes another version, of which the receipt does not speak.
    changed = any(one.kind is Kind.CHANGE for one in sides["md"].said)
    both = standing([*sides["md"].heard, *sides["mv"].said], NODES)
    assert sides["mv"].said[0] in both.effective
    assert both.state is State.DELIVERED or changed
