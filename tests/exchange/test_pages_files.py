"""Files and erasures on the pages and in the API: shown to who may see them, handed out for saving only."""

from typing import Any

import pytest
from django.urls import reverse

from isthmus.accounts.models import AuditEvent, Role
from isthmus.exchange import tokens
from isthmus.exchange.models import Attachment, Direction, Record, Stream, Tombstone
from isthmus.exchange.services import Outgoing, publish
from isthmus.exchange.services.erasure import erase
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from isthmus.wire.places import ErasedPlace, place_line, read_place
from tests.accounts.conftest import People
from tests.api_client import Program, organisation, program
from tests.exchange.attached import KIND, ReportV1, content_of, keep, reference_of, report
from tests.exchange.crossed import PERSON, row_of, settle_all
from tests.exchange.pages import text_of, visitor
from tests.exchange.test_subjects import LETTER, keep_letter
from tests.foreign import ForeignNode
from tests.second_factors import prove

DATA = content_of(1, tail=5)


def publish_for(people: People, number: str, *references: Any) -> Record:
    body = ReportV1.model_validate_json(codec.encode(report(number, *references)))
    (row,) = publish([Outgoing(KIND, body, number, people.customs.pk)], to=["cn"])
    return row


@pytest.fixture
def row(cn: ForeignNode, reports: Any, people: People) -> Record:
    """A record of the customs office with a plain file and a letter about a person."""
    made = publish_for(people, "R-1", keep(DATA, "invoice “2”.html"), keep_letter())
    settle_all(cn)
    return made


def page(row: Record) -> str:
    return reverse("exchange:record", args=[row.leaf])


def file_url(row: Record, digest: str) -> str:
    return reverse("exchange:record_file", args=[row.leaf, digest])


def the_letter() -> Attachment:
    return Attachment.objects.get(subject_key__isnull=False)


class TestFiles:
    def test_the_record_lists_its_files_with_their_state(self, row: Record, people: People) -> None:
        shown = text_of(visitor(people.officer).get(page(row)))
        for wanted in ("invoice “2”.html", "letter.pdf", "about a person", "On its way", "257"):
            assert wanted in shown, wanted

    def test_a_file_is_handed_out_for_saving_and_never_to_be_opened(
        self, row: Record, people: People
    ) -> None:
        answer: Any = visitor(people.officer).get(file_url(row, keep(DATA).sha256))
        assert b"".join(answer.streaming_content) == DATA
        assert answer["Content-Disposition"].startswith("attachment;")
        assert "filename*=utf-8''invoice%20%E2%80%9C2%E2%80%9D.html" in answer["Content-Disposition"]
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            "application/octet-stream",
            "nosniff",
        )
        assert answer["Content-Length"] == str(len(DATA))
        assert AuditEvent.objects.filter(kind="exchange.attachment-read").count() == 1

    def test_a_file_about_a_person_is_opened_for_those_who_may_alone(
        self, row: Record, people: People
    ) -> None:
        url = file_url(row, the_letter().sha256)
        answer: Any = visitor(people.officer).get(url)
        assert answer.content == LETTER
        assert visitor(people.approver).get(url).status_code == 200
        for who in (people.operator, people.auditor):
            assert visitor(who).get(url).status_code == 403
            assert url not in text_of(visitor(who).get(page(row)))
        assert visitor(people.elsewhere).get(url).status_code == 404

    def test_one_that_is_not_all_here_says_so(
        self, cn: ForeignNode, partner: Partner, row: Record, reports: Any, people: People
    ) -> None:
        body = report("C-1", reference_of(b"to come"))
        receive(partner, [cn.send(KIND, body, subject="C-1", agreement=reports.uuid)])
        received = row_of("C-1")
        url = file_url(received, reference_of(b"to come").sha256)
        assert visitor(people.operator).get(url).status_code == 409
        assert "Not all here yet" in text_of(visitor(people.operator).get(page(received)))

    def test_what_the_record_does_not_name_is_not_there(self, row: Record, people: People) -> None:
        other = keep(b"unnamed").sha256
        assert visitor(people.officer).get(file_url(row, other)).status_code == 404


class TestErasing:
    def test_an_approver_says_why_and_the_record_then_says_so(self, row: Record, people: People) -> None:
        browser = visitor(people.approver)
        url = reverse("exchange:erase_record", args=[row.leaf])
        assert url in text_of(browser.get(page(row)))
        asked = text_of(browser.get(url))
        assert "2 files" in asked
        answer = browser.post(url, {"ground": "person", "reason": "The person asked for it."}, follow=True)
        shown = text_of(answer)
        made = Tombstone.objects.get()
        assert "Erased, not altered" in shown
        assert f"erased under tombstone mm&gt;cn#1 {made.seq}" in shown
        assert "The person asked for it." in shown
        assert url not in shown
        assert "letter.pdf" not in shown
        assert "every field crossed" not in shown  # what was withheld went with the text
        assert "Not given" not in shown
        verified = text_of(browser.post(reverse("exchange:verify_record", args=[row.leaf])))
        assert "Not altered" in verified
        assert tokens.text_of(row.leaf) is None

    @pytest.mark.parametrize("given", [{}, {"ground": "whim", "reason": "x"}, {"ground": "person"}])
    def test_without_ground_or_reason_nothing_goes(
        self, row: Record, people: People, given: dict[str, str]
    ) -> None:
        url = reverse("exchange:erase_record", args=[row.leaf])
        answer = text_of(visitor(people.approver).post(url, given))
        assert "Something has to be corrected" in answer
        assert "2 files" in answer
        assert not Tombstone.objects.exists()

    def test_it_is_asked_only_of_who_has_proved_to_be_there(self, row: Record, people: People) -> None:
        url = reverse("exchange:erase_record", args=[row.leaf])
        browser = prove(visitor(people.approver), people.approver, ago=4000)
        answer = browser.post(url, {"ground": "person", "reason": "x"})
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
        assert not Tombstone.objects.exists()

    def test_one_file_can_go_and_the_record_stays(self, row: Record, people: People) -> None:
        browser = visitor(people.approver)
        digest = keep(DATA).sha256
        url = reverse("exchange:erase_file", args=[row.leaf, digest])
        assert "only the file goes" in text_of(browser.get(url))
        browser.post(url, {"ground": "order", "reason": "Order 17/2026 of the court."})
        assert Attachment.objects.get(sha256=digest).state == "erased"
        assert tokens.text_of(row.leaf) is not None
        assert browser.get(url).status_code == 404
        shown = text_of(browser.get(page(row)))
        assert "[erased]" in shown
        assert "letter.pdf" in shown

    def test_the_list_says_who_erased_what_and_why(self, row: Record, people: People) -> None:
        url = reverse("exchange:erasures")
        assert "Nothing was erased yet" in text_of(visitor(people.auditor).get(url))
        erase([row_of("R-1")], **PERSON)
        shown = text_of(visitor(people.auditor).get(url))
        assert "The person asked for it." in shown
        assert "The person concerned demanded it" in shown
        assert url in text_of(visitor(people.auditor).get("/exchange/records/"))
        assert url not in text_of(visitor(people.officer).get("/exchange/records/"))

    def test_a_text_that_is_missing_without_a_tombstone_is_an_alarm_on_the_page(
        self, row: Record, people: People
    ) -> None:
        tokens.erase([row.leaf])
        shown = text_of(visitor(people.officer).get(page(row)))
        assert "The signed text is missing" in shown
        assert "Erased, not altered" not in shown

    def test_a_place_that_came_without_a_record_says_so(
        self, cn: ForeignNode, partner: Partner, row: Record, reports: Any, people: People
    ) -> None:
        cn.send(KIND, report("C-1"), subject="C-1", agreement=reports.uuid)
        line = place_line(ErasedPlace(stream=cn.stream, seq=cn.seq, leaf=cn.prev))
        receive(partner, [line, cn.send(KIND, report("C-2"), subject="C-2", agreement=reports.uuid)])
        shown = text_of(visitor(people.operator).get(reverse("exchange:record", args=[read_leaf(line)])))
        assert "Erased before it came" in shown
        assert "Erased before delivery" in text_of(visitor(people.operator).get("/exchange/records/"))


def read_leaf(line: str) -> str:
    place = read_place(line)
    assert place is not None
    return place.leaf


class TestApi:
    @pytest.fixture
    def customs(self, row: Record) -> Program:
        Record.objects.filter(pk=row.pk).update(organisation=organisation("customs"))
        return program("customs")

    def test_a_record_names_its_files_and_they_can_be_fetched(self, customs: Program, row: Record) -> None:
        files = customs.get(f"/records/{row.leaf}").json()["files"]
        assert [(found["name"], found["state"], found["about_a_person"]) for found in files] == [
            ("invoice “2”.html", "whole", False),
            ("letter.pdf", "whole", True),
        ]
        plain = customs.get(f"/records/{row.leaf}/files/{files[0]['sha256']}")
        assert b"".join(plain.streaming_content) == DATA
        assert customs.get(f"/records/{row.leaf}/files/{files[1]['sha256']}").content == LETTER
        assert customs.get(f"/records/{row.leaf}/files/{'0' * 64}").status_code == 404

    def test_a_token_that_may_not_read_about_persons_is_refused(self, row: Record) -> None:
        operator = program("customs", Role.OPERATOR)
        answer = operator.get(f"/records/{row.leaf}/files/{the_letter().sha256}")
        assert (answer.status_code, answer.json()["code"]) == (403, "access.refused")

    def test_an_erased_record_says_under_which_tombstone(self, customs: Program, row: Record) -> None:
        assert customs.get(f"/records/{row.leaf}").json()["erased"] is None
        (made,) = erase([row_of("R-1")], **PERSON)
        shown = customs.get(f"/records/{row.leaf}").json()
        assert shown["body"] is None
        assert (shown["erased"]["tombstone"], shown["erased"]["seq"]) == (made.leaf, made.seq)
        assert (shown["erased"]["stream"], shown["erased"]["ground"]) == ("mm>cn#1", "person")
        assert [found["state"] for found in shown["files"]] == ["erased", "erased"]
        checks = customs.get(f"/records/{row.leaf}/verification").json()
        assert checks["ok"] is True
        assert "erased under tombstone" in checks["summary"]

    def test_a_missing_text_is_not_called_erased(self, customs: Program, row: Record) -> None:
        tokens.erase([row.leaf])
        shown = customs.get(f"/records/{row.leaf}").json()
        assert (shown["body"], shown["erased"]) == (None, None)
        assert customs.get(f"/records/{row.leaf}/verification").json()["ok"] is False
        assert Stream.objects.filter(direction=Direction.OUT).exists()
