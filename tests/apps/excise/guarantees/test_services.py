"""A guarantee's life: registered, signed, reserved, released, claimed, ended; never overdrawn."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from isthmus.accounts.models import AuditEvent, Organisation
from isthmus.apps.excise.guarantees import queries, services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.guarantees.models import ReservationState
from isthmus.apps.excise.ledger import queries as ledger
from isthmus.apps.excise.models import Guarantee, GuaranteeReservation
from isthmus.kit.errors import BadInput, Conflict, NotFound, Refused
from tests.apps.excise.guarantees.conftest import DAY, consented, registered

DEED = {"on": DAY, "reason": "Dispatch", "actor": "officer"}


def stands(row: Guarantee) -> tuple[int, int, int]:
    held = queries.held_of(row)
    assert ledger.verify("guarantees").whole
    assert set(ledger.sums("guarantees").values()) == {0}
    return held.free, held.reserved, held.called


class TestRegistering:
    def test_it_covers_nothing_before_the_guarantor_signs(self, operator, bank):
        row = registered(operator, bank)
        assert (queries.free(row), queries.reserved(row), queries.called(row)) == (0, 0, 0)
        assert not queries.in_force(operator, "MDL", DAY).exists()
        with pytest.raises(Conflict, match="has not consented") as caught:
            services.reserve(row, 1, key="a", **DEED)
        assert caught.value.code == "excise.guarantee-consent"
        with pytest.raises(Conflict):
            services.call(row, 1, key="a", **DEED)
        signed = services.take_consent(row, consent.sign(bytes(row.statement), bank), actor="officer")
        assert stands(signed) == (100_000, 0, 0)
        assert list(queries.in_force(operator, "MDL", DAY)) == [signed]
        assert not queries.in_force(operator, "EUR", DAY).exists()
        again = services.take_consent(row, consent.sign(bytes(row.statement), bank), actor="officer")
        assert again.consent == signed.consent
        assert stands(again) == (100_000, 0, 0)

    def test_consent_to_another_guarantee_is_none(self, operator, bank):
        one, other = registered(operator, bank), registered(operator, bank, number="G-18")
        with pytest.raises(Refused):
            services.take_consent(one, consent.sign(bytes(other.statement), bank), actor="officer")
        assert queries.free(one) == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("amount_minor", 0),
            ("currency", "mdl"),
            ("valid_until", date(2025, 1, 1)),
            ("kind", "promise"),
            ("number", " "),
            ("guarantor_name", ""),
        ],
    )
    def test_a_field_at_fault_is_named(self, operator, bank, field, value):
        with pytest.raises(BadInput) as caught:
            registered(operator, bank, **{field: value})
        assert [fault.where for fault in caught.value.faults] == [field]

    def test_a_firm_keeps_none_and_a_number_is_taken_once(self, operator, bank):
        firm = Organisation.objects.create(code="firm", name="Firm", kind="firm")
        with pytest.raises(BadInput):
            registered(operator, bank, organisation=firm)
        registered(operator, bank)
        with pytest.raises(Conflict, match="here already"):
            registered(operator, bank)


class TestReserving:
    def test_amounts_move_and_are_noted(self, guarantee):
        found = services.reserve(guarantee, 70_000, key="ARC 1", **DEED)
        assert stands(guarantee) == (30_000, 70_000, 0)
        assert services.reserve(guarantee, 70_000, key="ARC 1", **DEED) == found
        assert stands(guarantee) == (30_000, 70_000, 0)
        released = services.release(guarantee, key="ARC 1", **DEED)
        assert released.state == ReservationState.RELEASED
        assert services.release(guarantee, key="ARC 1", **DEED).closed_on == DAY
        assert stands(guarantee) == (100_000, 0, 0)
        kinds = set(AuditEvent.objects.values_list("kind", flat=True))
        assert {"excise.guarantee-reserved", "excise.guarantee-released"} <= kinds
        assert [str(found), str(guarantee)] == [f"{guarantee.pk} ARC 1", "G-17"]

    def test_what_is_free_is_said_where_it_does_not_do(self, guarantee):
        services.reserve(guarantee, 70_000, key="a", **DEED)
        with pytest.raises(
            Conflict, match=r"does not cover 300\.01 MDL: 300\.00 MDL of it are free"
        ) as caught:
            services.reserve(guarantee, 30_001, key="b", **DEED)
        assert caught.value.code == "excise.guarantee-short"
        assert services.reserve(guarantee, 30_000, key="b", **DEED).amount_minor == 30_000
        assert stands(guarantee) == (0, 100_000, 0)

    def test_a_key_names_one_deed(self, guarantee):
        services.reserve(guarantee, 10, key="a", **DEED)
        with pytest.raises(Conflict, match="already"):
            services.reserve(guarantee, 11, key="a", **DEED)
        services.release(guarantee, key="a", **DEED)
        with pytest.raises(Conflict, match="released"):
            services.reserve(guarantee, 10, key="a", **DEED)
        with pytest.raises(NotFound):
            services.release(guarantee, key="b", **DEED)

    @pytest.mark.parametrize("on", [date(2025, 12, 31), date(2027, 1, 1)])
    def test_days_outside_are_refused(self, guarantee, on):
        with pytest.raises(Conflict, match=r"2026-"):
            services.reserve(guarantee, 1, key="a", **{**DEED, "on": on})

    def test_an_ended_guarantee_keeps_what_is_reserved(self, guarantee):
        services.reserve(guarantee, 10, key="a", **DEED)
        services.end(guarantee, on=DAY, why="The bank withdrew", actor="approver")
        for deed in (
            lambda: services.reserve(guarantee, 10, key="b", **DEED),
            lambda: services.end(guarantee, on=DAY, why="again", actor="approver"),
            lambda: services.take_consent(guarantee, guarantee.consent, actor="approver"),
        ):
            with pytest.raises(Conflict, match="ended"):
                deed()
        assert stands(guarantee) == (99_990, 10, 0)
        services.release(guarantee, key="a", **DEED)
        assert stands(guarantee) == (100_000, 0, 0)

    def test_what_was_covered_on_a_day_is_not_uncovered_by_an_earlier_end(self, guarantee):
        services.reserve(guarantee, 10, key="a", **DEED)
        for on in (DAY - timedelta(days=1), date(2025, 12, 31), date(2027, 1, 1)):
            with pytest.raises(BadInput, match=r"from 2026-11-27 to 2026-12-31"):
                services.end(guarantee, on=on, why="The bank withdrew", actor="approver")
        assert services.end(guarantee, on=DAY, why="The bank withdrew", actor="approver").ended_on == DAY

    def test_by_hand_two_people_see_it(self, guarantee):
        services.reserve(guarantee, 10, key="a", **DEED)
        with pytest.raises(Refused, match="somebody else"):
            services.release_by_hand(guarantee, key="a", **DEED)
        other = DEED | {"actor": "other"}
        assert services.release_by_hand(guarantee, key="a", **other).state == ReservationState.RELEASED
        # What is released already is no matter for a second person.
        assert services.release_by_hand(guarantee, key="a", **DEED).state == ReservationState.RELEASED
        for deed in (
            lambda on: services.release_by_hand(guarantee, key="a", **other | {"on": on}),
            lambda on: services.claim(guarantee, 1, key="b", **other | {"on": on}),
        ):
            with pytest.raises(BadInput, match="lies ahead"):
                deed(date(2999, 1, 1))
        assert stands(guarantee) == (100_000, 0, 0)

    def test_an_individual_one_covers_one_deed_at_a_time(self, operator, bank):
        row = consented(operator, bank, kind="individual")
        services.reserve(row, 10, key="a", **DEED)
        with pytest.raises(Conflict, match="another deed"):
            services.reserve(row, 10, key="b", **DEED)
        services.release(row, key="a", **DEED)
        services.reserve(row, 10, key="b", **DEED)

    @pytest.mark.parametrize("more", [{"key": ""}, {"key": "x" * 81}, {"reason": " "}, {"amount_minor": 0}])
    def test_bad_words_and_amounts_are_refused(self, guarantee, more):
        with pytest.raises(BadInput):
            services.reserve(guarantee, **{"amount_minor": 1, "key": "a", **DEED, **more})
        assert stands(guarantee) == (100_000, 0, 0)


class TestClaiming:
    def test_a_part_is_claimed_and_the_rest_released(self, guarantee):
        services.reserve(guarantee, 100, key="a", **DEED)
        found = services.call(guarantee, 30, key="a", **DEED)
        assert (found.state, found.called_minor, stands(guarantee)) == ("open", 30, (99_900, 70, 30))
        assert services.call(guarantee, 30, key="a", **DEED) == found
        services.release(guarantee, key="a", **DEED)
        assert stands(guarantee) == (99_970, 0, 30)
        with pytest.raises(Conflict, match="claimed"):
            services.call(guarantee, 31, key="a", **DEED)

    def test_all_of_it_closes_the_reservation(self, guarantee):
        services.reserve(guarantee, 100, key="a", **DEED)
        with pytest.raises(Conflict, match="does not cover"):
            services.call(guarantee, 101, key="a", **DEED)
        assert services.call(guarantee, 100, key="a", **DEED).state == ReservationState.CALLED
        assert services.release(guarantee, key="a", **DEED).state == ReservationState.CALLED
        assert stands(guarantee) == (99_900, 0, 100)

    def test_what_was_never_reserved_is_taken_from_what_is_free(self, guarantee):
        assert services.call(guarantee, 500, key="debt", **DEED).amount_minor == 500
        services.reserve(guarantee, 10, key="a", **DEED)
        services.release(guarantee, key="a", **DEED)
        assert services.call(guarantee, 20, key="a", **DEED).state == ReservationState.CALLED
        assert stands(guarantee) == (99_480, 0, 520)
        with pytest.raises(Conflict):
            services.call(guarantee, 100_000, key="more", **DEED)
        with pytest.raises(BadInput):
            services.call(guarantee, 0, key="more", **DEED)


def at_once(how_many: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in threads that start together, each on its own connection; answers or errors."""
    answers: list[object] = []
    start = threading.Barrier(how_many)

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            answers.append(work(number))
        except Exception as error:  # noqa: BLE001  the answer of a thread
            answers.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


@pytest.mark.django_db(transaction=True)
class TestRacing:
    def test_two_dispatches_never_take_the_same_guarantee(self, guarantee):
        answers = at_once(2, lambda at: services.reserve(guarantee, 60_000, key=f"ARC {at}", **DEED))
        assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "GuaranteeReservation"]
        assert stands(guarantee) == (40_000, 60_000, 0)

    def test_fifty_writers_take_what_is_there_and_no_more(self, guarantee):
        # SQLite has one writer at a time, and waits for it: two connections say as much there as fifty.
        writers, turns = (2, 25) if connection.vendor == "sqlite" else (50, 1)
        taken: list[int] = []
        codes: list[str] = []

        def work(at: int) -> int:
            got = 0
            for turn in range(turns):
                try:
                    services.reserve(guarantee, 3_000, key=f"{at} {turn}", **DEED)
                    got += 1
                except Conflict as error:
                    codes.append(error.code)
            taken.append(got)
            return got

        answers = at_once(writers, work)
        assert [answer for answer in answers if not isinstance(answer, int)] == []
        assert sum(taken) == 33
        assert codes == ["excise.guarantee-short"] * 17
        assert GuaranteeReservation.objects.count() == 33
        assert stands(guarantee) == (1_000, 99_000, 0)

    def test_one_key_by_many_at_once_is_reserved_once(self, guarantee):
        answers = at_once(6, lambda _: services.reserve(guarantee, 5, key="same", **DEED).pk)
        assert len(set(answers)) == 1
        assert stands(guarantee) == (99_995, 5, 0)
