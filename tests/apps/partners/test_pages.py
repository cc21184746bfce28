"""Pages, the API and the shell: who enters, finds, asks, answers and signs."""

import json
import re
from typing import Any

from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.partners.cli import partners
from isthmus.apps.partners.models import Introduction, Letter, Listing
from isthmus.apps.partners.queries import bodies
from isthmus.kit.errors import NotFound
from tests.apps.partners.fair import DETAILS, SECRETS, Fair
from tests.apps.partners.test_letter_ends import received, written
from tests.apps.partners.test_letters import from_abroad
from tests.browser import partner_pages, partner_story
from tests.second_factors import browser_of

GOODS = {
    "product": "TD-SCDMA base stations",
    "title": "SKD kits of base stations (sample)",
    "hs_code": "851761",
    "text": "Assembly of\r\nbase stations.",
    "language": "en",
}
VOLUME = {
    "quantity": "12345",
    "unit": "pcs",
    "levels": ["skd"],
    "local_content": "20",
    "certificates": "ISO 9001; ISO-SAMPLE-77; 2031-12-31\nIEC 61215",
}
TERMS = {"countries": "cn, TH", "incoterm": "CIF", "payment": "", "last_day": ""}


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def at(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


class TestEntering:
    def test_four_short_pages_and_a_check(self, fair: Fair):
        officer = browser_of(fair.officer)
        assert officer.get(at("need-new", "check"))["Location"] == at("need-new", "goods")
        assert "Write 4, 6, 8" in text_of(officer.post(at("need-new", "goods"), GOODS | {"hs_code": "85.17"}))
        officer.post(at("need-new", "goods"), GOODS)
        wrong = VOLUME | {"certificates": "ISO 9001; 7; tomorrow"}
        assert "no day" in text_of(officer.post(at("need-new", "volume"), wrong))
        officer.post(at("need-new", "volume"), VOLUME)
        assert "no country XX" in text_of(officer.post(at("need-new", "terms"), TERMS | {"countries": "XX"}))
        officer.post(at("need-new", "terms"), TERMS)
        contact = {
            "organisation": fair.firm.pk,
            "contact": "Daw Sample Hla",
            "email": "hla@signal.example",
            "phone": "",
        }
        assert officer.post(at("need-new", "contact"), contact)["Location"] == at("need-new", "check")
        page = text_of(officer.get(at("need-new", "check")))
        for part in ("ISO 9001, ISO-SAMPLE-77, 2031-12-31", "Semi knocked down", "Golden Signal"):
            assert part in page
        officer.post(at("need-new", "goods"), GOODS | {"text": "Mail hla@signal.example"})
        assert "an e-mail address" in text_of(officer.post(at("need-new", "check")))
        officer.post(at("need-new", "goods"), GOODS)
        row_page = text_of(officer.post(at("need-new", "check"), follow=True))
        row = Listing.objects.get()
        assert row.reference in row_page
        assert (row.countries, row.text) == (["CN", "TH"], "Assembly of base stations.")
        assert officer.get(at("need-new", "nothing")).status_code == 404

    def test_confirmed_and_withdrawn_by_its_own_officers_alone(self, fair: Fair):
        row = fair.need()
        other, officer = browser_of(fair.competitor), browser_of(fair.officer)
        assert other.post(at("confirm", row.pk)).status_code == 403
        assert "Exact volume" not in text_of(other.get(at("need", row.pk)))
        assert "Exact volume" in text_of(officer.get(at("need", row.pk)))
        officer.post(at("confirm", row.pk))
        officer.post(at("withdraw", row.pk))
        assert "Withdrawn" in text_of(officer.get(at("need", row.pk)))
        assert officer.post(at("confirm", 99)).status_code == 404


class TestIntroducing:
    def test_from_the_match_to_the_letter(self, fair: Fair):
        officer, approver = browser_of(fair.officer), browser_of(fair.approver)
        need, offer = fair.need(), fair.offer()
        fair.offer("d", hs_code="220830")
        page = text_of(officer.get(at("need", need.pk)))
        for part in (
            "Why it fits",
            "the same six digits",
            "Left out, and why",
            "Goods of another HS chapter: 1",
        ):
            assert part in page
        officer.post(at("ask"), {"own": need.pk, "other": offer.pk})
        row = Introduction.objects.get()
        assert row.place == 1
        page = text_of(officer.get(at("introduction", row.pk)))
        assert "open once both sides have agreed" in page
        assert "The other side has to answer" in page
        fair.says(row, "agreed", details=DETAILS)
        assert "li@radio.example" in text_of(officer.get(at("introduction", row.pk)))
        letter = {
            "quantity": 12345,
            "level": "skd",
            "incoterm": "",
            "payment": "",
            "terms": "Kits",
            "valid_until": "2001-01-01",
        }
        assert "has passed" in text_of(officer.post(at("letter-new", row.pk), letter))
        officer.post(at("letter-new", row.pk), letter | {"valid_until": "2031-12-31"})
        made = Letter.objects.get()
        assert "who is not its writer" in text_of(officer.get(at("letter", made.pk)))
        assert officer.post(at("letter-sign", made.pk)).status_code == 403
        assert "Signed by one" in text_of(approver.post(at("letter-sign", made.pk), follow=True))
        assert approver.get(at("letter-file", made.pk, "pdf")).content.startswith(b"%PDF")
        assert approver.get(at("letter-file", made.pk, "odt")).status_code == 404

    def test_the_side_that_was_asked_answers_on_the_page(self, fair: Fair):
        fair.asked_from_abroad(fair.own_offer())
        row, other = Introduction.objects.get(), browser_of(fair.competitor)
        assert browser_of(fair.officer).get(at("introduction", row.pk)).status_code == 404
        here = at("introduction", row.pk)
        assert "Read it and answer" in text_of(other.get(here))
        assert "Say why" in text_of(other.post(here, {"says": "refuse", "reason": ""}))
        other.post(here, {"says": "refuse", "reason": "The line is full"})
        assert "The line is full" in text_of(other.get(here))

    def test_a_letter_from_abroad_is_signed_by_the_approver(self, fair: Fair):
        row = fair.ask()
        fair.says(row, "agreed", details=DETAILS)
        fair.hear(bodies.LETTER, from_abroad(row))
        letter, approver = Letter.objects.get(), browser_of(fair.approver)
        assert browser_of(fair.officer).post(at("letter", letter.pk), {"words": "x"}).status_code == 403
        assert "required" in text_of(approver.post(at("letter", letter.pk), {"words": ""}))
        approver.post(at("letter", letter.pk), {"words": "We agree to talk"})
        assert "Signed by both" in text_of(approver.get(at("letter", letter.pk)))

    def test_what_was_asked_is_taken_back(self, fair: Fair):
        row, officer = fair.ask(), browser_of(fair.officer)
        officer.post(at("introduction-withdraw", row.pk))
        row.refresh_from_db()
        assert row.state == "withdrawn"
        for body in ({"own": "x", "other": "1"}, {"own": "99", "other": "1"}):
            assert officer.post(at("ask"), body).status_code == 404


def test_every_page_of_the_story_opens(fair: Fair):
    found = partner_story.tell(fair.firm)
    browsers = {"officer": browser_of(fair.officer), "approver": browser_of(fair.approver)}
    for page in partner_pages.PAGES:
        text_of(browsers[page.who].get(page.path(found)))
    officer = browsers["officer"]
    page = text_of(
        officer.post(at("outcome", found["bp_outcome"]), {"says": "trial", "note": ""}, follow=True)
    )
    assert "A trial order" in page
    told = officer.get(at("outcomes"), {"export": "json"}).json()
    assert told["introductions"][0]["made"] == 3
    assert told["introductions"][0]["interval"] == ["0.061", "0.792"]
    assert officer.get(at("outcome", 99)).status_code == 404
    exported = b"".join(officer.get(at("offers"), {"export": "json"}).streaming_content)
    assert b"Family solar sets" in exported
    narrowed = {"q": "solar", "hs": "8541", "country": "cn", "level": "complete", "state": "open"}
    assert "kits and complete" in text_of(officer.get(at("offers"), narrowed))
    for state in ("own", "ending", "alone"):
        text_of(officer.get(at("needs"), {"state": state}))


class TestPrograms:
    def call(self, fair: Fair, path: str, body: object = None, code: str = "signal") -> Any:
        organisation = {"signal": fair.firm, "rival": fair.rival}[code]
        secret = issue_token(organisation, path[:20], Role.OFFICER, actor="test")[1]
        headers = {"Authorization": f"Bearer {secret}"}
        here = f"/api/v1/partners/{path}"
        if body is None:
            return Client().get(here, headers=headers)
        return Client().post(here, body, content_type="application/json", headers=headers)

    def test_match_ask_and_answer(self, fair: Fair):
        need, offer = fair.need(), fair.own_offer()
        (told,) = self.call(fair, f"needs/{need.pk}/matches").json()["matches"]
        assert told["score"] == sum(item["points"] for item in told["items"])
        assert [one["id"] for one in self.call(fair, "offers?state=own").json()["items"]] == [offer.pk]
        assert self.call(fair, "needs?state=open").json()["next"] is None
        asked = self.call(fair, "introductions", {"need": need.pk, "offer": offer.pk})
        assert (asked.status_code, asked.json()["other_side"]) == (201, None)
        here = f"introductions/{asked.json()['id']}/answer"
        assert self.call(fair, here, {"agree": True}).status_code == 403
        answered = self.call(fair, here, {"agree": True}, "rival").json()
        assert (answered["state"], answered["stage"]) == ("open", 3)
        (shown,) = self.call(fair, "introductions").json()["items"]
        assert shown["other_side"]["organisation"] == "Silver Mast (sample)"
        assert self.call(fair, "introductions/99/answer", {"agree": True}).status_code == 404
        assert self.call(fair, "needs/99/matches").status_code == 404

    def test_lists_tell_no_name(self, fair: Fair):
        fair.need()
        told = self.call(fair, "needs", code="rival").content.decode()
        assert [secret for secret in SECRETS if secret in told] == []


class TestShell:
    def run(self, *arguments: str) -> str:
        done = CliRunner().invoke(partners, list(arguments))
        assert done.exit_code == 0, done.exception or done.output
        return done.stdout

    def test_match_explains_every_point(self, fair: Fair):
        need, _offer = fair.need(), fair.offer()
        told = json.loads(self.run("match", str(need.pk), "--explain", "--json"))
        (one,) = told["matches"]
        assert one["score"] == sum(item["points"] for item in one["items"])
        (short,) = json.loads(self.run("match", need.reference[:30], "--json"))["matches"]
        assert "items" not in short
        assert "Goods: the same six digits" in self.run("match", str(need.pk), "--explain")
        fair.ask()
        assert json.loads(self.run("precision", "--json"))[0]["made"] == 1

    def test_nothing_there_is_said(self, fair: Fair):
        fair.need()
        self.run("match", str(Listing.objects.get().pk))
        assert "SKD kits" in self.run("list", "--kind", "need")
        assert len(json.loads(self.run("list", "--all", "--json"))) == 1
        error = CliRunner().invoke(partners, ["match", "nothing"]).exception
        assert isinstance(error, NotFound)


class TestEndsOfLetters:
    def test_a_letter_from_abroad_is_declined_by_the_approver_with_a_reason(self, fair: Fair):
        letter, approver = received(fair), browser_of(fair.approver)
        page = at("letter-decline", letter.pk)
        assert page in text_of(approver.get(at("letter", letter.pk)))
        assert browser_of(fair.officer).get(page).status_code == 403
        assert "required" in text_of(approver.post(page, {"reason": ""}))
        assert "cannot be said so" in text_of(approver.post(page, {"reason": "bell\x07"}))
        shown = text_of(approver.post(page, {"reason": "Too soon"}, follow=True))
        for part in ("Declined. The partner is told why.", "Too soon", "approver@node.test"):
            assert part in shown
        assert page not in shown
        assert "declined or withdrawn" in text_of(approver.post(page, {"reason": "Again"}))

    def test_a_letter_of_this_node_is_withdrawn_by_the_approver(self, fair: Fair):
        letter, approver = written(fair), browser_of(fair.approver)
        page = at("letter-withdraw", letter.pk)
        assert page in text_of(approver.get(at("letter", letter.pk)))
        assert page not in text_of(browser_of(fair.officer).get(at("letter", letter.pk)))
        shown = text_of(approver.post(page, {"reason": "We found another"}, follow=True))
        assert "Withdrawn. The partner is told why." in shown
        assert browser_of(fair.competitor).get(page).status_code == 403
        assert approver.get(at("letter-withdraw", 0)).status_code == 404
