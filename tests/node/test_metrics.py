"""The measures: who may ask, what they say, and that the guide and the rules speak of the same ones."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from isthmus.exchange.models import Direction, Stream, StreamState
from isthmus.kit import clock
from isthmus.kit.errors import Fault
from isthmus.node.checkup import machine
from isthmus.node.last_backup import note_backup
from isthmus.node.metrics import gather, view
from isthmus.node.metrics.families import FAMILIES
from isthmus.node.metrics.processes import usage
from isthmus.node.metrics.text import Family, Sample, write
from tests.accounts.conftest import people
from tests.exchange.pages import World, outgoing, world

__all__ = ["people", "world"]

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"
RULES = GUIDE / "isthmus-alerts.yml"
SAMPLE = re.compile(
    r'(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (?P<value>-?[0-9.e+-]+)'
)


def parsed(text: str) -> dict[str, float]:
    """Every sample by name and labels; fails for a line that Prometheus could not read."""
    found: dict[str, float] = {}
    typed: dict[str, str] = {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in typed, "a family stands in one place"
            typed[name] = kind
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert list(typed)[-1] == match["name"], "samples stand under their type"
        key = line.rpartition(" ")[0]
        assert key not in found, "a sample comes once"
        found[key] = float(match["value"])
    return found


@pytest.fixture
def asked(world: World) -> dict[str, float]:
    return parsed(gather.measures())


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    path = tmp_path / "token"
    path.write_text("correct horse battery staple\n")
    monkeypatch.setattr(settings, "ISTHMUS", settings.ISTHMUS.model_copy(update={"metrics_token_file": path}))
    return "correct horse battery staple"


class TestWhoMayAsk:
    def test_a_program_on_this_machine(self, node: str, client: Client) -> None:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer["Cache-Control"] == "no-store"
        assert "isthmus_build_info" in answer.content.decode()

    @pytest.mark.parametrize(
        "extra",
        [
            {"REMOTE_ADDR": "192.0.2.7"},
            {"REMOTE_ADDR": ""},
            {"headers": {"X-Forwarded-For": "192.0.2.7"}},
            {"headers": {"X-Forwarded-For": "127.0.0.1"}},
            {"headers": {"Forwarded": "for=192.0.2.7"}},
            {"headers": {"X-Real-IP": "127.0.0.1"}},
            {"headers": {"Via": "1.1 proxy"}},
        ],
    )
    def test_but_nobody_from_elsewhere_nor_through_a_proxy(
        self, node: str, client: Client, extra: dict[str, Any]
    ) -> None:
        answer = client.get("/metrics", **extra)
        assert answer.status_code == 404
        assert b"isthmus_build_info" not in answer.content

    def test_with_a_token_from_anywhere_and_without_it_from_nowhere(
        self, node: str, client: Client, token: str
    ) -> None:
        def status(**headers: str) -> int:
            return client.get("/metrics", headers=headers, REMOTE_ADDR="192.0.2.7").status_code

        assert status(Authorization=f"Bearer {token}") == 200
        assert status(Authorization=f"bearer {token}") == 200
        assert status(Authorization=f"Bearer {token[:-1]}") == 404
        assert status(Authorization=f"Basic {token}") == 404
        assert status(Authorization="Bearer") == 404
        assert client.get("/metrics").status_code == 404, "also on this machine"

    @pytest.mark.parametrize("content", [None, b"", b"too short"])
    def test_a_token_that_is_none_opens_nothing(
        self, node: str, client: Client, token: str, content: bytes | None
    ) -> None:
        path = settings.ISTHMUS.metrics_token_file
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {(content or b'').decode()}"})
        assert answer.status_code == 404
        assert str(path) not in answer.content.decode(), "strangers learn nothing of our files"
        with pytest.raises(Fault) as caught:
            view.token_of(path)
        assert caught.value.next_step
        (finding,) = machine.measures()
        assert (finding.level, finding.what) == ("fault", "Metrics")

    def test_nobody_can_post(self, node: str, client: Client) -> None:
        assert client.post("/metrics").status_code == 405


class TestWhatTheySay:
    def test_streams(self, world: World) -> None:
        Stream.objects.filter(pk=world.out.pk).update(failures=3)
        Stream.objects.filter(direction=Direction.IN).update(state=StreamState.FROZEN)
        found = parsed(gather.measures())
        names = 'partner="cn",stream="mm>cn#1"'
        assert found[f'isthmus_stream_records_total{{{names},direction="out"}}'] == 4
        assert found[f"isthmus_stream_receipted_records_total{{{names}}}"] == 2
        assert found[f"isthmus_stream_waiting_records{{{names}}}"] == 2
        assert found[f"isthmus_stream_failures{{{names}}}"] == 3
        assert found[f"isthmus_stream_frozen{{{names}}}"] == 0
        assert found['isthmus_stream_frozen{partner="cn",stream="cn>mm#1"}'] == 1
        assert 0 < found[f"isthmus_stream_oldest_waiting_seconds{{{names}}}"] < 60
        assert 0 <= found[f"isthmus_stream_last_contact_age_seconds{{{names}}}"] < 60

    def test_what_waits_for_a_person(self, asked: dict[str, float]) -> None:
        assert asked["isthmus_quarantined_records"] == 1
        assert asked['isthmus_alarms_open{code="exchange.undelivered"}'] == 1
        assert asked['isthmus_alarms_open{code="exchange.equivocation"}'] == 0
        assert asked['isthmus_refused_records_total{direction="in"}'] == 1
        assert asked['isthmus_refused_records_total{direction="out"}'] == 0
        assert asked['isthmus_jobs{state="failed"}'] == 0

    def test_log_keys_and_machine(self, asked: dict[str, float], world: World) -> None:
        assert asked["isthmus_log_entries_total"] >= 10
        assert 1800 < asked['isthmus_certificate_expiry_days{owner="mm",purpose="seal"}'] < 1900
        assert 0 < asked['isthmus_certificate_expiry_days{owner="cn",purpose="log"}'] < 1900
        assert asked["isthmus_database_bytes"] > 100_000
        assert 0 < asked["isthmus_disk_free_bytes"] <= asked["isthmus_disk_bytes"]
        assert asked["isthmus_database_up"] == 1

    def test_a_certificate_that_has_ended_is_negative(self, world: World) -> None:
        world.partner.keys.filter(purpose="seal").update(valid_until=clock.now() - timedelta(days=3))
        found = parsed(gather.measures())
        assert -3.01 < found['isthmus_certificate_expiry_days{owner="cn",purpose="seal"}'] < -2.99

    def test_what_never_happened_is_absent_rather_than_zero(self, node: str) -> None:
        (settings.ISTHMUS.home / "last-backup").unlink(missing_ok=True)
        assert "isthmus_backup_age_seconds" not in parsed(gather.measures())
        note_backup()
        try:
            assert parsed(gather.measures())["isthmus_backup_age_seconds"] < 60
        finally:
            (settings.ISTHMUS.home / "last-backup").unlink()

    def test_without_a_database_the_rest_is_still_told(
        self, node: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(moment: object) -> Iterator[Sample]:
            raise OperationalError("connection refused")
            yield

        monkeypatch.setattr(gather, "_from_database", gone)
        found = parsed(gather.measures())
        assert found["isthmus_database_up"] == 0
        assert "isthmus_disk_free_bytes" in found
        assert "isthmus_log_entries_total" not in found

    def test_they_cost_the_same_for_many_records_as_for_few(self, world: World) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                gather.measures()
            return len(queries)

        few = cost()
        from isthmus.exchange.services import publish

        publish([outgoing(f"MORE-{n}") for n in range(5)], to=["cn"])
        assert cost() == few <= 18

    def test_processes_of_this_session_are_added_up(self) -> None:
        found = usage()
        assert found.processes >= 1
        assert found.memory_bytes > 10_000_000
        assert found.open_files > 3
        assert usage(session=2**40).processes == 0


class TestText:
    def test_labels_are_escaped(self) -> None:
        family = Family("a_b", "gauge", 'says "x"\nand \\', labels=("l",))
        assert write([family], [Sample(family, 1.5, {"l": 'q"u\\o\nte'})]) == (
            '# HELP a_b says "x"\\nand \\\\\n# TYPE a_b gauge\na_b{l="q\\"u\\\\o\\nte"} 1.5\n'
        )

    def test_a_sample_has_the_labels_that_its_family_names(self) -> None:
        family = Family("a_b", "gauge", "x", labels=("l",))
        with pytest.raises(AssertionError):
            write([family], [Sample(family, 1)])

    def test_large_whole_numbers_keep_all_their_digits(self) -> None:
        family = Family("a_bytes", "gauge", "x")
        assert write([family], [Sample(family, 123_456_789_012)]).endswith("a_bytes 123456789012\n")


class TestGuide:
    def test_the_table_is_the_one_that_the_node_uses(self) -> None:
        rows = [
            f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.help} "
            f"| {one.alert} |"
            for one in FAMILIES
        ]
        page = (GUIDE / "monitoring.md").read_text(encoding="utf-8").splitlines()
        assert [line for line in page if line.startswith("| `isthmus_")] == rows

    def test_whatever_is_measured_is_in_the_table(self, asked: dict[str, float]) -> None:
        names = {key.partition("{")[0] for key in asked}
        described = {family.name for family in FAMILIES}
        assert names <= described
        # What a young node cannot tell yet, and what its machine may not tell.
        late = {"isthmus_witness_age_seconds", "isthmus_backup_age_seconds", "isthmus_clock_synchronised"}
        assert described - names <= late | {"isthmus_worker_heartbeat_age_seconds"}

    def test_names_end_in_their_unit(self) -> None:
        for family in FAMILIES:
            assert re.fullmatch(r"isthmus_[a-z]+(_[a-z]+)*", family.name)
            assert family.name.endswith("_total") == (family.kind == "counter"), family.name


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


class TestRules:
    def test_they_speak_of_measures_that_exist(self) -> None:
        described = {family.name for family in FAMILIES}
        for rule in rules():
            assert set(re.findall(r"isthmus_[a-z_]+", rule["expr"])) <= described, rule["alert"]
            assert {"summary", "action"} <= set(rule["annotations"]), rule["alert"]

    def test_every_measure_that_somebody_is_called_for_has_a_rule(self) -> None:
        ruled = {name for rule in rules() for name in re.findall(r"isthmus_[a-z_]+", rule["expr"])}
        assert {family.name for family in FAMILIES if family.alert} <= ruled

    @pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
    def test_prometheus_accepts_them(self) -> None:
        done = subprocess.run(["promtool", "check", "rules", str(RULES)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
    def test_prometheus_accepts_what_the_node_shows(self, world: World) -> None:
        done = subprocess.run(
            ["promtool", "check", "metrics"], input=gather.measures(), capture_output=True, text=True
        )
        # People plan by days; its taste for seconds is all that it may say.
        said = [line for line in done.stderr.splitlines() if "_expiry_days use base unit" not in line]
        assert (said, done.returncode in {0, 3}) == ([], True)
