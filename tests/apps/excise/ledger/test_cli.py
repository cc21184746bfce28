"""`isthmus excise ledger` in the shell: whole books, changed ones, and what accounts hold."""

import json

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from isthmus.apps.excise.ledger import services
from isthmus.apps.excise.ledger.cli import ledger
from isthmus.kit.errors import NotFound
from tests.apps.excise.ledger.book import CHART, MINT, purse, transfer

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(ledger, list(words))


@pytest.fixture
def book() -> None:
    services.post(CHART, transfer("a", MINT, purse("anna"), 70), actor="test")


def test_without_a_book_there_is_nothing_to_verify():
    done = run("verify")
    assert (done.exit_code, done.stdout) == (0, "")


@pytest.mark.usefixtures("book")
def test_a_whole_book_is_said_to_be_whole():
    done = run("verify", "--json")
    (found,) = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (found["book"], found["whole"], found["entries"]) == ("purses", True, 1)
    assert len(found["head"]) == 64


@pytest.mark.usefixtures("book")
def test_a_changed_book_ends_in_3_and_names_the_entry():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE excise_ledgerentry SET actor = 'nobody'")
    done = run("verify", "purses", "--json")
    (found,) = json.loads(done.stdout)
    assert (done.exit_code, found["first_changed"], found["why"]) == (3, 1, "content")


@pytest.mark.parametrize("command", ["verify", "balance"])
def test_an_unknown_book_is_not_found(command: str):
    error = run(command, "unknown").exception
    assert isinstance(error, NotFound)
    assert error.code == "excise.ledger.no-book"


@pytest.mark.usefixtures("book")
def test_the_balance_lists_accounts_and_sums():
    found = json.loads(run("balance", "purses", "--json").stdout)
    assert found["accounts"] == [
        {"holder": "anna", "role": "purse", "unit": "MDL", "amount": 70},
        {"holder": "state", "role": "mint", "unit": "MDL", "amount": -70},
    ]
    assert found["sums"] == {"MDL": 0}
    done = run("balance", "purses")
    assert "state   mint   MDL   -70" in done.stdout
    assert done.stderr == "MDL: all accounts together hold 0\n"
