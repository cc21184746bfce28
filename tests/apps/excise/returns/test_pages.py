"""Pages of returns: who sees and does what, and how it is said."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from isthmus.apps.excise.models import DutyReturn, LedgerPosting
from isthmus.apps.excise.returns.services import accounts
from isthmus.apps.excise.returns.views import books
from tests.apps.excise.returns.conftest import BEER, SPIRITS, People, declared, drafted
from tests.second_factors import browser_of


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def url(name: str, *args) -> str:
    return reverse(f"excise:{name}", args=args)


def asked(people: People, **changed: object) -> dict:
    given = {"operator": people.brewery.pk, "tax_point": "MD/release", "day": "2023-05-01", "rows": BEER}
    return given | changed


class TestDeclaring:
    def test_a_firm_drafts_looks_and_declares_and_an_officer_assesses(self, people: People):
        firm, officer = browser_of(people.brewer), browser_of(people.officer)
        answer = firm.post(url("return-new"), asked(people))
        row = DutyReturn.objects.get()
        assert answer["Location"] == url("return", row.pk)
        page = text_of(firm.get(answer["Location"]))
        assert "1,525.00" in page
        assert "3.05" in page
        assert "Declare it" in page
        firm.post(url("return-step", row.pk), {"action": "declare"})
        assert "Assess it" not in text_of(firm.get(url("return", row.pk)))
        assert firm.post(url("return-step", row.pk), {"action": "assess"}).status_code == 403
        assert "Assess it" in text_of(officer.get(url("return", row.pk)))
        officer.post(url("return-step", row.pk), {"action": "assess"})
        row.refresh_from_db()
        assert (row.state, row.assessed_by) == ("assessed", "officer@node.test")
        assert "Assessed, overdue" in text_of(officer.get(url("returns")))
        assert "RET-2023-000001" in text_of(officer.get(url("returns"), {"state": "overdue", "q": "brewery"}))
        assert "RET-2023-000001" not in text_of(officer.get(url("returns"), {"state": "paid"}))

    def test_a_file_is_read_and_each_line_at_fault_is_named(self, people: People):
        firm = browser_of(people.brewer)
        file = SimpleUploadedFile("goods.csv", (BEER + SPIRITS).encode())
        firm.post(url("return-new"), asked(people, file=file, rows=""))
        assert DutyReturn.objects.get().duty_minor == 176_654
        bad = asked(people, rows=BEER + "beer,,0.5,1,2023-06-10\n", day="2023-06-01")
        page = text_of(firm.post(url("return-new"), bad))
        assert "Line 2:" in page
        assert "strength" in page.lower() or "abv" in page
        assert "columns" in text_of(firm.post(url("return-new"), asked(people, rows="what,ever\n")))
        assert "another country" in text_of(
            firm.post(url("return-new"), asked(people, tax_point="MV/ex-bond"))
        )
        assert "has a return for 2023-05" in text_of(firm.post(url("return-new"), asked(people)))

    def test_a_draft_is_changed_and_thrown_away_and_a_return_amended(self, people: People):
        firm = browser_of(people.brewer)
        row = drafted(people.brewery)
        shown = text_of(firm.get(url("return-change", row.pk)))
        assert "1,beer,,5,0.5,1000,,2023-05-10" in shown
        assert "Line 1" in text_of(
            firm.post(url("return-change", row.pk), {"rows": BEER.replace("-05-", "-07-")})
        )
        firm.post(url("return-change", row.pk), {"rows": BEER + SPIRITS})
        row.refresh_from_db()
        assert row.duty_minor == 176_654
        firm.post(url("return-step", row.pk), {"action": "discard"})
        row = declared(people.brewery)
        assert "required" in text_of(firm.post(url("return-amend", row.pk), {"rows": BEER, "why": " "}))
        firm.post(url("return-amend", row.pk), {"rows": BEER + SPIRITS, "why": "Forgot the spirits"})
        new = DutyReturn.objects.get(version=2)
        firm.post(url("return-step", new.pk), {"action": "declare"})
        page = text_of(firm.get(url("return", new.pk)))
        assert "Forgot the spirits" in page
        assert "Replaced by a newer version" in page
        assert "taken back" in page

    def test_others_see_nothing(self, people: People):
        from isthmus.accounts.models import Kind, Organisation
        from isthmus.accounts.roles import Role
        from tests.apps.excise.returns.conftest import person

        other = Organisation.objects.create(code="other", name="Other", kind=Kind.FIRM)
        stranger = browser_of(person("stranger", other, Role.OFFICER))
        row = declared(people.brewery)
        assert stranger.get(url("return", row.pk)).status_code == 404
        assert stranger.get(url("return-statement", people.brewery.excise_number)).status_code == 404
        assert "RET-" not in text_of(stranger.get(url("returns")))
        assert stranger.get(url("duty-book")).status_code == 403
        assert Client().get(url("returns")).status_code == 302


class TestDeeds:
    def post(self, who, row: DutyReturn, name: str, **given: object) -> object:
        return browser_of(who).post(url("return-deed", row.pk, name), {"key": f"k-{name}"} | given)

    def test_officers_post_and_approvers_decide(self, people: People):
        row = declared(people.brewery)
        assert (
            self.post(people.officer, row, "adjust", code="B000", amount="-25.00", why="Broken").status_code
            == 302
        )
        browser_of(people.officer).post(url("return-step", row.pk), {"action": "assess"})
        for _twice in range(2):
            self.post(people.officer, row, "payment", amount="1600", on="2023-06-20", bank="B-1")
        page = text_of(browser_of(people.officer).get(url("return", row.pk)))
        assert "Paid" in page
        assert "-100.00" in page.replace("−", "-")
        assert self.post(people.officer, row, "refund", amount="100", why="Too much").status_code == 403
        assert "Approve a refund" in text_of(browser_of(people.approver).get(url("return", row.pk)))
        self.post(people.approver, row, "refund", amount="100", why="Too much")
        self.post(people.officer, row, "refund-paid", amount="100", bank="T-1")
        page = text_of(browser_of(people.brewer).get(url("return-statement", people.brewery.excise_number)))
        assert "Refund approved: Too much" in page
        payment = LedgerPosting.objects.filter(entry__kind="payment").first().entry.number
        self.post(people.approver, row, "withdraw", entry=payment, why="Bounced")
        row.refresh_from_db()
        assert row.state == "assessed"
        assert "Payment taken back" in text_of(browser_of(people.officer).get(url("return", row.pk)))

    def test_interest_and_penalties(self, people: People):
        row = accounts.assess(declared(people.brewery), actor="o")
        self.post(people.officer, row, "interest", until="2023-07-05")
        page = text_of(browser_of(people.officer).get(url("return", row.pk)))
        assert "11.29" in page
        late = text_of(self.post(people.officer, row, "interest", until="2024-07-05"))
        assert "no rate of interest for 2024-01-01" in late
        assert "State it, and its act" in text_of(
            self.post(people.officer, row, "penalty", kind="late-return", why="Late")
        )

    def test_what_cannot_be_done_is_said_on_the_form(self, people: People):
        row = accounts.assess(declared(people.brewery), actor="o")
        assert "fewer decimals" in text_of(
            self.post(people.officer, row, "payment", amount="1.005", on="2023-06-20", bank="B")
        )
        assert (
            self.post(people.brewer, row, "payment", amount="1", on="2023-06-20", bank="B").status_code == 403
        )
        assert self.post(people.officer, row, "nothing").status_code == 404
        assert "1525.00" in text_of(browser_of(people.officer).get(url("return-deed", row.pk, "payment")))


class TestBooks:
    def test_the_trial_balance_is_zero_and_the_chain_is_said_to_be_whole(self, people: People, monkeypatch):
        row = declared(people.brewery, BEER + SPIRITS)
        accounts.pay(row, 1000, date(2023, 6, 1), bank="B", key="1", actor="o")
        book = browser_of(people.approver)
        page = text_of(book.get(url("duty-book")))
        assert "Whole: nothing was changed" in page
        assert "0.00 MDL" in page.replace("\xa0", " ")
        assert "MD S200" in page
        monkeypatch.setattr(books, "VERIFIED_AT_ONCE", 1)
        assert "Verify it now" in text_of(book.get(url("duty-book")))
        assert "Whole" in text_of(book.get(url("duty-book"), {"verify": "1"}))

    def test_an_entry_that_was_changed_is_named(self, people: People):
        from django.db import connection

        declared(people.brewery)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE excise_ledgerentry SET actor = 'nobody'")
        assert "Entry 1 is not as it was posted" in text_of(browser_of(people.approver).get(url("duty-book")))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE excise_ledgerentry SET actor = 'brewer'")
            cursor.execute("UPDATE excise_ledgerbalance SET amount = amount + 1 WHERE amount > 0")
        assert "do not hold what was posted" in text_of(browser_of(people.approver).get(url("duty-book")))

    def test_empty_pages_say_what_would_be_there(self, people: People):
        assert "The book is empty" in text_of(browser_of(people.approver).get(url("duty-book")))
        assert "Nothing was posted yet" in text_of(
            browser_of(people.brewer).get(url("return-statement", people.brewery.excise_number))
        )
        assert "No returns yet" in text_of(browser_of(people.brewer).get(url("returns")))
        terms = text_of(browser_of(people.brewer).get(url("return-terms")))
        assert "Unconfirmed" in terms
        assert "0.0740 % a day" in terms


def test_a_return_without_lines_says_so(people: People):
    row = drafted(people.brewery, "product,date\n")
    assert "Nothing was declared" in text_of(browser_of(people.brewer).get(url("return", row.pk)))
