"""Folders, database views and web addresses: what is whole is taken once, and nothing is lost."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.formats.mapping.definition import ColumnTable, JsonExpression, MappingFile
from isthmus.apps.etrade.formats.mapping.goldens import make_golden
from isthmus.apps.etrade.formats.mapping.running import read_mapped
from isthmus.apps.etrade.formats.samples import sample_declarations
from isthmus.apps.etrade.models import Declaration, Source, SourceDocument
from isthmus.apps.etrade.services.mappings import keep_mapping
from isthmus.apps.etrade.services.sources import Tally, add_source, run_source, run_sources, take_all
from isthmus.apps.etrade.sources.feeds.folder import FolderFeed
from isthmus.apps.etrade.sources.feeds.view import ViewFeed
from isthmus.apps.etrade.sources.feeds.web import WebFeed, checked
from isthmus.jobs.progress import Progress
from isthmus.kit.errors import BadInput, Fault
from tests.apps.etrade.conftest import Customs

HEAD = "no,changed,hs,kg\n"
TABLE = ColumnTable.model_validate(
    {
        "columns": [
            {"field": "declaration_number", "column": "no"},
            {"field": "items.hs_code", "column": "hs"},
            {"field": "items.net_kg", "column": "kg"},
        ]
    }
)


def keep(definition: ColumnTable | JsonExpression, sample: bytes, organisation: Organisation) -> None:
    golden = make_golden("sample", sample, read_mapped(sample, definition))
    keep_mapping(
        MappingFile(name="view", definition=definition, goldens=[golden]), organisation, actor="test"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    for name, content in sample_declarations(7, 3, malformed=2):
        (place / name).write_bytes(content)
        os.utime(place / name, (1_000_000, 1_000_000))
    return place


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class TestFolders:
    def take(self, folder: Path, customs: Customs, **more: object) -> Tally:
        return take_all(FolderFeed(folder), customs.organisation, actor="test", **more)

    def test_files_are_taken_and_moved_with_the_reason_beside_the_refused(
        self, folder: Path, customs: Customs
    ) -> None:
        tally = self.take(folder, customs)
        assert (tally.seen, tally.mapped, tally.refused) == (5, 3, 2)
        assert len(names(folder / "done")) == 3
        assert len(names(folder / "refused")) == 4
        reason = next(
            path for path in (folder / "refused").iterdir() if path.name.endswith("short.xml.reason.txt")
        )
        assert "not well-formed" in reason.read_text(encoding="utf-8")
        assert names(folder) == ["done", "refused"]
        assert Declaration.objects.count() == 3

    def test_a_run_that_was_killed_goes_on_and_takes_nothing_twice(
        self, folder: Path, customs: Customs
    ) -> None:
        class Killed(BaseException):
            pass

        def kill(tally: Tally) -> None:
            if tally.seen == 2:
                raise Killed

        class Unmoved(FolderFeed):
            def settle(self, found: object, outcome: object) -> None:
                """The power goes between keeping and moving."""

        with pytest.raises(Killed):
            take_all(Unmoved(folder), customs.organisation, actor="test", step=kill, portion=2)
        assert SourceDocument.objects.count() == 2
        tally = self.take(folder, customs)
        assert (tally.seen, tally.new) == (5, 3)
        assert Declaration.objects.count() == 3
        assert names(folder) == ["done", "refused"]

    def test_what_is_being_written_is_waited_for(self, folder: Path, customs: Customs) -> None:
        whole = sample_declarations(8, 1)[0][1]
        path = folder / "new.xml"
        path.write_bytes(whole[:200])
        feed = FolderFeed(folder, settle_seconds=60)
        take_all(feed, customs.organisation, actor="test")
        assert feed.waiting == 1
        assert names(folder) == ["done", "new.xml", "refused"]
        path.write_bytes(whole)
        os.utime(path, (1_000_000, 1_000_000))
        take_all(feed, customs.organisation, actor="test")
        assert Declaration.objects.count() == 4
        assert "new.xml" in names(folder / "done")

    def test_a_refused_file_that_may_still_grow_is_left_and_read_again(
        self, tmp_path: Path, customs: Customs
    ) -> None:
        whole = sample_declarations(8, 1)[0][1]
        path = tmp_path / "slow.xml"
        path.write_bytes(whole[:200])
        feed = FolderFeed(tmp_path, settle_seconds=0)
        assert take_all(feed, customs.organisation, actor="test").refused == 1
        assert names(tmp_path) == ["slow.xml"]
        path.write_bytes(whole)
        take_all(feed, customs.organisation, actor="test")
        assert Declaration.objects.count() == 1
        assert names(tmp_path / "done") == ["slow.xml"]

    def test_drafts_hidden_files_and_links_are_never_looked_at(
        self, tmp_path: Path, customs: Customs
    ) -> None:
        for name in (".hidden.xml", "half.xml.part", "x.tmp"):
            (tmp_path / name).write_text("<x/>")
        (tmp_path / "link.xml").symlink_to("/etc/hostname")
        assert self.take(tmp_path, customs).seen == 0

    def test_a_name_that_was_used_before_is_kept_apart(self, tmp_path: Path, customs: Customs) -> None:
        for _name, content in sample_declarations(7, 2):
            (tmp_path / "today.xml").write_bytes(content)
            os.utime(tmp_path / "today.xml", (1_000_000, 1_000_000))
            self.take(tmp_path, customs)
        assert len(names(tmp_path / "done")) == 2

    def test_a_folder_that_may_only_be_read_is_left_as_it_is(
        self, folder: Path, customs: Customs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(Path, "mkdir", refuse)
        feed = FolderFeed(folder)
        assert take_all(feed, customs.organisation, actor="test").new == 5
        assert len(names(folder)) == 5
        assert take_all(feed, customs.organisation, actor="test").seen == 0
        assert take_all(FolderFeed(folder), customs.organisation, actor="test").new == 0

    def test_a_file_that_is_too_large_is_refused_unread(
        self, folder: Path, customs: Customs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("isthmus.apps.etrade.sources.feeds.folder.MAX_BYTES", 100)
        tally = self.take(folder, customs)
        assert tally.refused == 5
        assert SourceDocument.objects.filter(kind="etrade.file-size", verdict="malformed").count() == 5


class TestViews:
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        path = tmp_path / "national.sqlite3"
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE d (no TEXT, changed INTEGER, hs TEXT, kg REAL)")
            made.executemany(
                "INSERT INTO d VALUES (?, ?, ?, ?)", [(f"S{at}", at // 2, "100630", 1.5) for at in range(12)]
            )
            made.execute("CREATE VIEW exports AS SELECT * FROM d")
        return f"sqlite:///{path}"

    def add(self, database: str, *row: object) -> None:
        with sqlite3.connect(database.removeprefix("sqlite:///")) as made:
            made.execute("INSERT INTO d VALUES (?, ?, ?, ?)", row)

    def test_rows_are_read_since_the_watermark_and_changes_become_versions(
        self, database: str, customs: Customs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("isthmus.apps.etrade.sources.feeds.view.PORTION", 5)
        keep(TABLE, f"{HEAD}A,1,100630,5\n".encode(), customs.organisation)
        source = add_source(
            Source(
                organisation=customs.organisation,
                name="maccs",
                kind="sql",
                address=database,
                view="exports",
                watermark="changed",
            ),
            actor="test",
        )
        run_source(source, actor="test")
        source.refresh_from_db()
        assert source.cursor == "5"
        assert Declaration.objects.count() == 12
        self.add(database, "S3", 6, "100630", 2.5)
        self.add(database, "S99", 5, "100630", 9)
        run_source(source, actor="test")
        assert Declaration.objects.count() == 13
        changed = Declaration.objects.get(number="S3")
        assert (changed.version, changed.record.match.net_kg) == (2, "2.5")

    def test_the_database_is_only_read(self, database: str) -> None:
        feed = ViewFeed(database, "exports", "changed")
        assert [found.cursor for found in feed.discover("")] == ["5"]
        from sqlalchemy import create_engine, text
        from sqlalchemy.exc import OperationalError

        with create_engine(feed._url).connect() as reading, pytest.raises(OperationalError, match="readonly"):
            reading.execute(text("DELETE FROM d"))

    def test_names_that_the_database_does_not_have_are_refused(self, database: str) -> None:
        for view, column in (("exports; DROP TABLE d", "changed"), ("exports", "changed OR 1=1")):
            with pytest.raises(BadInput):
                list(ViewFeed(database, view, column).discover(""))

    def test_an_address_of_another_kind_or_with_a_password_is_refused(self) -> None:
        for address in ("mysql://x/y", "postgresql://reader:secret@host/x"):
            with pytest.raises(BadInput):
                ViewFeed(address, "v", "w")

    def test_a_database_that_is_not_there_is_said(self, customs: Customs) -> None:
        source = Source.objects.create(
            organisation=customs.organisation,
            name="gone",
            kind="sql",
            address="sqlite:////nowhere/x.sqlite3",
            view="v",
            watermark="w",
        )
        with pytest.raises(Fault, match="cannot be read"):
            run_source(source, actor="test")
        source.refresh_from_db()
        assert "cannot be read" in source.last_error
        assert source.last_good_run is None

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="the node's database is not PostgreSQL")
    @pytest.mark.django_db(transaction=True)
    def test_a_view_in_postgresql_is_read_and_not_written(self) -> None:
        from urllib.parse import quote

        from sqlalchemy import text
        from sqlalchemy.exc import InternalError

        with connection.cursor() as cursor:
            cursor.execute("CREATE VIEW dates AS SELECT 'P1' AS no, DATE '2026-11-23' AS changed")
        where = connection.settings_dict
        address = (
            f"postgresql://{where['USER']}@{where['HOST']}:{where['PORT'] or 5432}/{quote(where['NAME'])}"
        )
        feed = ViewFeed(address, "dates", "changed", secret=where["PASSWORD"] or "")
        try:
            (found,) = feed.discover("2026-11-01")
            assert found.read() == b"no,changed\nP1,2026-11-23\n"
            assert found.cursor == "2026-11-23"
            from sqlalchemy import create_engine

            from isthmus.apps.etrade.sources.feeds.view import _read_only

            engine = create_engine(feed._url)
            with engine.connect() as reading:
                _read_only(reading)
                with pytest.raises(InternalError):
                    reading.execute(text("CREATE TABLE x (y int)"))
            engine.dispose()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP VIEW dates")


class Server(BaseHTTPRequestHandler):
    pages: dict[str, tuple[int, bytes, str]] = {}
    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        cursor = self.path.partition("cursor=")[2]
        self.asked.append((cursor, self.headers.get("Authorization", "")))
        status, body, following = self.pages.get(cursor, (200, b"[]", ""))
        if status == 503:
            self.pages[cursor] = (200, body, following)
        self.send_response(status)
        if following:
            self.send_header("X-Next-Cursor", following)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Server.pages, Server.asked = {}, []
    with HTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/declarations"
        running.shutdown()
        thread.join()


def page(*numbers: str) -> bytes:
    return json.dumps([{"no": number, "kg": "5"} for number in numbers]).encode()


class TestWeb:
    def test_pages_are_pulled_since_the_cursor_and_a_busy_server_is_asked_again(
        self, server: str, customs: Customs
    ) -> None:
        expression = '$.{"declaration_number": no, "items": [{"hs_code": "100630", "net_kg": kg}]}'
        keep(JsonExpression(expression=expression), page("A"), customs.organisation)
        Server.pages = {"": (503, page("W1", "W2"), "2"), "2": (200, page("W3"), "")}
        waits: list[float] = []
        feed = WebFeed(server, secret="token", pause=waits.append)
        reached: list[str] = []
        take_all(feed, customs.organisation, actor="test", reached=reached.append)
        assert Declaration.objects.count() == 3
        assert reached == ["2"]
        assert len(waits) == 1
        assert {said for _cursor, said in Server.asked} == {"Bearer token"}
        assert take_all(feed, customs.organisation, actor="test", cursor="2").new == 0

    def test_a_refusal_of_the_server_is_said_and_not_repeated(self, server: str) -> None:
        Server.pages = {"": (403, b"", "")}
        with pytest.raises(Fault, match="status 403"):
            list(WebFeed(server).discover(""))
        assert len(Server.asked) == 1

    def test_an_answer_without_end_is_cut(self, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("isthmus.apps.etrade.sources.feeds.web.MAX_BYTES", 10)
        Server.pages = {"": (200, page("W1"), "")}
        with pytest.raises(BadInput, match="more than 10 bytes"):
            list(WebFeed(server).discover(""))

    @pytest.mark.parametrize(
        "address",
        [
            "http://10.0.0.5/x",
            "http://example.org/x",
            "ftp://x/y",
            "https://user:pw@example.org/x",
            "https://",
        ],
    )
    def test_other_addresses_are_refused(self, address: str) -> None:
        with pytest.raises(BadInput):
            checked(address)

    def test_https_and_this_machine_are_spoken_to(self) -> None:
        assert checked("https://example.org/x")
        assert checked("http://localhost:1/x")


class TestJob:
    def test_every_due_source_runs_and_one_that_fails_stops_no_other(self, customs: Customs) -> None:
        place = settings.ISTHMUS.home / "sources" / "maccs"
        place.mkdir(parents=True, exist_ok=True)
        name, content = sample_declarations(9, 1)[0]
        (place / name).write_bytes(content)
        os.utime(place / name, (1_000_000, 1_000_000))
        for source, address in (("gone", "nowhere"), ("maccs", "maccs"), ("off", "maccs")):
            Source.objects.create(
                organisation=customs.organisation,
                name=source,
                kind="folder",
                address=address,
                enabled=source != "off",
            )
        steps: list[int] = []

        class Steps(Progress):
            def step(self, done: int, total: int | None = None, note: str = "") -> None:
                steps.append(done)

        progress = Steps.__new__(Steps)
        assert run_sources(progress) == {"done": 1, "failed": 1, "documents": 1}
        assert run_sources(progress) == {"done": 0, "failed": 0, "documents": 0}
        assert steps
        row = Source.objects.get(name="maccs")
        assert (row.taken, row.last_error) == (1, "")
        assert "no folder" in Source.objects.get(name="gone").last_error

    def test_a_source_may_name_no_folder_outside(self, customs: Customs) -> None:
        for address in ("../../etc", "/etc", "."):
            source = Source(organisation=customs.organisation, name="x", kind="folder", address=address)
            with pytest.raises(BadInput):
                add_source(source, actor="test")
        assert not Source.objects.exists()
