"""What every entry keeps to, without a database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.excise.ledger.rules import (
    LARGEST,
    AccountKey,
    Break,
    Draft,
    Fault,
    Move,
    Sealed,
    Shortfall,
    faults_of,
    first_break,
    net,
    opposite,
    seal,
    shortfalls,
)
from isthmus.apps.excise.ledger.rules.chain import ORIGIN, content
from tests.apps.excise.ledger.book import CHART, MINT, purse, transfer

ANNA, BOB = purse("anna"), purse("bob")
GOOD = transfer("k", MINT, ANNA, 5)


def chain_of(*drafts: Draft) -> list[Sealed]:
    previous, made = ORIGIN, []
    for number, draft in enumerate(drafts, start=1):
        at = datetime(2026, 11, 27, 8, number, tzinfo=UTC)
        entry = Sealed("purses", number, draft, "anna", at, 0, previous, "")
        previous = seal(entry)
        made.append(replace(entry, digest=previous))
    return made


def test_a_draft_that_balances_has_no_fault():
    assert faults_of(CHART, GOOD) == ()


@pytest.mark.parametrize(
    ("draft", "fault"),
    [
        (replace(GOOD, key=""), Fault("text", "key")),
        (replace(GOOD, kind="x" * 121), Fault("text", "kind")),
        (replace(GOOD, reference=" padded"), Fault("text", "reference")),
        (replace(GOOD, key="a\nb"), Fault("text", "key")),
        (replace(GOOD, detail={"rate": 0.5}), Fault("detail", "detail.rate")),
        (replace(GOOD, moves=GOOD.moves[:1]), Fault("few", "moves", {"moves": 1})),
        (
            replace(GOOD, moves=(Move(AccountKey("x", "vault"), "MDL", 1), GOOD.moves[1])),
            Fault("role", "moves[0]", {"role": "vault", "book": "purses"}),
        ),
        (replace(GOOD, moves=(GOOD.moves[0], Move(purse(""), "MDL", 5))), Fault("holder", "moves[1]")),
        (replace(GOOD, moves=(GOOD.moves[0], Move(ANNA, "", 5))), Fault("unit", "moves[1]")),
        (
            replace(GOOD, moves=(GOOD.moves[0], Move(ANNA, "MDL", 0))),
            Fault("amount", "moves[1]", {"amount": "0"}),
        ),
        (
            replace(GOOD, moves=(GOOD.moves[0], Move(ANNA, "MDL", LARGEST + 1))),
            Fault("amount", "moves[1]", {"amount": str(LARGEST + 1)}),
        ),
        (
            replace(GOOD, moves=(GOOD.moves[0], Move(ANNA, "MDL", 5.0))),
            Fault("amount", "moves[1]", {"amount": "5.0"}),
        ),
        (
            replace(GOOD, moves=(GOOD.moves[0], Move(ANNA, "MDL", 4))),
            Fault("unbalanced", "moves", {"unit": "MDL", "left_over": -1}),
        ),
    ],
)
def test_what_is_wrong_with_a_draft_is_named_with_its_place(draft: Draft, fault: Fault):
    assert faults_of(CHART, draft) == (fault,)


def test_currencies_do_not_balance_each_other():
    mixed = replace(GOOD, moves=(Move(MINT, "MDL", -5), Move(ANNA, "USD", 5)))
    assert faults_of(CHART, mixed) == (
        Fault("unbalanced", "moves", {"unit": "MDL", "left_over": -5}),
        Fault("unbalanced", "moves", {"unit": "USD", "left_over": 5}),
    )


@given(st.lists(st.tuples(st.sampled_from([MINT, ANNA, BOB]), st.integers(-9, 9).filter(bool)), min_size=1))
def test_an_entry_and_its_opposite_change_nothing(pairs: list[tuple[AccountKey, int]]):
    moves = tuple(Move(account, "MDL", amount) for account, amount in pairs)
    assert set(net(moves + opposite(moves)).values()) == {0}
    assert sum(net(moves).values()) == sum(amount for _, amount in pairs)


@pytest.mark.parametrize(
    ("held", "change", "refused"),
    [(5, -5, False), (5, -6, True), (0, 3, False), (-4, 2, False), (-4, -1, True), (LARGEST, 1, True)],
)
def test_a_guarded_account_never_falls_below_zero(held: int, change: int, refused: bool):
    short = shortfalls({(ANNA, "MDL"): held}, {(ANNA, "MDL"): change}, {ANNA})
    assert short == ((Shortfall(ANNA, "MDL", held, held + change),) if refused else ())


def test_an_account_without_guard_may_fall_below_zero_but_not_out_of_bounds():
    assert shortfalls({}, {(MINT, "MDL"): -7}, set()) == ()
    assert shortfalls({(MINT, "MDL"): -LARGEST}, {(MINT, "MDL"): -1}, set()) == (
        Shortfall(MINT, "MDL", -LARGEST, -LARGEST - 1),
    )


def test_the_canonical_form_of_an_entry_is_fixed():
    """Written out: whoever holds an export can work the hash out without this program."""
    (entry,) = chain_of(replace(GOOD, detail={"why": "început", "a": 1}))
    assert content(entry).decode() == (
        '{"actor":"anna","at":"2026-11-27T08:01:00.000000+00:00","book":"purses",'
        '"detail":{"a":1,"why":"început"},"key":"k","kind":"transfer",'
        '"moves":[["state","mint","MDL",-5],["anna","purse","MDL",5]],"number":1,'
        f'"previous":"{ORIGIN}","reference":"","reverses":0,"value_on":"2026-11-27"}}'
    )


def test_a_whole_chain_has_no_break():
    assert first_break([]) is None
    assert first_break(chain_of(GOOD, GOOD, GOOD)) is None


@given(st.integers(0, 4), st.sampled_from(["amount", "actor", "detail", "previous", "reverses"]))
def test_the_first_changed_entry_is_named(at: int, what: str):
    entries = chain_of(*[GOOD] * 5)
    entry = entries[at]
    changed = {
        "amount": replace(entry, draft=transfer("k", MINT, ANNA, 6)),
        "actor": replace(entry, actor="bob"),
        "detail": replace(entry, draft=replace(GOOD, detail={"a": 1})),
        "previous": replace(entry, previous="f" * 64),
        "reverses": replace(entry, reverses=1),
    }[what]
    entries[at] = changed
    assert first_break(entries) == Break(at + 1, "content")


def test_an_entry_changed_together_with_its_hash_shows_at_the_next_one():
    entries = chain_of(GOOD, GOOD, GOOD)
    forged = replace(entries[1], actor="bob")
    entries[1] = replace(forged, digest=seal(forged))
    assert first_break(entries) == Break(3, "link")


def test_an_entry_taken_out_is_missed():
    entries = chain_of(GOOD, GOOD, GOOD)
    assert first_break([entries[0], entries[2]]) == Break(2, "missing")
