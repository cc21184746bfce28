"""Pages of stamps: who sees and does what, and what anybody is told about a code."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.apps.excise.models import StampBatch, StampHandover, StampRequest
from isthmus.apps.excise.stamps.models import HandoverState, RequestState
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import Act, Place
from isthmus.apps.excise.stamps.services import book, issuing, listing, requesting
from tests.apps.excise.stamps.conftest import People, asked, done, issued, on_the_bottle
from tests.apps.excise.stamps.samples import a_guarantee, a_return, an_operator, brandy
from tests.second_factors import browser_of


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


class TestRequests:
    def test_a_firm_asks_an_approver_approves_and_issues(self, people: People):
        firm, approver = browser_of(people.distiller), browser_of(people.approver)
        given = {
            "organisation": people.distillery.pk,
            "gtin": "4006381333931",
            "product": "Sample brandy",
            "count": 12,
            "proof": "tagged",
        }
        answer = firm.post(reverse("excise:stamp-ask"), given)
        row = StampRequest.objects.get()
        assert answer["Location"] == reverse("excise:stamp-request", args=[row.pk])
        assert "Approve the request" not in text_of(firm.get(answer["Location"]))
        assert "Approve the request" in text_of(approver.get(answer["Location"]))
        page = text_of(approver.get(reverse("excise:stamp-approve", args=[row.pk])))
        assert "289.85 MDL" in page
        assert "31 Dec 2023" in page
        assert "The last that the tariff knows" in page
        secured = {"security": f"guarantee:{people.guarantee.pk}"}
        approver.post(reverse("excise:stamp-approve", args=[row.pk]), secured)
        row.refresh_from_db()
        assert (row.state, row.secured_minor, row.currency) == (RequestState.APPROVED, 28_985, "MDL")
        approver.post(reverse("excise:stamp-issue", args=[row.pk]))
        batch = StampBatch.objects.get()
        page = text_of(firm.get(reverse("excise:stamp-batch", args=[batch.pk])))
        assert "Not printed yet" in page
        assert "For the printer" not in page
        assert "For the printer" in text_of(approver.get(reverse("excise:stamp-batch", args=[batch.pk])))
        assert approver.get(reverse("excise:stamp-sheet", args=[batch.pk, 1])).content.startswith(b"%PDF-")
        codes_file = b"".join(approver.get(reverse("excise:stamp-codes", args=[batch.pk])).streaming_content)
        assert codes_file == b"".join(issuing.code_lines(batch))

    def test_a_wrong_field_is_named_beside_it(self, people: People):
        given = {
            "organisation": people.distillery.pk,
            "gtin": "4006381333932",
            "product": "Sample",
            "count": 3,
        }
        answer = browser_of(people.distiller).post(reverse("excise:stamp-ask"), given | {"proof": "plain"})
        assert "ends in its check digit" in text_of(answer)
        assert not StampRequest.objects.exists()

    def test_without_security_the_form_says_what_is_missing(self, people: People):
        row = asked(people)
        answer = browser_of(people.approver).post(
            reverse("excise:stamp-approve", args=[row.pk]), {"security": ""}
        )
        assert "241.54 MDL of duty are at stake and nothing secures them" in text_of(answer)
        row.refresh_from_db()
        assert row.state == RequestState.ASKED

    def test_goods_taxed_by_value_are_approved_with_their_value(self, people: People):
        """The Maldives charge 25 % of the value and 50 rufiyaa a litre on spirits."""
        importer = an_operator(people.revenue, None, "MV00000000D01")
        brandy(importer, "4006381333948")
        guarantee = a_guarantee(importer, number="G-18", currency="MVR")
        row = requesting.ask(people.revenue, gtin="4006381333948", product="Sample", count=10, actor="x")
        address, approver = reverse("excise:stamp-approve", args=[row.pk]), browser_of(people.approver)
        secured = {"security": f"guarantee:{guarantee.pk}"}
        assert "cif" in text_of(approver.post(address, secured))
        approver.post(address, secured | {"cif": "1000"})
        row.refresh_from_db()
        assert (row.secured_minor, row.currency) == (50_000, "MVR")

    def test_an_approver_accounts_for_stamps_by_a_paid_return(self, people: People):
        batch, paid = issued(people, 10), a_return(people.operator, 10)
        approver, request = browser_of(people.approver), batch.request
        page = text_of(approver.get(reverse("excise:stamp-request", args=[request.pk])))
        assert "0 on paid returns, 0 cancelled or destroyed, 10 left" in page
        address = reverse("excise:stamp-account", args=[request.pk])
        answer = approver.post(address, {"duty_return": paid.pk, "count": 11})
        assert "10 stamps of request 1 are left to be accounted for" in text_of(answer)
        approver.post(address, {"duty_return": paid.pk, "count": 10})
        request.refresh_from_db()
        assert request.released_at is not None
        page = text_of(approver.get(reverse("excise:stamp-request", args=[request.pk])))
        assert "10 on paid returns, 0 cancelled or destroyed, 0 left" in page
        assert "Account for stamps" not in page

    def test_a_refusal_says_why(self, people: People):
        row = asked(people)
        approver = browser_of(people.approver)
        approver.post(reverse("excise:stamp-refuse", args=[row.pk]), {"reason": "No licence for spirits"})
        page = text_of(browser_of(people.officer).get(reverse("excise:stamp-request", args=[row.pk])))
        assert "No licence for spirits" in page
        assert "Request" in text_of(browser_of(people.officer).get(reverse("excise:stamps")))

    def test_others_see_and_decide_nothing(self, people: People):
        batch = issued(people)
        firm = browser_of(people.distiller)
        assert firm.get(reverse("excise:stamp-request", args=[batch.request.pk])).status_code == 404
        assert firm.get(reverse("excise:stamp-batch", args=[batch.pk])).status_code == 404
        assert firm.post(reverse("excise:stamp-issue", args=[batch.request.pk])).status_code == 403
        assert firm.get(reverse("excise:stamp-codes", args=[batch.pk])).status_code == 403
        assert Client().get(reverse("excise:stamps")).status_code == 302


class TestCustody:
    def test_stamps_are_handed_over_and_confirmed(self, people: People):
        batch = issued(people)
        officer, firm = browser_of(people.officer), browser_of(people.distiller)
        act = {"organisation": people.revenue.pk, "act": "print", "first": 1, "last": 10, "reason": ""}
        assert officer.post(reverse("excise:stamp-act", args=[batch.pk]), act).status_code == 302
        given = {
            "organisation": people.revenue.pk,
            "first": 1,
            "last": 4,
            "receiver": people.distillery.pk,
        }
        assert officer.post(reverse("excise:stamp-offer", args=[batch.pk]), given).status_code == 302
        row = StampHandover.objects.get()
        close = reverse("excise:stamp-close", args=[row.pk])
        assert "Sample distillery" in text_of(firm.get(reverse("excise:stamp-handovers")))
        assert "Confirm receipt" in text_of(firm.get(reverse("excise:stamp-handover", args=[row.pk])))
        assert "Confirm receipt" not in text_of(officer.get(reverse("excise:stamp-handover", args=[row.pk])))
        assert officer.post(close, {"action": "confirm"}).status_code == 404
        firm.post(close, {"action": "confirm"})
        row.refresh_from_db()
        assert (row.state, row.closed_by) == (HandoverState.CONFIRMED, "distiller@node.test")
        assert book.Held("Sample distillery", Place.STOCK, 4) in book.held(batch)
        assert "Received" in text_of(firm.get(reverse("excise:stamp-batch", args=[batch.pk])))

    def test_the_sender_takes_back(self, people: People):
        batch = issued(people)
        done(batch, Act.PRINT, 1, 10, people.revenue)
        officer = browser_of(people.officer)
        given = {"organisation": people.revenue.pk, "first": 1, "last": 4, "receiver": people.distillery.pk}
        officer.post(reverse("excise:stamp-offer", args=[batch.pk]), given)
        row = StampHandover.objects.get()
        officer.post(reverse("excise:stamp-close", args=[row.pk]), {"action": "take-back"})
        row.refresh_from_db()
        assert row.state == HandoverState.TAKEN_BACK

    @pytest.mark.parametrize(
        ("changed", "said"), [({"last": 11}, "has the stamps 1 to 10"), ({"act": "lose"}, "Say why")]
    )
    def test_what_cannot_be_done_is_said_on_the_form(self, people: People, changed: dict, said: str):
        batch = issued(people)
        act = {"organisation": people.revenue.pk, "act": "print", "first": 1, "last": 10, "reason": ""}
        answer = browser_of(people.officer).post(reverse("excise:stamp-act", args=[batch.pk]), act | changed)
        assert said in text_of(answer)
        offer = {"organisation": people.revenue.pk, "first": 1, "last": 4, "receiver": people.revenue.pk}
        answer = browser_of(people.officer).post(reverse("excise:stamp-offer", args=[batch.pk]), offer)
        assert "another organisation" in text_of(answer)

    def test_nobody_acts_for_another_organisation(self, people: People):
        batch = issued(people)
        act = {"organisation": people.distillery.pk, "act": "print", "first": 1, "last": 10}
        answer = browser_of(people.officer).post(reverse("excise:stamp-act", args=[batch.pk]), act)
        assert "Select a valid choice" in text_of(answer)


class TestChecking:
    def test_anybody_reads_about_a_stamp(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 2)
        page = text_of(Client().get(reverse("excise:stamp-check"), {"code": codes.typed(code)}))
        assert "This number was issued and activated." in page
        assert "Sample brandy 40 % 0.5 l" in page
        assert "Never checked before" in page
        assert "cannot show whether a stamp is a copy" in page
        assert "genuine" not in page.lower()
        again = text_of(Client().get(reverse("excise:stamp-check"), {"code": code.text}))
        assert "Checked 1 time before" in again
        assert "First checked" in again

    def test_the_address_in_a_symbol_leads_to_the_same_page(self, people: People):
        code = issuing.code_of(on_the_bottle(people), 2)
        path = code.text.partition("8000")[2]
        page = text_of(Client().get(path))
        assert "This number was issued and activated." in page
        bad = text_of(Client().get(path.replace("?91=00", "?91=7Z")))
        assert "names a key that does not exist" in bad
        assert "Sample brandy" not in bad
        assert "no code of a tax stamp" in text_of(Client().get(f"{path}&utm=1"))

    def test_an_empty_page_asks_and_an_empty_code_is_named(self, db: None):
        assert "Code beside the symbol" in text_of(Client().get(reverse("excise:stamp-check")))
        assert "error" in text_of(Client().get(reverse("excise:stamp-check"), {"code": ""}))


class TestInspecting:
    def test_the_page_its_keys_and_its_list(self, people: People, settings, tmp_path):
        settings.ISTHMUS = settings.ISTHMUS.model_copy(update={"home": tmp_path})
        (tmp_path / "passphrase").write_text("a passphrase for tests only")
        on_the_bottle(people)
        inspector = browser_of(people.officer)
        assert "Inspect stamps" in text_of(inspector.get(reverse("excise:stamp-inspect")))
        found = inspector.get(reverse("excise:stamp-keys")).json()
        assert [(key["number"], len(key["public"])) for key in found["keys"]] == [(0, 43)]
        assert inspector.get(reverse("excise:stamp-list")).status_code == 404
        listing.keep()
        answer = inspector.get(reverse("excise:stamp-list"))
        assert b"".join(answer.streaming_content).startswith(b"ISTHSF1\n")
        worker = Client().get(reverse("excise:stamp-worker"))
        assert worker["Content-Type"] == "text/javascript; charset=utf-8"
        assert b"caches" in worker.content
        for name in ("stamp-inspect", "stamp-keys", "stamp-list"):
            assert Client().get(reverse(f"excise:{name}")).status_code == 302
