"""Topics for programs: what a token may read, propose, join and sign."""

from typing import Any

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.services import gating
from tests.api_client import Program
from tests.apps.projects.conftest import PILOT, Strip


def program(strip: Strip, role: Role = Role.OFFICER) -> Program:
    return Program(issue_token(strip.ministry, role.value, role, actor="test")[1])


def test_a_program_proposes_joins_and_reads_the_story(strip: Strip):
    officer = program(strip)
    made = officer.post("/projects/topics", {"title": "One", "text": "Two\nThree", "themes": ["trade"]})
    assert (made.status_code, made.json()["stage"]) == (200, "topic")
    here = f"/projects/topics/{made.json()['id']}"
    told = officer.post(f"{here}/interest", {"role": "host", "resources": "A post"}).json()
    assert ([one["country"] for one in told["members"]], told["countries_wanting"]) == (["MM"], 2)
    assert told["fit"]["MM"] == dict.fromkeys(
        ("law", "infrastructure", "language", "power", "demand"), "unknown"
    )
    assert officer.post(f"{here}/interest", {"role": "host"}).status_code == 409
    assert [one["title"] for one in officer.get("/projects/topics?stage=interest").json()["items"]] == ["One"]
    assert officer.get("/projects/topics?stage=pilot").json()["items"] == []
    assert officer.get("/projects/topics/999").status_code == 404


def test_a_token_signs_only_with_the_operators_part(strip: Strip):
    topic = strip.joined()
    gate, digest = strip.put(topic, "group", {"text": "Charter"})
    path = f"/projects/topics/{topic.pk}/gates/{gate}/sign"
    assert program(strip).post(path, {"digest": digest}).status_code == 403
    operator = program(strip, Role.OPERATOR)
    assert operator.post(path, {"digest": "0" * 64}).status_code == 409
    told: dict[str, Any] = operator.post(path, {"digest": digest}).json()
    assert [(one["country"], one["stands"]) for one in told["gates"][0]["answers"]] == [("MM", "counts")]
    assert operator.post(path, {"digest": digest}).status_code == 409


def test_what_was_decided_is_told(strip: Strip):
    topic = strip.joined()
    strip.passed(topic, "group", {"text": "Charter"})
    gate, _digest = strip.put(topic, "pilot", {**PILOT})
    gating.refuse(topic, gate, "Too dear", actor="approver")
    told = program(strip).get(f"/projects/topics/{Topic.objects.get().pk}").json()
    assert told["gates"][0]["signed_by"] == ["MM", "CN", "TH"]
    assert told["gates"][1]["answers"][0]["stands"] == "refused"
    assert told["gates"][1]["terms"]["budget"] == "25000.00"
