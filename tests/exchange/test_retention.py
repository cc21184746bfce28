"""What agreements keep only for some time goes by itself: neither too early nor what people still need."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.exchange import registry, tokens
from isthmus.exchange.models import Attachment, Direction, Record, Stream, StreamState, Tombstone
from isthmus.exchange.rules.retention import has_run_out, latest_issued
from isthmus.exchange.services import attachments
from isthmus.exchange.services.erasure import retention
from isthmus.exchange.services.erasure.retention import due_records, erase_due
from isthmus.jobs import runner
from isthmus.jobs.models import Job, State
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from tests.exchange.attached import keep, send_report
from tests.exchange.crossed import row_of, settle_all
from tests.foreign import ForeignNode

BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=36_600)).map(lambda passed: BEGIN + passed)


class TestRule:
    def test_the_last_moment_is_the_day_that_the_agreement_says(self) -> None:
        issued = datetime(2026, 1, 1, tzinfo=UTC)
        assert not has_run_out(issued, 365, datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
        assert has_run_out(issued, 365, datetime(2027, 1, 1, tzinfo=UTC))

    @given(MOMENTS, MOMENTS, st.integers(1, 36_600))
    def test_both_forms_of_the_rule_agree(self, issued: datetime, moment: datetime, days: int) -> None:
        assert has_run_out(issued, days, moment) == (issued <= latest_issued(days, moment))


def later(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


@pytest.fixture
def settled(cn: ForeignNode, reports: Any) -> Record:
    send_report("R-1", keep(b"file"))
    settle_all(cn)
    return row_of("R-1")


class TestWhatIsDue:
    def test_nothing_before_the_day_and_everything_after(self, settled: Record) -> None:
        assert list(due_records(later(364))) == []
        assert [row.subject for row in due_records(later(366))] == ["R-1"]

    def test_what_the_partner_has_not_receipted_waits(self, reports: Any) -> None:
        send_report("R-1")
        assert list(due_records(later(400))) == []

    def test_what_stands_in_a_frozen_stream_waits(self, settled: Record) -> None:
        Stream.objects.filter(direction=Direction.OUT).update(state=StreamState.FROZEN)
        assert list(due_records(later(400))) == []

    def test_statements_of_the_exchange_and_records_of_unknown_agreements_stay(self, settled: Record) -> None:
        Record.objects.filter(pk=settled.pk).update(agreement=uuid4())
        assert list(due_records(later(400))) == []


class TestTheDailyWork:
    def test_it_erases_what_is_due_in_portions_and_says_under_which_agreement(
        self, cn: ForeignNode, settled: Record, reports: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in (2, 3):
            send_report(f"R-{number}")
        settle_all(cn)
        Record.objects.exclude(agreement=None).update(issued=clock.now() - timedelta(days=366))
        monkeypatch.setattr(retention, "PORTION", 2)
        assert erase_due(actor="node") == 3
        assert [tokens.text_of(row.leaf) for row in Record.objects.exclude(agreement=None)] == [None] * 3
        stones = list(Tombstone.objects.order_by("id"))
        assert [stone.ground for stone in stones] == ["retention", "retention"]
        assert str(reports.pk) in stones[0].reason
        assert "365 days" in stones[0].reason
        assert erase_due(actor="node") == 0

    def test_it_runs_every_night_and_reports(self, settled: Record) -> None:
        Record.objects.exclude(agreement=None).update(issued=clock.now() - timedelta(days=366))
        job = enqueue("exchange.retention")
        runner.run_one("worker")
        done = Job.objects.get(pk=job.pk)
        assert (done.state, done.result) == (State.DONE, {"erased": 1, "unused_files": 0})
        assert Attachment.objects.get().state == "erased"
        kinds = {kind.name: kind for kind in registry.apps.get_app_config("exchange").jobs}
        assert kinds["exchange.retention"].schedule is not None

    def test_files_that_no_record_came_to_name_are_removed_after_a_while(self, settled: Record) -> None:
        attachments.keep(io.BytesIO(b"draft"), name="d", media_type="a/b", actor="clerk")
        assert retention.drop_unused(later(29)) == 0
        assert retention.drop_unused(later(31)) == 1
        assert sorted(Attachment.objects.values_list("state", flat=True)) == ["erased", "whole"]
        again = attachments.keep(io.BytesIO(b"draft"), name="d", media_type="a/b", actor="clerk")
        assert Attachment.objects.get(sha256=again.sha256).state == "whole"
