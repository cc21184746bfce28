"""What partners send reaches the systems of the own country once, and nothing that could not is lost."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Membership, Officer, Organisation
from isthmus.accounts.roles import Role
from isthmus.apps.etrade.cli import etrade
from isthmus.apps.etrade.formats.wco import read_document
from isthmus.apps.etrade.models import Push, Source, Target
from isthmus.apps.etrade.targets import services
from isthmus.apps.etrade.targets.services import add_target, push_all, run_target, set_enabled, try_again
from isthmus.exchange import tokens
from isthmus.exchange.models import Record
from isthmus.jobs.models import Job
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import NotFound
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.targets.conftest import EXPORT, RESPONSE, declaration, files, folder, target
from tests.second_factors import give_app


class Receiver(BaseHTTPRequestHandler):
    answers: list[int] = []
    taken: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.answers.pop(0) if self.answers else 201
        self.taken.append({"status": status, "body": body, **dict(self.headers)})
        said = b"" if status < 300 else b"The field consignee is missing."
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Receiver.answers, Receiver.taken = [], []
    with HTTPServer(("127.0.0.1", 0), Receiver) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/records"
        running.shutdown()
        thread.join()


class TestFolder:
    def test_a_declaration_of_a_partner_lies_there_once_and_is_remembered(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation, form="wco")
        record = corridor.receive("export-declaration", declaration())
        assert run_target(row).pushed == 1
        (path,) = files()
        assert path.name == f"export-declaration-cn-subject-{record.leaf[:16]}.xml"
        assert read_document(path.read_bytes()).record.declaration_number == "CN-7"  # type: ignore[union-attr]  # mapped
        push = Push.objects.get()
        assert (push.leaf, push.state, push.partner) == (record.leaf, "pushed", "cn")
        assert run_target(row).pushed == 0
        assert len(files()) == 1

    def test_only_what_is_asked_for_goes_and_nothing_from_before(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        corridor.receive("export-declaration", declaration("CN-1"))
        row = target(customs.organisation, partner="cn", record_types=[EXPORT])
        corridor.receive("export-declaration", declaration("CN-2"))
        event = {"declaration": "export", "declaration_number": "CN-2", "event": "exit"}
        corridor.receive("declaration-event", event)
        other = target(customs.organisation, name="else", partner="la")
        run_target(row)
        run_target(other)
        (path,) = files()
        assert json.loads(path.read_bytes())["body"]["declaration_number"] == "CN-2"

    def test_what_came_before_goes_where_that_is_asked_for(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        corridor.receive("export-declaration", declaration("CN-1"))
        fields = {"kind": "folder", "address": "maccs", "record_types": [EXPORT], "form": "csv"}
        row = Target(organisation=customs.organisation, name="maccs", **fields)
        add_target(row, actor="test", from_the_beginning=True)
        assert run_target(row).pushed == 1
        assert b"CN-1" in files()[0].read_bytes()

    def test_a_folder_that_cannot_be_written_is_said_and_tried_later(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation)
        corridor.receive("export-declaration", declaration())
        folder().parent.mkdir(parents=True, exist_ok=True)
        folder().write_text("a file where the folder should be")
        try:
            run = run_target(row)
        finally:
            folder().unlink()
        assert "cannot be written to" in run.error
        row.refresh_from_db()
        assert row.next_try is not None
        assert not Push.objects.exists()
        assert services.due_targets().count() == 0
        Target.objects.update(next_try=clock.now() - timedelta(seconds=1))
        assert run_target(services.due_targets().get()).pushed == 1
        row.refresh_from_db()
        assert (row.last_error, row.tries, row.next_try) == ("", 0, None)

    def test_nobody_sees_half_a_file(
        self, customs: Customs, corridor: Corridor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = target(customs.organisation)
        corridor.receive("export-declaration", declaration())

        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            assert "No space left" in run_target(row).error
        assert [path.name.startswith(".") for path in files()] == [True]
        run_target(row)
        assert [path.name.startswith(".") for path in files()] == [False]

    def test_what_was_erased_needs_a_person(self, customs: Customs, corridor: Corridor) -> None:
        row = target(customs.organisation)
        record = corridor.receive("export-declaration", declaration())
        tokens.erase([record.leaf])
        assert run_target(row).refused == 1
        assert "erased here" in Push.objects.get().reason

    def test_records_of_another_organisations_desk_are_not_handed_over(
        self, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation)
        corridor.receive("export-declaration", declaration())
        other = Organisation.objects.get(code="revenue")
        Record.objects.update(organisation=other)
        assert run_target(row).pushed == 0

    def test_what_is_dealt_with_is_not_looked_at_again(self, customs: Customs, corridor: Corridor) -> None:
        row = target(customs.organisation)
        first = corridor.receive("export-declaration", declaration("CN-1"))
        run_target(row)
        row.refresh_from_db()
        assert row.after < first.pk, "it is young: one with a smaller key may still come"
        Record.objects.update(stored_at=clock.now() - timedelta(hours=1))
        held = corridor.receive("export-declaration", declaration("CN-2"))
        Record.objects.filter(pk=held.pk).update(effect="quarantined")
        run_target(row)
        row.refresh_from_db()
        assert row.after == first.pk
        Record.objects.filter(pk=held.pk).update(effect="applied")
        assert run_target(row).pushed == 1


class TestWeb:
    def test_records_are_posted_with_token_and_key(
        self, server: str, customs: Customs, corridor: Corridor
    ) -> None:
        secrets = settings.ISTHMUS.home / "targets" / "secrets"
        secrets.mkdir(parents=True, exist_ok=True)
        (secrets / "maccs").write_text("token\n")
        row = target(customs.organisation, kind="web", address=server, record_types=[RESPONSE, EXPORT])
        record = corridor.receive("export-declaration", declaration())
        run_target(row)
        (secrets / "maccs").unlink()
        (taken,) = Receiver.taken
        assert taken["Authorization"] == "Bearer token"
        assert taken["Idempotency-Key"] == f'"{record.leaf}"'
        assert taken["Content-Type"] == "application/json"
        assert json.loads(taken["body"])["record"] == record.leaf

    def test_a_record_that_is_refused_stops_no_other_and_waits_for_a_person(
        self, server: str, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation, kind="web", address=server)
        for number in ("CN-1", "CN-2"):
            corridor.receive("export-declaration", declaration(number))
        Receiver.answers = [422]
        run = run_target(row)
        assert (run.pushed, run.refused, run.error) == (1, 1, "")
        stuck = Push.objects.get(state="refused")
        assert "status 422: The field consignee is missing. Mend what it names" in stuck.reason
        assert run_target(row).pushed == 0
        assert try_again(row, actor="test") == 1
        assert run_target(row).pushed == 1
        assert set(Push.objects.values_list("state", flat=True)) == {"pushed"}

    def test_a_system_that_is_busy_keeps_the_order_and_is_left_alone_for_longer_each_time(
        self, server: str, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation, kind="web", address=server)
        for number in ("CN-1", "CN-2"):
            corridor.receive("export-declaration", declaration(number))
        Receiver.answers = [503, 503]
        waits = []
        for _time in range(2):
            row.refresh_from_db()
            assert "status 503" in run_target(row).error
            row.refresh_from_db()
            assert row.next_try is not None
            waits.append((row.next_try - clock.now()).total_seconds())
        assert waits[1] > 1.5 * waits[0]
        assert run_target(row).pushed == 2
        said = [json.loads(taken["body"])["body"]["declaration_number"] for taken in Receiver.taken]
        assert said == ["CN-1", "CN-1", "CN-1", "CN-2"]

    def test_a_record_over_which_the_system_fails_is_tried_a_few_times_behind_the_others(
        self, server: str, customs: Customs, corridor: Corridor
    ) -> None:
        row = target(customs.organisation, kind="web", address=server)
        corridor.receive("export-declaration", declaration("CN-1"))
        Receiver.answers = [500] * 8
        for _time in range(8):
            run_target(row)
        push = Push.objects.get()
        assert (push.state, push.tries) == ("refused", 8)

    def test_nobody_there_is_said(self, customs: Customs, corridor: Corridor) -> None:
        row = target(customs.organisation, kind="web", address="http://127.0.0.1:9/records")
        corridor.receive("export-declaration", declaration())
        assert "cannot be reached" in run_target(row).error


class Steps(Progress):
    """Progress that nobody watches."""

    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        pass


def test_the_job_pushes_to_every_target_that_is_due(customs: Customs, corridor: Corridor) -> None:
    target(customs.organisation)
    off = target(customs.organisation, name="off")
    set_enabled(off, enabled=False, actor="test")
    target(customs.organisation, name="gone", kind="web", address="http://127.0.0.1:9/records")
    corridor.receive("export-declaration", declaration())
    assert push_all(Steps.__new__(Steps)) == {"pushed": 1, "refused": 0, "failed": 1}
    assert push_all(Steps.__new__(Steps), off.pk) == {"pushed": 1, "refused": 0, "failed": 0}


class TestCommand:
    def test_push_says_what_went_and_what_did_not(
        self, server: str, customs: Customs, corridor: Corridor
    ) -> None:
        target(customs.organisation, kind="web", address=server)
        corridor.receive("export-declaration", declaration())
        Receiver.answers = [400]
        done = CliRunner().invoke(etrade, ["push", "--json"])
        assert done.exit_code == 2, done.output
        assert json.loads(done.stdout)[0]["refused"] == 1
        done = CliRunner().invoke(etrade, ["push", "maccs", "--again", "--json"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)[0]["pushed"] == 1
        with pytest.raises(NotFound):
            CliRunner().invoke(etrade, ["push", "nobody"], catch_exceptions=False)
        Target.objects.update(address="http://127.0.0.1:9/records")
        corridor.receive("export-declaration", declaration("CN-8"))
        assert CliRunner().invoke(etrade, ["push", "maccs"]).exit_code == 1


@pytest.fixture
def operator(customs: Customs, client: Client) -> Client:
    officer = Officer.objects.create_user("operator@node.test", "Operator", "seven calm rivers")
    Membership.objects.create(officer=officer, organisation=customs.organisation, role=Role.OPERATOR)
    give_app(officer)
    client.force_login(officer)
    return client


class TestPages:
    def test_a_target_is_added_and_its_trouble_stands_on_the_page_of_sources(
        self, operator: Client, customs: Customs, corridor: Corridor
    ) -> None:
        assert "Nothing is handed on yet" in operator.get(reverse("etrade:sources")).content.decode()
        form = {
            "name": "maccs",
            "kind": "folder",
            "address": "maccs",
            "record_types": [EXPORT],
            "form": "json",
            "organisation": customs.organisation.pk,
        }
        refused = operator.post(reverse("etrade:add-target"), {**form, "address": "../x"})
        assert "must lie below" in refused.content.decode()
        added = operator.post(reverse("etrade:add-target"), form)
        row = Target.objects.get()
        assert added["Location"] == reverse("etrade:target", args=[row.pk])
        assert "without trouble" in operator.get(reverse("etrade:sources")).content.decode()
        record = corridor.receive("export-declaration", declaration())
        tokens.erase([record.leaf])
        run_target(row)
        page = operator.get(reverse("etrade:sources")).content.decode()
        assert "1 record was not taken" in page
        detail = operator.get(reverse("etrade:target", args=[row.pk])).content.decode()
        assert "erased here before it was handed over" in detail
        Target.objects.update(last_error="The address cannot be reached.")
        assert "The address cannot be reached." in operator.get(reverse("etrade:sources")).content.decode()
        assert Source.objects.count() == 0

    def test_it_is_run_tried_again_stopped_and_started(self, operator: Client, customs: Customs) -> None:
        row = target(customs.organisation)
        place = reverse("etrade:act-target", args=[row.pk])
        for action in ("run", "again"):
            operator.post(place, {"action": action})
        assert Job.objects.filter(kind="etrade.push").count() == 1
        operator.post(place, {"action": "stop"})
        row.refresh_from_db()
        assert not row.enabled
        assert "Stopped" in operator.get(reverse("etrade:targets")).content.decode()
        operator.post(place, {"action": "start"})
        row.refresh_from_db()
        assert row.enabled
        assert operator.get(reverse("etrade:target", args=[999])).status_code == 404

    def test_an_officer_neither_sees_nor_adds_targets(self, customs: Customs, client: Client) -> None:
        client.force_login(customs.officer)
        assert client.get(reverse("etrade:targets")).status_code in {403, 404}
