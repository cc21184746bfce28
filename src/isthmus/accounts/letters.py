"""Letters by mail: written beside the rows that they tell of, sent by the worker, each once.

``post`` only writes into the caller's transaction: a letter leaves if and only if what it tells of is
committed, and no request waits for a mail server. The worker marks a letter before it hands it over. If that
fails, it tries again later; if the machine stops in between, nobody knows whether it left, and it is not sent
again by itself. Its Message-ID follows from its occasion, so that a mail server may know a copy.
"""

import smtplib
import unicodedata
from datetime import date
from email.utils import formataddr
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.mail_server import HandedOverError
from isthmus.accounts.models import Letter
from isthmus.jobs.progress import Progress
from isthmus.jobs.services import enqueue
from isthmus.kit import clock
from isthmus.kit.errors import Fault
from isthmus.kit.text import nfc

JOB = "accounts.letter"
ACTOR = "mail"
State = Letter.State
_MOST_OF_REASON = 300


def header_line(text: str, most: int = 200) -> str:
    """Text as it may stand in a head of a letter: one line without controls and signs that turn direction.

    A name written from right to left stays as it is; only what could add a head or hide one goes.
    """
    kept = (sign if unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"} else " " for sign in nfc(text))
    return " ".join("".join(kept).split())[:most]


def is_address(text: str) -> bool:
    """Whether a letter can be sent there."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def local_day() -> date:
    """The day that it is in the node's time zone."""
    return timezone.localdate(clock.now())


def post(key: str, address: str, name: str, subject: str, text: str) -> Letter | None:
    """Write a letter in the caller's transaction; the worker sends it. Once for each ``key``.

    None where there is no address to which a letter can go: not everybody has one, and that stops nothing.
    """
    if not is_address(address):
        return None
    told = {
        "address": address,
        "name": header_line(name),
        "subject": header_line(subject),
        "text": nfc(text),
        "made_at": clock.now(),
    }
    row, made = Letter.objects.get_or_create(key=key, defaults=told)
    if made:
        enqueue(JOB, {"letter": row.pk}, unique_key=f"{JOB}:{row.pk}", actor=ACTOR)
    return row


def paragraphs(*parts: str) -> str:
    """The text of a letter: who is addressed, what is said, and who writes."""
    signed = _("This letter was written by %(node)s. Please do not answer to it.")
    return "\n\n".join((*filter(None, parts), signed % {"node": settings.ISTHMUS.node_name})) + "\n"


def greeting(name: str) -> str:
    """How a letter begins; names of any script stand as they are."""
    return _("To %(name)s") % {"name": name}


def message_of(row: Letter) -> EmailMessage:
    """The letter as mail."""
    sign = sha256(row.key.encode("utf-8")).hexdigest()[:40]
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    return EmailMessage(
        row.subject,
        row.text,
        formataddr((header_line(settings.ISTHMUS.node_name), settings.DEFAULT_FROM_EMAIL)),
        [formataddr((row.name, row.address)) if row.name else row.address],
        headers={"Message-ID": f"<{sign}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _said(error: Exception) -> str:
    """What the mail server said, code and text; what the machine said where no server did."""
    if isinstance(error, HandedOverError):
        return _("The connection ended before the mail server answered.")
    code: int
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return header_line(f"{type(error).__name__}: {error}", _MOST_OF_REASON)
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return header_line(f"{code} {text}", _MOST_OF_REASON)


@transaction.atomic
def _claimed(pk: int) -> Letter | None:
    """The letter, marked as being sent; None where it is sent, or in doubt."""
    row = Letter.objects.select_for_update().get(pk=pk)
    if row.state == State.WAITING:
        row.state = State.SENDING
        row.save(update_fields=["state"])
        return row
    if row.state == State.SENDING:
        _doubt(row, "")
    return None


def _doubt(row: Letter, reason: str) -> None:
    Letter.objects.filter(pk=row.pk).update(state=State.DOUBTFUL, reason=reason)
    audit.note("accounts.letter.doubtful", actor=ACTOR, subject=row.key)


def send(progress: Progress, letter: int) -> dict[str, bool]:
    """Job: hand a letter over. What a mail server refuses is tried again, as often as the queue allows.

    What it was given and did not answer to is in doubt, and is left to a person.
    """
    progress.step(0)
    row = _claimed(letter)
    if row is None:
        return {"sent": False}
    try:
        message_of(row).send()
    except HandedOverError as error:
        with transaction.atomic():
            _doubt(row, _said(error))
        return {"sent": False}
    except (smtplib.SMTPException, OSError) as error:
        reason = _said(error)
        Letter.objects.filter(pk=row.pk).update(state=State.WAITING, reason=reason)
        raise Fault(
            "accounts.mail-server",
            _("The mail server did not take a letter: %(reason)s.") % {"reason": reason},
            next_step=_("Look at ISTHMUS_MAIL_SERVER and its password; it is tried again by itself."),
        ) from error
    with transaction.atomic():
        done = {"state": State.SENT, "sent_at": clock.now(), "text": "", "reason": ""}
        Letter.objects.filter(pk=row.pk).update(**done)
        audit.note("accounts.letter.sent", actor=ACTOR, subject=row.key)
    return {"sent": True}
