"""Pages and commands of guarantees."""

import json
import re

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.excise.cli import excise
from isthmus.apps.excise.guarantees import services
from isthmus.apps.excise.guarantees.formats import consent
from isthmus.apps.excise.models import Guarantee
from isthmus.kit.errors import NotFound
from tests.apps.excise.guarantees.conftest import DAY, registered
from tests.second_factors import browser_of


@pytest.fixture
def browser(customs):
    officer = Officer.objects.create_user("officer@node.test", "Officer", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=customs, role=Role.OFFICER)
    return browser_of(officer)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_guarantee_is_registered_signed_and_shown(browser, customs, operator, bank):
    assert "No guarantees yet" in text_of(browser.get(reverse("excise:guarantees")))
    given = {
        "number": "G-17",
        "kind": "comprehensive",
        "operator": operator.pk,
        "guarantor_name": "Sample bank",
        "guarantor_number": "1002600000099",
        "guarantor_jwk": json.dumps(consent.public_jwk(bank.public_key())),
        "amount": "1200.50",
        "currency": "MDL",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "organisation": customs.pk,
    }
    address = reverse("excise:guarantee-register")
    assert "This currency has fewer decimals" in text_of(browser.post(address, given | {"currency": "JPY"}))
    private = json.dumps({**consent.public_jwk(bank.public_key()), "d": "x"})
    assert "must not leave" in text_of(browser.post(address, given | {"guarantor_jwk": private}))
    answer = browser.post(address, given)
    row = Guarantee.objects.get()
    assert answer["Location"] == reverse("excise:guarantee", args=[row.pk])
    assert "here already" in text_of(browser.post(address, given))
    assert row.amount_minor == 120_050
    assert "Take in the guarantor" in text_of(browser.get(answer["Location"]))
    signing = reverse("excise:guarantee-consent", args=[row.pk])
    assert "not a token" in text_of(browser.post(signing, {"consent": "anything"}))
    content = browser.get(reverse("excise:guarantee-statement", args=[row.pk])).content
    assert browser.post(signing, {"consent": consent.sign(content, bank)})["Location"] == answer["Location"]
    services.reserve(row, 100_000, key="ARC 1", on=DAY, reason="Dispatch", actor="officer")
    page = text_of(browser.get(answer["Location"]))
    assert "200.50 MDL of 1,200.50 MDL are free" in page
    assert "ARC 1" in page
    assert "200.50" in text_of(browser.get(reverse("excise:guarantees")))


def test_others_see_none_of_it(operator, bank):
    row = registered(operator, bank)
    other = Organisation.objects.create(code="other", name="Other", kind="agency")
    officer = Officer.objects.create_user("other@node.test", "Other", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=other, role=Role.OFFICER)
    browser = browser_of(officer)
    assert browser.get(reverse("excise:guarantee", args=[row.pk])).status_code == 404
    assert browser.get(reverse("excise:guarantee-statement", args=[row.pk])).status_code == 404
    assert operator.name not in text_of(browser.get(reverse("excise:guarantee-register")))


def test_the_commands_sign_take_in_and_list(operator, bank, tmp_path):
    row = registered(operator, bank)
    key, statement, signature = (tmp_path / name for name in ("key.pem", "statement.json", "signature.txt"))
    key.write_bytes(bank.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    statement.write_bytes(bytes(row.statement))

    def run(*words: object):
        return CliRunner().invoke(excise, ["guarantees", *map(str, words)])

    assert json.loads(run("key", "--key", key).stdout) == row.guarantor_jwk
    signed = run("consent", statement, "--key", key)
    assert '"number":"G-17"' in signed.stderr
    signature.write_text(signed.stdout)
    assert json.loads(run("take-in", "G-17", signature, "--json").stdout)["state"] == "consented"
    assert isinstance(run("take-in", "G-18", signature).exception, NotFound)
    (line,) = json.loads(run("list", "--json").stdout)
    assert (line["free_minor"], line["currency"]) == (100_000, "MDL")
