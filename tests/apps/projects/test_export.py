"""From the proposal to the signed pilot between three countries, and everything about it in one file."""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from isthmus.accounts.policy import actor_for
from isthmus.apps.projects import front_queries, queries, sample_queries
from isthmus.apps.projects.cli import projects
from isthmus.apps.projects.models import Statement, Topic
from isthmus.apps.projects.services import contributing, telling
from isthmus.apps.projects.services.contributing import Attached
from isthmus.exchange.services import attachments
from isthmus.jobs.progress import Progress
from isthmus.kit.errors import NotFound
from isthmus.wire.attachment import split
from isthmus.wire.verify import main as verify
from tests.apps.projects.conftest import PILOT, Country, Strip


def attach(data: bytes, name: str) -> dict[str, Any]:
    """How a record of a country names a file."""
    manifest, _chunks = split(data)
    return {"sha256": manifest.sha256, "size": manifest.size, "media_type": "text/csv", "name": name}


def arrive(country: Country, data: bytes) -> None:
    manifest, chunks = split(data)
    attachments.accept_manifest(country.partner, manifest)
    for index, chunk in enumerate(chunks):
        attachments.store_chunk(country.partner, manifest.sha256, index, chunk)


def piloted(strip: Strip) -> Any:
    """A topic with a signed pilot, evidence of two countries with files, and a filled cell."""
    topic = strip.joined()
    strip.passed(topic, "group", {"text": "We meet once a month."})
    data = b"heading,agrees\n0713,yes\n"
    given: dict[str, Any] = {"title": "Codes compared", "text": "61 of 64 agree", "grade": "document"}
    assert strip.cn.contributes(topic.reference, "evidence", files=[attach(data, "c.csv")], **given) == ""
    assert strip.work() == 0
    assert [one.hindrance.value for one in telling.untold(topic)] == ["file-missing"]
    arrive(strip.cn, data)
    assert strip.work() == 1
    assert strip.th.heard()[-1][1]["files"][0]["name"] == "c.csv"
    file = Attached(io.BytesIO(b"photo of the post"), "post.txt", "text/plain")
    shown = {"title": "The post", "text": "It has power", "grade": "demonstration"}
    contributing.contribute(topic, strip.ministry, "evidence", shown, files=[file], actor="officer")
    cell = {"country": "TH", "aspect": "power", "fit": "hinders", "source": "Power board"}
    assert strip.th.contributes(topic.reference, "fit", "d", **cell) == ""
    strip.passed(topic, "pilot", PILOT)
    return topic


def run(*words: str) -> Any:
    return CliRunner().invoke(projects, list(words), catch_exceptions=False)


def test_three_countries_sign_a_pilot_and_the_whole_story_is_exported(strip: Strip, tmp_path: Path):
    topic = piloted(strip)
    assert topic.stage == "pilot"
    out = tmp_path / "topic.zip"
    answer = json.loads(run("export", topic.reference[:12], "--out", str(out), "--json").stdout)
    run("export", topic.reference, "--out", str(tmp_path / "again.zip"))
    assert out.read_bytes() == (tmp_path / "again.zip").read_bytes()
    archive = zipfile.ZipFile(out)
    names = archive.namelist()
    for name, listed in json.loads(archive.read("manifest.json")).items():
        assert sha256(archive.read(name)).hexdigest() == listed["sha256"], name
    told = json.loads(archive.read("topic.json"))
    assert told["gates"][1]["terms"] == PILOT
    assert told["gates"][1]["signed_by"] == ["MM", "CN", "TH"]
    assert (told["fit"]["TH"]["power"], told["fit"]["TH"]["law"]) == ("hinders", "unknown")
    story = archive.read("story.html").decode()
    assert all(words in story for words in ("25000.00", "Codes compared", "It has power", "Thailand"))
    assert archive.read("story.pdf").startswith(b"%PDF")
    assert sorted(archive.read(name) for name in names if name.startswith("files/")) == [
        b"heading,agrees\n0713,yes\n", b"photo of the post",
    ]  # fmt: skip
    assert answer["records"] == len(told["statements"]) == Statement.objects.count()
    archive.extractall(tmp_path / "x")
    check(tmp_path / "x", "cn")
    check(tmp_path / "x", "th")


def check(folder: Path, node: str) -> None:
    """A record of a country holds, by its card alone, and an altered one does not."""
    path = next(folder.glob(f"records/*-gate-{node}.jws"))
    card = ["--card", str(folder / f"cards/{node}.card")]
    assert verify([str(path), *card]) == 0
    text = path.read_text()
    path.write_text(text[:400] + ("A" if text[400] != "A" else "B") + text[401:])
    assert verify([str(path), *card]) != 0


def test_topics_are_listed_at_the_shell_and_what_is_not_there_is_said(strip: Strip, tmp_path: Path):
    topic = strip.topic()
    (row,) = json.loads(run("list", "--stage", "topic", "--programme", "SAMPLE-1", "--json").stdout)
    assert (row["topic"], row["stage"]) == (topic.reference, "topic")
    assert json.loads(run("list", "--stage", "pilot", "--json").stdout) == []
    for words, said in (
        (("export", "000000", "--out", str(tmp_path / "x.zip")), "no topic"),
        (("export", topic.reference, "--out", str(tmp_path / "none" / "x.zip")), "no folder"),
        (("export", topic.reference, "--out", str(tmp_path / "x.zip"), "--language", "xx"), "No story"),
    ):
        answer = CliRunner().invoke(projects, list(words))
        assert said in str(answer.exception)
    assert not list(tmp_path.iterdir())


def test_a_final_report_tells_of_the_topics_of_its_programme(strip: Strip):
    topic = piloted(strip)
    (section,) = front_queries.report_section("SAMPLE-1")
    assert section.title == topic.title
    told = " ".join(section.paragraphs)
    for part in ("Customs offices", "China (Gives know-how)", "Pilot, signed by"):
        assert part in told, part
    assert front_queries.report_section("OTHER") == ()
    strip.topic(programme="")
    assert front_queries.report_section("") == ()


def test_the_networks_front_page_and_search_are_told(strip: Strip):
    topic = piloted(strip)
    actor = actor_for(strip.officer)
    panel = front_queries.panel(actor)
    assert panel is not None
    assert [(name, rows[0].title) for name, rows in panel.groups] == [("Pilot", topic.title)]
    key = f"mm/{topic.reference}"
    seen = front_queries.sightings(actor, [key, "cn/none"])
    assert (list(seen), seen[key].facts[0]) == ([key], "Pilot")
    for samples in (
        sample_queries.topics, sample_queries.interests, sample_queries.gates,
        sample_queries.contributions, sample_queries.relays,
    ):  # fmt: skip
        assert samples(actor), samples.__name__


class Quiet:
    """A worker's progress that nobody looks at."""

    def step(self, done: int) -> None:
        """Nothing to tell."""


def test_the_worker_hands_on_what_waits(strip: Strip):
    topic = strip.topic()
    strip.cn.joins(topic.reference)
    strip.th.joins(topic.reference)
    progress = cast("Progress", Quiet())
    assert telling.hand_on_job(progress, topic.pk)["records"] == 4
    assert telling.hand_on_job(progress)["records"] == 0


def test_a_name_that_is_too_short_finds_nothing(strip: Strip):
    strip.topic()
    with pytest.raises(NotFound):
        queries.named(Topic.objects.all(), "0")
