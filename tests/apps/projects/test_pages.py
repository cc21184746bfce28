"""Pages of topics: who sees and does what, from the proposal to the result."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from isthmus.apps.projects.models import Topic
from isthmus.exchange.models import Attachment
from tests.apps.projects.conftest import PILOT, TOPIC, Strip, later
from tests.browser import project_pages, project_story
from tests.second_factors import browser_of


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return re.sub(r"\s+", " ", answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def at(name: str, *args: Any) -> str:
    return reverse(f"projects:{name}", args=args)


def test_every_page_of_the_story_opens_for_who_may_and_for_nobody_else(strip: Strip):
    found = project_story.tell(strip.ministry)
    browsers = {"officer": browser_of(strip.officer), "approver": browser_of(strip.approver)}
    for page in project_pages.PAGES:
        assert browsers[page.who].get(page.path(found)).status_code == 200, page
    assert browsers["officer"].get(at("gate-refuse", *found["pj_gate"])).status_code == 403
    assert browsers["officer"].get(at("close", found["pj_abroad"])).status_code == 403
    for name, args in (
        ("topic", (0,)), ("gate", (found["pj_topic"], "9" * 32)), ("file", (found["pj_topic"], "9" * 64)),
        ("add", (found["pj_topic"], "wool")), ("gate-put", (found["pj_topic"], "wool")),
        ("done", (found["pj_topic"], "9" * 32)),
    ):  # fmt: skip
        assert browsers["officer"].get(at(name, *args)).status_code == 404, name


def test_a_page_tells_the_story(strip: Strip):
    found = project_story.tell(strip.ministry)
    page = text_of(browser_of(strip.officer).get(at("topic", found["pj_topic"])))
    for part in (
        "What is proposed", "Who joined", "What was tried", "What came of it", "Hosts a pilot",
        "Codes of both lists compared", "Overdue", "Could the post at the river be the first?",
        "Waits for signatures",
    ):  # fmt: skip
        assert part in page, part
    page = text_of(browser_of(strip.officer).get(at("fit", found["pj_topic"])))
    assert page.count("Unknown") == 5 * 4 - 2
    page = text_of(browser_of(strip.officer).get(at("gate", *found["pj_gate"])))
    for part in (
        "1 more country has signed",
        "25,000.00",
        "As the lead handed it on",
        "Checked with its key",
    ):
        assert part in page, part


def test_from_the_proposal_to_the_pilot(strip: Strip):
    officer, approver = browser_of(strip.officer), browser_of(strip.approver)
    holder = {"organisation": strip.ministry.pk}
    given = {**TOPIC, "themes": "trade, customs, trade", **holder}
    answer = officer.post(at("propose"), given)
    topic = Topic.objects.get()
    assert answer["Location"] == at("topic", topic.pk)
    assert topic.themes == ["trade", "customs"]
    assert "3 are wanting" in text_of(officer.get(answer["Location"]))
    officer.post(at("join", topic.pk), {**holder, "role": "host", "resources": "A post"})
    for country in (strip.cn, strip.th):
        country.joins(topic.reference)
    assert "There are countries enough" in text_of(officer.get(at("topic", topic.pk)))
    answer = officer.post(at("gate-put", topic.pk, "pilot"), PILOT)
    assert "follows another one" in text_of(answer)
    officer.post(at("gate-put", topic.pk, "group"), {"text": "Charter"})
    gate = strip.story(topic).gates[0]
    assert "Sign this text" in text_of(approver.get(at("gate", topic.pk, gate.reference)))
    approver.post(at("gate-sign", topic.pk, gate.reference), {"digest": gate.digest})
    assert officer.post(at("gate-open", topic.pk, gate.reference)).status_code == 403
    for country in (strip.cn, strip.th):
        country.answers(topic.reference, gate.reference, "group", gate.digest)
    officer.post(at("gate-open", topic.pk, gate.reference))
    answer = officer.post(at("gate-put", topic.pk, "pilot"), {**PILOT, "currency": "usd"})
    assert "Currency" in text_of(answer)
    officer.post(at("gate-put", topic.pk, "pilot"), PILOT)
    terms = strip.story(topic).gates[1].terms
    assert {name: terms[name] for name in ("budget", "baseline", "ends")} == {
        "budget": "25000.00", "baseline": "62", "ends": "2027-06-30",
    }  # fmt: skip


def test_evidence_with_a_file_can_be_saved_and_crosses(strip: Strip):
    topic = strip.joined()
    officer = browser_of(strip.officer)
    given = {
        "organisation": strip.ministry.pk, "title": "Measured", "text": "It works", "grade": "result",
        "source": "", "attachments": SimpleUploadedFile("table.csv", b"a,b\n1,2\n", "text/csv"),
    }  # fmt: skip
    assert officer.post(at("add", topic.pk, "evidence"), given).status_code == 302
    page = text_of(officer.get(at("topic", topic.pk)))
    assert "Measured result" in page
    file = Attachment.objects.get()
    answer = officer.get(at("file", topic.pk, file.sha256))
    assert b"".join(answer.streaming_content) == b"a,b\n1,2\n"
    told = strip.cn.heard()[-1][1]
    assert [one["name"] for one in told["files"]] == ["table.csv"]


def test_files_wait_until_somebody_can_be_told(strip: Strip):
    topic = strip.topic()
    given = {
        "organisation": strip.ministry.pk, "text": "See the table",
        "attachments": SimpleUploadedFile("table.csv", b"a,b\n", "text/csv"),
    }  # fmt: skip
    page = text_of(browser_of(strip.officer).post(at("add", topic.pk, "comment"), given))
    assert "nobody can be told of this topic yet" in page
    assert not Attachment.objects.exists()


def test_a_task_is_ticked_off_and_leaves_the_list(strip: Strip):
    topic = strip.joined()
    officer, holder = browser_of(strip.officer), {"organisation": strip.ministry.pk}
    given = {**holder, "title": "Translate the codes", "due": later(5), "who": "th", "text": ""}
    officer.post(at("add", topic.pk, "task"), given)
    assert "Translate the codes" in text_of(officer.get(at("tasks")))
    (task,) = [row for row in strip.story(topic).rows if row.body.get("kind") == "task"]
    here = at("done", topic.pk, task.body["contribution"])
    officer.post(here, holder)
    assert "done already" in text_of(officer.post(here, holder))
    assert "Nothing is to be done" in text_of(officer.get(at("tasks")))


def test_a_gate_is_refused_dropped_and_a_topic_left_shared_and_closed(strip: Strip):
    topic = strip.joined()
    officer, approver = browser_of(strip.officer), browser_of(strip.approver)
    assert "Nobody is left to show it to" in text_of(officer.get(at("share", topic.pk)))
    gate, _digest = strip.put(topic, "group", {"text": "Charter"})
    approver.post(at("gate-refuse", topic.pk, gate), {"reason": "Unclear"})
    officer.post(at("gate-drop", topic.pk, gate), {"reason": "A better text comes"})
    assert "Dropped by the lead." in text_of(officer.get(at("gate", topic.pk, gate)))
    officer.post(at("leave", topic.pk), {"reason": "No budget"})
    officer.post(at("close", topic.pk), {"lesson": "First power, then posts."})
    page = text_of(officer.get(at("topic", topic.pk)))
    assert "First power, then posts." in page
    assert "Join the topic" not in page
    Topic.objects.update(stage="interest", told=[])
    officer.post(at("share", topic.pk), {"to": ["th"]})
    assert Topic.objects.get().told == ["th"]


def test_the_front_page_says_that_a_gate_waits(strip: Strip):
    topic = strip.joined()
    gate, _digest = strip.put(topic, "group", {"text": "Charter"})
    approver = browser_of(strip.approver)
    assert at("gate", topic.pk, gate) in text_of(approver.get("/"))
    assert at("gate", topic.pk, gate) not in text_of(browser_of(strip.officer).get("/"))
