"""Known weaknesses of dependencies: by a database where one answers, by a dated list where none does."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from isthmus.kit.errors import BadInput, Fault
from isthmus.node.checks import advisories
from isthmus.node.checks.advisories import ask_osv, findings_in, read_list, stale, weak, written

TODAY = date(2026, 11, 26)
PINS = {"django": "5.2.19", "lxml": "6.1.3"}


def entry(version: str, on: date = TODAY, basis: str = "pinned") -> dict[str, Any]:
    return {"version": version, "on": on, "basis": basis}


def listed(**changes: Any) -> dict[str, Any]:
    reviewed = {"django": entry("5.2.19"), "lxml": entry("6.1.3"), **changes}
    return {"reviewed": {name: one for name, one in reviewed.items() if one}, "accepted": {}}


@pytest.fixture
def database() -> Iterator[tuple[str, list[Any]]]:
    """A database on loopback: its address, and what it answers next, status first."""
    answers: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = answers.pop(0)
            answers.append(asked)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers
    server.shutdown()
    thread.join()
    server.server_close()


class TestList:
    def test_a_list_that_says_all_is_enough(self) -> None:
        assert stale(PINS, listed(), TODAY) == []

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"lxml": None}, "lxml 6.1.3 is pinned, but nobody has looked at it"),
            ({"lxml": entry("6.1.2")}, "lxml 6.1.3 is pinned, but 6.1.2 was looked at"),
            ({"lxml": entry("6.1.3", date(2026, 5, 29))}, "looked at on 2026-05-29, more than 180 days ago"),
            ({"left": entry("1")}, "left is in the list, but not pinned"),
        ],
    )
    def test_what_it_does_not_say_is_found(self, changes: dict[str, Any], said: str) -> None:
        (found,) = stale(PINS, listed(**changes), TODAY)
        assert said in found

    def test_half_a_year_is_the_longest(self) -> None:
        assert stale(PINS, listed(lxml=entry("6.1.3", date(2026, 5, 30))), TODAY) == []

    def test_the_list_of_this_project_is_whole(self) -> None:
        pins = advisories.pins_of(advisories.ROOT)
        here = read_list(advisories.ROOT)
        assert stale(pins, here, max(one["on"] for one in here["reviewed"].values())) == []
        assert {one["basis"] for one in here["reviewed"].values()} <= {"compared", "index", "pinned"}

    def test_it_is_written_as_it_is_read(self, tmp_path: Path) -> None:
        before = listed(lxml=entry("6.1.2", date(2026, 1, 1), "index"))
        before["accepted"] = {"lxml": {"GHSA-1": 'we read no "such" files'}}
        (tmp_path / "docs/security").mkdir(parents=True)
        path = tmp_path / advisories.LIST
        path.write_text(written(PINS, before, "pinned", TODAY), encoding="utf-8")
        assert read_list(tmp_path) == {**listed(), "accepted": before["accepted"]}
        path.write_text(written(PINS, read_list(tmp_path), "compared", TODAY), encoding="utf-8")
        assert {one["basis"] for one in read_list(tmp_path)["reviewed"].values()} == {"compared"}
        assert read_list(tmp_path / "nowhere")["reviewed"] == {}

    def test_without_a_database_the_gate_says_so(self, tmp_path: Path) -> None:
        lock = "django==5.2.19 \\\n    --hash=sha256:" + "0" * 64 + "\n"
        for name in ("requirements.lock", "requirements-dev.lock"):
            (tmp_path / name).write_text(lock)
        said: list[str] = []
        assert findings_in(tmp_path, "", TODAY, said.append) == [
            "django 5.2.19 is pinned, but nobody has looked at it"
        ]
        assert "by the committed list" in said[0]


class TestDatabase:
    def test_what_it_names_is_found_unless_it_was_accepted(self, database: tuple[str, list[Any]]) -> None:
        address, answers = database
        results = [{"vulns": [{"id": "GHSA-2"}, {"id": "GHSA-1"}]}, {}]
        answers.append((200, {"results": results}))
        here = {**listed(), "accepted": {"django": {"GHSA-1": "we have no admin site", "GHSA-2": ""}}}
        assert weak(PINS, here, ask_osv(address)) == ["django 5.2.19: GHSA-2"]
        assert answers[0]["queries"][0] == {
            "package": {"ecosystem": "PyPI", "name": "django"},
            "version": "5.2.19",
        }

    @pytest.mark.parametrize(
        "answer", [(500, {}), (200, {}), (200, []), (200, {"results": []}), (200, {"results": [{}]})]
    )
    def test_another_answer_is_no_answer(self, database: tuple[str, list[Any]], answer: Any) -> None:
        address, answers = database
        answers.append(answer)
        with pytest.raises(Fault):
            ask_osv(address)(PINS)

    def test_one_that_cannot_be_reached_never_passes(self, tmp_path: Path) -> None:
        for name in ("requirements.lock", "requirements-dev.lock"):
            (tmp_path / name).write_text("")
        with pytest.raises(Fault, match="gives no answer"):
            findings_in(tmp_path, "http://127.0.0.1:9", TODAY, lambda _said: None)

    def test_an_address_that_is_none(self) -> None:
        with pytest.raises(BadInput, match="https"):
            ask_osv("file:///etc/passwd")(PINS)


class TestCommand:
    @pytest.fixture
    def root(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(advisories, "ROOT", tmp_path)
        monkeypatch.delenv(advisories.VARIABLE, raising=False)
        for name in ("requirements.lock", "requirements-dev.lock"):
            (tmp_path / name).write_text("lxml==6.1.3 \\\n    --hash=sha256:" + "0" * 64 + "\n")
        return tmp_path

    def test_it_writes_what_was_pinned(self, root: Path) -> None:
        advisories.command.callback()
        assert read_list(root)["reviewed"]["lxml"]["basis"] == "pinned"
        assert advisories.gate() == []

    def test_it_writes_what_a_database_let_pass(
        self, root: Path, database: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address, answers = database
        monkeypatch.setenv(advisories.VARIABLE, address)
        answers.append((200, {"results": [{"vulns": [{"id": "GHSA-9"}]}]}))
        with pytest.raises(BadInput, match="GHSA-9"):
            advisories.command.callback()
        assert not (root / advisories.LIST).exists()
        answers[:] = [(200, {"results": [{}]})]
        advisories.command.callback()
        assert read_list(root)["reviewed"]["lxml"]["basis"] == "compared"
