"""Numbers of a series: none is skipped, none is given out twice, whoever writes at the same moment."""

import threading

import pytest
from django.db import connection, transaction

from isthmus.apps.excise.models import NumberSeries
from isthmus.apps.excise.registry.services.numbers import next_number, written_number

WRITERS = 50


@pytest.mark.django_db
def test_a_series_counts_from_one_each_year():
    assert [next_number("returns", 2026) for _ in range(3)] == [1, 2, 3]
    assert next_number("returns", 2027) == 1
    assert next_number("licences", 2026) == 1
    assert written_number("RET", 2026, 17) == "RET-2026-000017"


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        next_number("returns", 2026)
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_number_that_was_rolled_back_is_given_out_again():
    class Interrupted(Exception):
        pass

    def interrupted() -> None:
        with transaction.atomic():
            assert next_number("returns", 2026) == 2
            raise Interrupted

    with transaction.atomic():
        assert next_number("returns", 2026) == 1
    with pytest.raises(Interrupted):
        interrupted()
    with transaction.atomic():
        assert next_number("returns", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_concurrent_writers_neither_skip_nor_double_a_number():
    start = threading.Barrier(WRITERS)
    given: list[int] = []
    faults: list[Exception] = []

    def write(number: int) -> None:
        try:
            start.wait(timeout=60)
            with transaction.atomic():
                mine = next_number("returns", 2026)
                if number % 10 == 0:
                    transaction.set_rollback(True)  # every tenth writer fails after it took its number
            if number % 10:
                given.append(mine)
        except Exception as fault:  # noqa: BLE001  the test names it
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert sorted(given) == list(range(1, 46))
    assert NumberSeries.objects.get().last == 45
