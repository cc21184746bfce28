"""Letters by mail: written with the rows that they tell of, sent once, with heads that nobody can add to."""

import smtplib
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from isthmus.accounts import letters
from isthmus.accounts.models import AuditEvent, Letter
from isthmus.jobs.models import Job
from isthmus.jobs.progress import Progress
from isthmus.kit.config import read_config
from isthmus.kit.errors import BadInput, Fault
from isthmus.node.settings.mail import mail_settings

pytestmark = pytest.mark.django_db
State = Letter.State


def post(**changes: str) -> Letter:
    told = {"key": "k", "address": "a@sample.example", "name": "Sample", "subject": "S", "text": "T"}
    row = letters.post(**{**told, **changes})
    assert row is not None
    return row


def send(row: Letter) -> bool:
    progress = Progress(uuid4(), 1, 60)
    with mock.patch.object(Progress, "step"):
        return letters.send(progress, row.pk)["sent"]


def test_a_letter_leaves_only_with_what_it_tells_of():
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert (Letter.objects.count(), Job.objects.count()) == (0, 0)
    post()
    assert (Job.objects.get().kind, mail.outbox) == ("accounts.letter", [])


def test_nobody_is_told_twice_and_what_was_said_does_not_stay():
    row = post()
    assert post(text="Other").pk == row.pk
    assert Job.objects.count() == 1
    assert [send(row), send(row)] == [True, False]
    row.refresh_from_db()
    assert (row.state, row.text, bool(row.sent_at)) == ("sent", "", True)
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("S", "T", ["Sample <a@sample.example>"])
    assert AuditEvent.objects.filter(kind="accounts.letter.sent", subject="k").count() == 1


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), OSError("no route")])
def test_what_a_server_refuses_is_tried_again(error: Exception):
    row = post()
    with mock.patch("django.core.mail.EmailMessage.send", side_effect=error), pytest.raises(Fault):
        send(row)
    row.refresh_from_db()
    assert (row.state, row.text) == (State.WAITING, "T")
    assert send(row)


def test_what_was_cut_off_is_in_doubt_and_not_sent_again():
    row = post()
    Letter.objects.update(state=State.SENDING)
    assert [send(row), send(row)] == [False, False]
    row.refresh_from_db()
    assert (row.state, mail.outbox) == (State.DOUBTFUL, [])


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a@sample.example\nBcc: x@y.example", "å@ü.example"]
)
def test_without_an_address_nothing_is_written_and_nothing_stops(address: str):
    assert letters.post("k", address, "N", "S", "T") is None
    assert Letter.objects.count() == 0


@pytest.mark.parametrize("name", ["فاطمة الزهراني", "ဒေါ်ခင်မျိုးဆွေ", "王小明", "O'Neil, Ann <x@y.example>"])
def test_names_of_any_script_arrive_as_they_are(name: str):
    message = letters.message_of(post(name=name, subject=name)).message()
    shown, address = parseaddr(
        str(make_header(decode_header(message["To"]))) if "," not in name else message["To"]
    )
    assert address == "a@sample.example"
    assert shown == name
    assert str(make_header(decode_header(message["Subject"]))) == name
    assert message["Message-ID"] == letters.message_of(post()).message()["Message-ID"]


def test_a_name_adds_no_head_and_turns_no_direction():
    row = post(name="Ann\r\nBcc: x@y.example\N{RIGHT-TO-LEFT OVERRIDE}", subject="S\nBcc: z@y.example")
    message = letters.message_of(row).message()
    assert message["Bcc"] is None
    assert row.name == "Ann Bcc: x@y.example"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in str(make_header(decode_header(message["To"])))


@given(st.text())
def test_a_head_is_one_line_whatever_is_typed(text: str):
    line = letters.header_line(text)
    assert len(line.splitlines()) <= 1
    assert letters.header_line(line) == line


class TestSettings:
    def of(self, **changes: str) -> dict[str, Any]:
        home = {"ISTHMUS_HOME": "/nowhere", "ISTHMUS_URL": "https://node.example.org"}
        given = {f"ISTHMUS_{name.upper()}": value for name, value in changes.items()}
        return mail_settings(read_config({**home, **given}))

    def test_without_a_server_letters_are_files(self):
        told = self.of()
        assert told["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
        assert told["EMAIL_FILE_PATH"] == "/nowhere/mail"
        assert told["DEFAULT_FROM_EMAIL"] == "isthmus@node.example.org"

    def test_a_server_is_spoken_to_by_tls(self, tmp_path: Any):
        (tmp_path / "word").write_text("seven calm rivers\n")
        told = self.of(
            mail_server="smtp://an%40x@mail.example.org",
            mail_password_file=str(tmp_path / "word"),
            mail_from="office@example.org",
        )
        assert (told["EMAIL_HOST"], told["EMAIL_PORT"], told["EMAIL_HOST_USER"]) == (
            "mail.example.org",
            587,
            "an@x",
        )
        assert (told["EMAIL_HOST_PASSWORD"], told["EMAIL_USE_TLS"]) == ("seven calm rivers", True)
        assert told["DEFAULT_FROM_EMAIL"] == "office@example.org"
        wrapped = self.of(mail_server="smtps://mail.example.org:9465")
        assert (wrapped["EMAIL_PORT"], wrapped["EMAIL_USE_SSL"], wrapped["EMAIL_USE_TLS"]) == (
            9465,
            True,
            False,
        )

    @pytest.mark.parametrize(
        "text",
        ["mail.example.org", "http://x", "smtp://", "smtp://u:secret@x", "smtp://x/path", "smtp://x:0"],
    )
    def test_what_is_no_server_is_named(self, text: str):
        with pytest.raises(BadInput, match="ISTHMUS_MAIL_SERVER"):
            self.of(mail_server=text)
