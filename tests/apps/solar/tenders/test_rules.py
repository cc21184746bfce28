"""Seals, standings, comparison and tickets: the rules, and that the order of arrival never matters."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.solar.tenders.rules import seals
from isthmus.apps.solar.tenders.rules.comparing import (
    LACKS,
    Charges,
    Landed,
    Line,
    NoRate,
    Offered,
    Priced,
    Wanted,
    lacking,
    landed,
)
from isthmus.apps.solar.tenders.rules.standing import (
    Deadlines,
    Opened,
    Phase,
    Sealed,
    Standing,
    phase,
    standing,
)
from isthmus.apps.solar.tenders.rules.tickets import Saying, TicketState, answer_of, state_of

CLOSES = datetime(2026, 12, 1, 12, tzinfo=UTC)
DEADLINES = Deadlines(CLOSES, CLOSES + timedelta(days=7))
BEFORE, AFTER, MUCH_LATER = (CLOSES + timedelta(hours=hours) for hours in (-1, 1, 24 * 8))


class TestSeals:
    def test_a_seal_is_the_digest_of_salt_and_canonical_quote(self):
        salt = "00" * 32
        written = b'{"a":[1,"\xc3\xbc"],"b":true}'
        assert seals.canonical({"b": True, "a": [1, "ü"]}) == written
        assert seals.seal_of(salt, {"b": True, "a": [1, "ü"]}) == sha256(bytes(32) + written).hexdigest()

    def test_a_salt_is_long_and_never_the_same(self):
        assert len(bytes.fromhex(seals.new_salt())) == 32
        assert seals.new_salt() != seals.new_salt()
        with pytest.raises(ValueError, match="32 bytes"):
            seals.seal_of("00", {})

    @given(st.dictionaries(st.text(), st.integers() | st.text()), st.text(min_size=1))
    def test_any_change_of_the_quote_breaks_the_seal(self, offer: dict[str, int | str], name: str):
        salt = seals.new_salt()
        changed = {**offer, name: f"{offer.get(name, '')}x"}
        assert seals.seal_of(salt, offer) != seals.seal_of(salt, changed)
        assert seals.seal_of(salt, dict(reversed(offer.items()))) == seals.seal_of(salt, offer)


S, O = Sealed("a", BEFORE), Opened("a", AFTER)  # noqa: E741  a seal, an opening


class TestStanding:
    @pytest.mark.parametrize(
        ("sealed", "opened", "now", "found"),
        [
            ([S], [], BEFORE, Standing.SEALED),
            ([S], [], AFTER, Standing.SEALED),
            ([S], [], MUCH_LATER, Standing.UNOPENED),
            ([S], [O], AFTER, Standing.OPENED),
            ([S, S], [O, O], MUCH_LATER, Standing.OPENED),
            ([S], [Opened("b", AFTER)], AFTER, Standing.ALTERED),
            ([S], [Opened("b", AFTER), O], AFTER, Standing.OPENED),
            ([S], [Opened("a", BEFORE)], AFTER, Standing.EARLY),
            ([S], [Opened("a", BEFORE), O], AFTER, Standing.EARLY),
            ([S], [Opened("a", MUCH_LATER)], MUCH_LATER, Standing.OPENED_LATE),
            ([], [O], AFTER, Standing.UNSEALED),
            ([Sealed("a", CLOSES)], [O], AFTER, Standing.LATE),
            ([S, Sealed("b", BEFORE)], [O], AFTER, Standing.CONTRADICTED),
            ([S, Sealed("b", AFTER)], [O], AFTER, Standing.OPENED),
        ],
    )
    def test_what_arrived_and_when_decides(
        self, sealed: list[Sealed], opened: list[Opened], now: datetime, found: Standing
    ):
        assert standing(DEADLINES, sealed, opened, now) is found

    moments = st.integers(-48, 24 * 9).map(lambda hours: CLOSES + timedelta(hours=hours))
    names = st.sampled_from("ab")

    @given(
        st.lists(st.builds(Sealed, names, moments), min_size=1, max_size=4),
        st.lists(st.builds(Opened, names, moments), max_size=4),
        moments,
        st.randoms(use_true_random=False),
    )
    def test_any_order_of_arrival_gives_the_same_end(self, sealed, opened, now, random):
        first = standing(DEADLINES, sealed, opened, now)
        random.shuffle(sealed)
        random.shuffle(opened)
        assert standing(DEADLINES, sealed * 2, opened * 2, now) is first

    @given(st.lists(st.builds(Opened, names, moments), min_size=1, max_size=4), moments)
    def test_nothing_counts_without_a_seal_before_the_deadline(self, opened, now):
        late = [Sealed(one.seal, CLOSES) for one in opened]
        assert standing(DEADLINES, late, opened, now) is Standing.LATE
        assert standing(DEADLINES, [], opened, now) is Standing.UNSEALED

    @pytest.mark.parametrize(
        ("standings", "now", "awarded", "withdrawn", "found"),
        [
            ([], BEFORE, False, False, Phase.SEALING),
            ([Standing.SEALED, Standing.OPENED], AFTER, False, False, Phase.OPENING),
            ([Standing.OPENED, Standing.LATE], AFTER, False, False, Phase.DECIDING),
            ([], AFTER, False, False, Phase.DECIDING),
            ([Standing.SEALED], MUCH_LATER, False, False, Phase.DECIDING),
            ([Standing.OPENED], AFTER, True, False, Phase.AWARDED),
            ([Standing.OPENED], AFTER, True, True, Phase.WITHDRAWN),
        ],
    )
    def test_a_tender_is_decided_once_nothing_can_be_opened_any_more(
        self, standings, now, awarded, withdrawn, found
    ):
        assert phase(DEADLINES, standings, now, awarded=awarded, withdrawn=withdrawn) is found


QUOTE = Priced("CNY", (Line(1, 100, Decimal(700)), Line(2, 10, Decimal(3000))), Decimal(5000), Decimal(500))
CHARGES = Charges("NGN", {"CNY": Decimal("210.5")}, Decimal(5), Decimal("7.5"))


class TestComparing:
    def test_a_quote_is_landed_in_one_currency(self):
        """By hand: 100,000 + 5,000 + 500 CNY at 210.5 are 22,207,750 NGN; 5 % duty; 7.5 % on the sum."""
        cost = landed(QUOTE, CHARGES)
        assert cost == Landed(
            Decimal("21050000.00"),
            Decimal("1052500.00"),
            Decimal("105250.00"),
            Decimal("1110387.50"),
            Decimal("1748860.31"),
        )
        assert cost.total == Decimal("25066997.81")

    def test_a_lot_bears_freight_by_its_value(self):
        cost = landed(QUOTE, CHARGES, [2])
        assert (cost.goods, cost.freight) == (Decimal("6315000.00"), Decimal("315750.00"))

    def test_the_own_currency_needs_no_rate_and_another_does(self):
        own = Priced("NGN", QUOTE.lines, Decimal(0), Decimal(0))
        assert landed(own, Charges("NGN", {}, Decimal(0), Decimal(0))).total == Decimal("100000.00")
        with pytest.raises(NoRate, match="CNY"):
            landed(QUOTE, Charges("NGN", {}, Decimal(0), Decimal(0)))

    def test_a_gift_costs_its_freight(self):
        gift = Priced("NGN", (Line(1, 5, Decimal(0)),), Decimal(7), Decimal(0))
        assert landed(gift, Charges("NGN", {}, Decimal(0), Decimal(0))).total == Decimal("7.00")

    @given(st.sets(st.sampled_from([1, 2])))
    def test_the_parts_of_a_quote_cost_the_whole(self, some: set[int]):
        whole = landed(QUOTE, CHARGES).total
        parts = landed(QUOTE, CHARGES, some).total + landed(QUOTE, CHARGES, {1, 2} - some).total
        assert abs(whole - parts) <= Decimal("0.05")

    def test_what_a_quote_lacks_is_named(self):
        wanted = Wanted({1: (10, 100, 500), 2: (5, 50, 200)}, 24, True, frozenset({"A", "B", "C"}))
        day = date(2026, 12, 1)
        full = Offered(
            {1: (10, 100, 500), 2: (5, 50, 200)},
            24,
            True,
            dict.fromkeys("ABC", day),
            day,
        )
        assert lacking(wanted, full, day) == []
        poor = Offered({1: (9, 90, 400)}, 12, False, {"A": date(2026, 11, 30), "C": day}, date(2026, 11, 1))
        found = lacking(wanted, poor, day)
        assert found == [
            ("count", "1"),
            ("wp", "1"),
            ("battery", "1"),
            ("lot", "2"),
            ("warranty", "12"),
            ("take-back", ""),
            ("document-expired", "A"),
            ("document", "B"),
            ("offer-expired", "2026-11-01"),
        ]
        assert {name for name, _about in found} == set(LACKS)


def said(says: str, hours: int = 0, leaf: str = "0") -> Saying:
    return Saying(says, CLOSES + timedelta(hours=hours), leaf)


class TestTickets:
    def test_a_ticket_is_open_answered_and_closed_for_good(self):
        assert state_of([said("opened")]) is TicketState.OPEN
        assert state_of([said("opened"), said("repair", 1)]) is TicketState.ANSWERED
        assert state_of([said("opened"), said("closed", 1), said("repair", 2)]) is TicketState.CLOSED

    def test_the_last_answer_counts(self):
        assert answer_of([said("opened")]) is None
        answers = [said("reject", 1), said("replace", 2, "a"), said("repair", 2, "b")]
        assert answer_of(answers) == answers[2]

    kinds = st.sampled_from(["opened", "repair", "replace", "reject", "closed"])
    sayings = st.lists(st.builds(said, kinds, st.integers(0, 3), st.sampled_from("abc")), max_size=6)

    @given(sayings, st.randoms(use_true_random=False))
    def test_any_order_of_arrival_gives_the_same_end(self, every, random):
        once = sorted(set(every), key=lambda one: (one.at, one.leaf, one.says))
        answer = answer_of(once)
        state = state_of(once)
        random.shuffle(once)
        found = answer_of(once)
        assert state_of(once) is state
        assert (found is None) == (answer is None)
        assert found is None or answer is None or (found.at, found.leaf) == (answer.at, answer.leaf)
