"""Certificates: issued to who was there, checked by anybody online and offline, and revoked."""

import io
import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import KeySet

from isthmus.apps.workshops.certificates import queries, services
from isthmus.apps.workshops.certificates.formats import paper
from isthmus.apps.workshops.certificates.rules.verdicts import Known, Verdict, verdict
from isthmus.apps.workshops.certificates.wording import paper_values
from isthmus.apps.workshops.cli import workshops
from isthmus.apps.workshops.models import Certificate, Workshop
from isthmus.apps.workshops.nominations.services import keeping
from isthmus.apps.workshops.programme.services import planning
from isthmus.exchange.handlers import Erasing
from isthmus.kit.errors import BadInput, Conflict
from isthmus.trust.services import own_card
from isthmus.wire.evidence import Finding
from isthmus.wire.verify import Given, verify_held
from tests.apps.workshops.conftest import Office, programme_of, workshop_of
from tests.apps.workshops.people import ACTOR, held
from tests.second_factors import browser_of


class TestVerdict:
    def test_the_first_that_holds(self):
        assert verdict(Known(readable=False)) is Verdict.NO_CODE
        assert verdict(Known(True)) is Verdict.OTHER_NODE
        assert verdict(Known(True, ours=True)) is Verdict.FORGED
        assert verdict(Known(True, ours=True, signed=True)) is Verdict.UNKNOWN
        assert verdict(Known(True, ours=True, signed=True, listed=True)) is Verdict.GOOD
        assert verdict(Known(True, True, True, True, revoked=True)) is Verdict.REVOKED


@pytest.fixture
def workshop(office: Office) -> Workshop:
    made = workshop_of(programme_of(office.secretariat))
    planning.add_session(made, "case", "Digital signature in Moldova", speaker="Sample Lecturer", actor=ACTOR)
    return held(made, "ဒေါ်ခင်မျိုးဆွေ (sample)", "Sample Delegate")


@pytest.fixture
def row(workshop: Workshop) -> Certificate:
    return services.issue(workshop, actor=ACTOR)[0]


def checked(data: str | bytes, *revoked: str) -> Finding:
    content = data.encode() if isinstance(data, str) else data
    return verify_held(io.BytesIO(content), Given(cards=[own_card(())], revoked=revoked))


@pytest.mark.django_db
class TestIssuing:
    def test_everybody_who_was_there_gets_one_once(self, workshop: Workshop):
        made = services.issue(workshop, actor=ACTOR)
        assert services.issue(workshop, actor=ACTOR) == []
        assert len({one.number for one in made}) == 2
        (session,) = made[0].statement["sessions"]
        assert (session["title"], session["speakers"]) == (
            "Digital signature in Moldova",
            ["Sample Lecturer"],
        )

    def test_not_before_it_was_held(self, office: Office):
        with pytest.raises(Conflict):
            services.issue(workshop_of(programme_of(office.secretariat)), actor=ACTOR)

    def test_the_paper_is_the_same_each_time_and_is_signed(self, row: Certificate):
        plain = paper.certificate(paper_values(row, "en"), queries.address_of(row))
        assert plain == paper.certificate(paper_values(row, "en"), queries.address_of(row))
        found = checked(services.signed_pdf(row, "fr"))
        assert (found.kind, found.signer) == ("document", "mm"), found
        assert dict(found.details)["number"] == row.number


@pytest.mark.django_db
class TestOffline:
    def test_code_credential_and_paper_are_checked_with_the_card_alone(self, row: Certificate):
        pdf = services.signed_pdf(row, "en")
        for data in (row.code, queries.address_of(row), row.credential, pdf):
            found = checked(data)
            assert found.ok, found
            assert dict(found.details)["number"] == row.number
        services.revoke(row, "replaced", "The name was wrong", actor=ACTOR)
        listed = services.revoked_list()
        for data in (row.code, row.credential, pdf):
            assert checked(data).ok  # nobody who has no list can know
            assert "(replaced)" in checked(data, listed).problem

    def test_a_changed_credential_is_refused(self, row: Certificate):
        head, payload, signature = row.credential.split(".")
        for place in (5, len(payload) // 2, len(payload) - 2):
            sign = "A" if payload[place] != "A" else "B"
            changed = payload[:place] + sign + payload[place + 1 :]
            try:
                assert not checked(f"{head}.{changed}.{signature}").ok
            except BadInput:
                continue

    def test_another_library_reads_the_credential_by_the_published_keys(self, row: Certificate, client: Any):
        keys = KeySet.import_key_set({"keys": client.get(reverse("certificate-keys")).json()["keys"]})
        header = json.loads(__import__("base64").urlsafe_b64decode(row.credential.split(".")[0] + "=="))
        kid = header["kid"].rpartition("/")[2]
        key = next(one for one in keys.keys if one.kid == kid)
        claims = jwt.decode(row.credential, key, algorithms=["ES256"]).claims
        assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
        assert claims["credentialSubject"]["name"] == row.statement["person"]
        assert client.get(reverse("certificate-key", args=[kid])).json()["kid"] == kid


@pytest.mark.django_db
class TestOnline:
    def verdict(self, client: Any, text: str) -> str:
        return client.get(reverse("certificate-check"), {"code": text}).content.decode()

    def test_anybody_checks_by_code_or_number_until_it_is_revoked(self, row: Certificate, client: Any):
        for text in (row.code, queries.address_of(row), row.number, row.number.lower()):
            page = self.verdict(client, text)
            assert "is genuine" in page
            assert "Digital signature in Moldova" in page
        page = client.get(reverse("certificate-scanned", args=[row.code])).content.decode()
        assert "is genuine" in page
        services.revoke(row, "issued-in-error", "She was not there", actor=ACTOR)
        page = self.verdict(client, row.code)
        assert "was revoked" in page
        assert "Issued in error" in page
        assert "She was not there" not in page
        listed = client.get(reverse("certificate-revoked-badges")).json()["revokedCredentials"]
        assert listed[0]["id"].endswith(row.number)

    def test_what_was_changed_or_is_unknown_is_said_to_be(self, row: Certificate, client: Any):
        place = len(row.code) // 8  # within the signature
        sign = "0" if row.code[place] != "0" else "1"
        assert "changed or forged" in self.verdict(client, row.code[:place] + sign + row.code[place + 1 :])
        assert "no such certificate" in self.verdict(client, "0000 0000 0000 0000")
        assert "no code of a certificate" in self.verdict(client, "hello")
        Certificate.objects.filter(pk=row.pk).update(statement={**row.statement, "person": "Another"})
        assert "no such certificate" in self.verdict(client, row.code)

    def test_an_erased_nomination_leaves_a_certificate_that_can_be_checked(
        self, office: Office, row: Certificate, client: Any
    ):
        erasing = Erasing(
            row.nominee.leaf, "workshops.nomination/1", "x", "gh", sent=False, ground="retention"
        )
        keeping.erase(erasing)
        left = Certificate.objects.get(pk=row.pk)
        assert (left.statement, left.code, left.credential) == ({}, "", "")
        for text in (row.code, row.number):
            page = self.verdict(client, text)
            assert "is genuine" in page
            assert row.statement["person"] not in page
        assert checked(row.code).ok
        with pytest.raises(Conflict):
            services.signed_pdf(left, "en")
        browser = browser_of(office.officer)
        page = browser.get(reverse("workshops:certificate", args=[row.number])).content.decode()
        assert "was erased here" in page
        assert row.statement["person"] not in page

    def test_a_revoked_one_is_revoked_once_and_has_no_paper(self, row: Certificate):
        for ground, reason in (("because", "R"), ("replaced", "")):
            with pytest.raises(BadInput):
                services.revoke(row, ground, reason, actor=ACTOR)
        row = services.revoke(row, "replaced", "R", actor=ACTOR)
        with pytest.raises(Conflict):
            services.revoke(row, "replaced", "R", actor=ACTOR)
        with pytest.raises(Conflict):
            services.signed_pdf(row, "en")

    def test_the_secretariat_by_page_and_shell(self, office: Office, workshop: Workshop, tmp_path: Any):
        browser, here = browser_of(office.officer), reverse("workshops:certificates", args=[workshop.number])
        assert "No certificate is issued yet" in browser.get(here).content.decode()
        browser.post(reverse("workshops:certificates-issue", args=[workshop.number]))
        row = Certificate.objects.get(statement__person="Sample Delegate")
        one = reverse("workshops:certificate", args=[row.number])
        assert "Sample Delegate" in browser.get(here).content.decode()
        assert browser.get(reverse("workshops:certificate-pdf", args=[row.number])).content.startswith(
            b"%PDF"
        )
        assert (
            browser.get(reverse("workshops:certificate-credential", args=[row.number])).content.count(b".")
            == 2
        )
        out = tmp_path / "code.txt"
        told = ["certificates", "write", row.number, "--kind", "code", "--out", str(out)]
        assert CliRunner().invoke(workshops, told).exit_code == 0
        assert checked(out.read_bytes()).ok
        assert "Why" in browser.post(one, {"ground": "replaced", "reason": ""}).content.decode()
        browser.post(one, {"ground": "replaced", "reason": "Name"})
        assert "Replaced by another one" in browser.get(one).content.decode()
        told = ["certificates", "revoked", "--out", str(tmp_path / "list.jws")]
        assert CliRunner().invoke(workshops, told).exit_code == 0
        assert not checked(out.read_bytes(), (tmp_path / "list.jws").read_text()).ok
        told = ["certificates", "list", "--workshop", workshop.number, "--json"]
        assert CliRunner().invoke(workshops, told).output.count("revoked") == 1
