"""Letters through a real mail server over TLS: each once, refused with its reason, in doubt where cut off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from isthmus.accounts import letter_services, letters
from isthmus.accounts.models import AuditEvent, Letter
from isthmus.jobs import runner
from isthmus.jobs.models import Job
from isthmus.kit import clock
from isthmus.kit.config import read_config
from isthmus.node.settings.mail import mail_settings

from .smtp_server import LOOPBACK, MailServer, certificate, running

pytestmark = pytest.mark.django_db
ADDRESS = "delegate@sample.example"


def _settings(server: MailServer) -> dict[str, Any]:
    scheme = "smtps" if server.wrapped else "smtp"
    return mail_settings(
        read_config(
            {
                "ISTHMUS_HOME": "/nowhere",
                "ISTHMUS_URL": "https://node.example.org",
                "ISTHMUS_MAIL_SERVER": f"{scheme}://{LOOPBACK}:{server.port}",
            }
        )
    )


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture(params=["STARTTLS", "TLS"])
def server(
    request: pytest.FixtureRequest, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with (
        running(pem, wrapped=request.param == "TLS") as found,
        override_settings(**_settings(found)),
    ):
        yield found


def post(**changes: str) -> Letter:
    told = {"key": "k", "address": ADDRESS, "name": "Sample", "subject": "Decision", "text": "Come.\n"}
    row = letters.post(**{**told, **changes})
    assert row is not None
    return row


def work(*, again: bool = True) -> None:
    """The worker does every letter that is due; with ``again``, those that wait for another try too."""
    for _turn in range(3 if again else 1):
        Job.objects.filter(state="waiting").update(run_at=clock.now())
        runner.run_one("worker", kinds=[letters.JOB])


def stands(row: Letter) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.reason


def test_a_letter_is_delivered_once_over_tls(server: MailServer):
    row = post()
    work()
    (came,) = server.letters
    assert (came["To"], came["Subject"]) == (f"Sample <{ADDRESS}>", "Decision")
    assert came.get_content() == "Come.\n"
    assert stands(row) == ("sent", "")
    assert [line.split()[0] for line in server.clear_commands] == (
        [] if server.wrapped else [b"ehlo", b"STARTTLS"]
    )


def test_a_server_with_a_certificate_that_nobody_trusts_gets_nothing(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    row = post()
    work()
    state, reason = stands(row)
    assert (state, server.letters) == ("waiting", [])
    assert "CERTIFICATE_VERIFY_FAILED" in reason


def test_who_is_refused_waits_with_the_reason_and_is_tried_again(server: MailServer):
    server.refused = {ADDRESS}
    row = post()
    work()
    state, reason = stands(row)
    assert (state, server.letters) == ("waiting", [])
    assert reason == "550 No such person here"
    server.refused = set()
    work(again=False)
    assert stands(row) == ("sent", "")
    assert len(server.letters) == 1


@pytest.mark.parametrize("moment", ["MAIL", "DATA"])
def test_a_connection_that_ends_before_the_letter_was_given_is_tried_again(server: MailServer, moment: str):
    server.drops = moment
    row = post()
    work()
    state, reason = stands(row)
    assert (state, server.letters) == ("waiting", [])
    assert reason.startswith("SMTPServerDisconnected")
    server.drops = ""
    work(again=False)
    assert (stands(row), len(server.letters)) == (("sent", ""), 1)


@pytest.mark.parametrize("answer", [b"451 Later", b"554 No"])
def test_a_letter_that_the_server_read_and_refused_is_tried_again(server: MailServer, answer: bytes):
    server.answer = answer
    row = post()
    work()
    state, reason = stands(row)
    assert state == "waiting"
    assert reason == answer.decode()


def test_a_connection_that_ends_after_the_letter_was_given_leaves_it_in_doubt(server: MailServer):
    server.drops = "."
    row = post()
    work()
    assert stands(row)[0] == "doubtful"
    assert row.reason == "The connection ended before the mail server answered."
    assert len(server.letters) == 1
    assert AuditEvent.objects.filter(kind="accounts.letter.doubtful", subject="k").count() == 1
    assert not Job.objects.filter(state__in=["waiting", "running"]).exists()


def test_what_is_in_doubt_goes_again_when_a_person_says_so_with_the_same_id(server: MailServer):
    server.drops = "."
    row = post()
    work()
    server.drops = ""
    letter_services.send_again(row, actor="operator@node.test")
    work()
    assert stands(row) == ("sent", "")
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_letter_that_was_taken_is_sent_however_the_server_says_goodbye(server: MailServer):
    server.drops = "QUIT"
    row = post()
    work()
    assert (stands(row), len(server.letters)) == (("sent", ""), 1)


@pytest.mark.parametrize("name", ["فاطمة الزهراني", "王小明", "ဒေါ်ခင်မျိုးဆွေ"])
def test_names_and_texts_of_any_script_arrive_as_they_were_written(server: MailServer, name: str):
    post(name=name, subject=f"Decision: {name}", text=f"{name}\n.\nEnd\n")
    work()
    (came,) = server.letters
    (to,) = came["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, ADDRESS)
    # A long one is folded right after the head's name, and unfolding leaves the blank (RFC 5322, 2.2.3).
    assert came["Subject"].lstrip() == f"Decision: {name}"
    assert came.get_content() == f"{name}\n.\nEnd\n"


def test_a_subject_of_two_lines_adds_no_head(server: MailServer):
    post(subject="Decision\r\nBcc: other@sample.example\r\n\r\nAnother text", name="Ann\nX-Head: 1")
    work()
    (came,) = server.letters
    assert (came["Bcc"], came["X-Head"]) == (None, None)
    assert came["Subject"] == "Decision Bcc: other@sample.example Another text"
    assert came.get_content() == "Come.\n"
