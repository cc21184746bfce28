"""Whatever is done with guarantees, in any order, with crashes and repeats: nothing is made or lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.accounts.models import Kind, Organisation
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import Guarantee, GuaranteeReservation, LedgerEntry, Operator
from isthmus.apps.excise.registry.services import entries
from isthmus.kit.errors import IsthmusError
from isthmus.wire.keys import generate_p256
from tests.apps.excise.guarantees.conftest import DAY, registered

BANK = generate_p256()
KEYS = st.sampled_from(["ARC 1", "ARC 2", "ARC 3", "ARC 4"])
AMOUNTS = st.integers(1, 60)
WHICH = st.integers(0, 7)
CRASHES = st.sampled_from([False, False, False, True])
EXAMPLES = count(1)
DEED = {"on": DAY, "reason": "sample", "actor": "officer"}


class Crash(Exception):
    """The power goes, in the middle of a transaction."""


@dataclass
class Deed:
    """What the model knows of a key: reserved, claimed, and whether it is still open."""

    amount: int
    called: int = 0
    is_open: bool = True


@dataclass
class Model:
    """A guarantee as this test understands it, apart from the code that it tests."""

    row: Guarantee
    amount: int
    single: bool
    consented: bool = False
    ended: bool = False
    deeds: dict[str, Deed] = field(default_factory=dict)

    @property
    def reserved(self) -> int:
        return sum(deed.amount - deed.called for deed in self.deeds.values() if deed.is_open)

    @property
    def called(self) -> int:
        return sum(deed.called for deed in self.deeds.values())

    @property
    def free(self) -> int:
        return self.amount - self.reserved - self.called if self.consented else 0

    def can_reserve(self, key: str, amount: int) -> bool:
        known = self.deeds.get(key)
        if known is not None:
            return known.is_open and known.amount == amount
        taken = self.single and any(deed.is_open for deed in self.deeds.values())
        return self.consented and not self.ended and not taken and amount <= self.free

    def can_claim(self, key: str, amount: int) -> bool:
        known = self.deeds.get(key)
        if known is not None and known.called:
            return known.called == amount
        there = known.amount if known is not None and known.is_open else self.free
        return self.consented and amount <= there


class AnyOrder(RuleBasedStateMachine):
    """Registers, consents, reservations, releases, claims and ends; a model says what must come of each."""

    @initialize()
    def begin(self) -> None:
        number = next(EXAMPLES)
        office = Organisation.objects.create(code=f"o-{number}", name=f"Office {number}", kind=Kind.AGENCY)
        self.operator = entries.register(
            Operator(
                organisation=office,
                excise_number=f"MD{number:011d}",
                name="Codru Hills Winery (Sample data)",
                tax_number=f"T{number}",
                kind="producer",
                country="MD",
                address="Orhei",
                registered_on=date(2026, 1, 1),
            ),
            actor="officer",
        )
        self.example = number
        self.models: list[Model] = []
        self.again: list[Callable[[], object]] = []
        for amount, single in ((200, False), (120, True)):
            self.registers(amount, single, crash=False)
        for which in (0, 1):
            self.consents(which, crash=False)
        # Chance alone leaves a kind out of all its examples now and then; each begins with one of every kind.
        for which in (0, 1):
            self.reserves(which, "ARC 0", 20, crash=False)
            self.claims(which, "ARC 0", 5, crash=False)
            self.released(which, "ARC 0")

    def released(self, which: int, key: str, *, crash: bool = False) -> None:
        model = self.models[which]
        done = self.attempt(
            lambda: services.release(model.row, key=key, **DEED),
            expected=key in model.deeds,
            crash=crash,
        )
        if done:
            model.deeds[key].is_open = False

    def attempt(self, deed: Callable[[], object], *, expected: bool, crash: bool) -> bool:
        """Whether the deed was done; it is done exactly where the model says so and the power stays on."""
        try:
            with transaction.atomic():
                deed()
                if crash:
                    raise Crash
        except Crash:
            assert expected
            return False
        except IsthmusError:
            assert not expected
            return False
        assert expected
        self.again.append(deed)
        return True

    def chosen(self, which: int) -> Model | None:
        return self.models[which % len(self.models)] if self.models else None

    @rule(amount=st.integers(1, 100), single=st.booleans(), crash=CRASHES)
    def registers(self, amount: int, single: bool, crash: bool) -> None:
        name = f"G-{self.example}-{len(self.models)}"
        made: list[Guarantee] = []

        def deed() -> None:
            kind = "individual" if single else "comprehensive"
            made.append(registered(self.operator, BANK, number=name, amount_minor=amount, kind=kind))

        if self.attempt(deed, expected=True, crash=crash):
            # To register the same number again is an error, not a repeat.
            self.again.remove(deed)
            self.models.append(Model(made[0], amount, single))

    @rule(which=WHICH, crash=CRASHES)
    def consents(self, which: int, crash: bool) -> None:
        model = self.chosen(which)
        if model is not None:
            token = consent.sign(bytes(model.row.statement), BANK)
            done = self.attempt(
                lambda: services.take_consent(model.row, token, actor="officer"),
                expected=not model.ended,
                crash=crash,
            )
            model.consented = model.consented or done

    @rule(which=WHICH, key=KEYS, amount=AMOUNTS, crash=CRASHES)
    def reserves(self, which: int, key: str, amount: int, crash: bool) -> None:
        model = self.chosen(which)
        if model is not None:
            done = self.attempt(
                lambda: services.reserve(model.row, amount, key=key, **DEED),
                expected=model.can_reserve(key, amount),
                crash=crash,
            )
            if done:
                model.deeds.setdefault(key, Deed(amount))

    @rule(which=WHICH, data=st.data(), crash=CRASHES)
    def releases(self, which: int, data: st.DataObject, crash: bool) -> None:
        model = self.chosen(which)
        if model is not None:
            reserved = [key for key, deed in model.deeds.items() if deed.is_open]
            key = data.draw(st.sampled_from(reserved) if reserved else KEYS)
            self.released(self.models.index(model), key, crash=crash)

    @rule(which=WHICH, key=KEYS, amount=AMOUNTS, crash=CRASHES)
    def claims(self, which: int, key: str, amount: int, crash: bool) -> None:
        model = self.chosen(which)
        if model is not None:
            done = self.attempt(
                lambda: services.call(model.row, amount, key=key, **DEED),
                expected=model.can_claim(key, amount),
                crash=crash,
            )
            if done:
                deed = model.deeds.setdefault(key, Deed(amount, is_open=False))
                deed.called = amount
                deed.is_open = deed.is_open and amount < deed.amount

    @rule(which=WHICH, crash=CRASHES, really=st.integers(0, 5))
    def ends(self, which: int, crash: bool, really: int) -> None:
        model = self.chosen(which)
        # Rarely, so that something can happen before.
        if model is not None and really == 5:
            # It can be ended from the day of the last reservation: all of them are of this one day.
            done = self.attempt(
                lambda: services.end(model.row, on=DAY, why="withdrawn", actor="officer"),
                expected=not model.ended,
                crash=crash,
            )
            model.ended = model.ended or done

    @rule(data=st.data(), crash=CRASHES)
    def repeats(self, data: st.DataObject, crash: bool) -> None:
        """What was done is asked for again, as after a lost answer: no amount moves, whatever is said."""
        if self.again:
            before = self.written()
            try:
                with transaction.atomic():
                    data.draw(st.sampled_from(self.again))()
                    if crash:
                        raise Crash
            except (Crash, IsthmusError):
                pass
            assert self.written() == before

    def written(self) -> tuple[int, int]:
        return LedgerEntry.objects.count(), GuaranteeReservation.objects.count()

    @invariant()
    def amounts_are_those_of_the_model(self) -> None:
        assert set(ledger.sums("guarantees").values()) <= {0}
        models = getattr(self, "models", [])
        for model in models:
            held = queries.held_of(model.row)
            assert (held.free, held.reserved, held.called) == (model.free, model.reserved, model.called)
            assert held.reserved + held.called <= model.amount
            keys = list(model.row.reservations.values_list("key", flat=True))
            assert sorted(keys) == sorted(model.deeds)
        moved = LedgerEntry.objects.filter(
            book__name="guarantees", reference__in=[m.row.number for m in models]
        )
        kinds = list(moved.values_list("reference", "kind", "detail__deed"))
        assert len(kinds) == len(set(kinds)), "a key moved an amount twice"

    def teardown(self) -> None:
        verdict = ledger.verify("guarantees")
        assert verdict.whole, verdict


@pytest.mark.django_db
def test_any_sequence_keeps_the_sum_at_zero_and_no_guarantee_overdrawn():
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {"grant", "reserve", "release", "call"} == set(LedgerEntry.objects.values_list("kind", flat=True))
