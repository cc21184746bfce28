"""Giving out forms, keeping what people answer, and making nominations of what is handed in."""

import hashlib
import json
import secrets
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.delegates.models import DelegateLink
from isthmus.apps.workshops.nominations.models import Call, Nomination
from isthmus.apps.workshops.nominations.services import nominating
from isthmus.apps.workshops.programme.services.planning import bad
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.kit.errors import Conflict, NotFound
from isthmus.trust import vault

SECRET_BYTES = 24
PERSON = ("name", "position", "employer", "email", "gender", "motivation")
"""What a nomination says of the person."""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def ends_of(call: Call) -> datetime:
    """Until when a form may be handed in: the first day of the workshop, since late ones may be taken."""
    return datetime.combine(call.starts, time(), tzinfo=clock.now().tzinfo)


def is_open(link: DelegateLink) -> bool:
    """Whether the person may still answer."""
    free = link.nomination_id is None and link.taken_back_at is None
    return free and clock.now() < ends_of(link.call)


def find(secret: str) -> DelegateLink:
    """The form behind a secret; NotFound where nobody gave it out."""
    rows = DelegateLink.objects.select_related("call", "organisation", "nomination__call")
    row = rows.filter(digest=_digest(secret)).first()
    if row is None:
        raise NotFound(
            "workshops.no-form",
            _("There is no form at this address."),
            next_step=_("Check that the link is whole, or ask whoever sent it for another."),
        )
    return row


@transaction.atomic
def give_out(
    call: Call, organisation: Organisation, meant_for: str, *, actor: str
) -> tuple[DelegateLink, str]:
    """A form for one person; returns it with its secret, which is shown once and kept nowhere.

    Conflict once the workshop has begun; BadInput where nobody is named.
    """
    if not meant_for:
        raise bad("meant_for", _("Say for whom it is, so that you know the forms apart."))
    if clock.now() >= ends_of(call):
        raise Conflict("workshops.begun", _("This workshop has begun; nobody can be nominated any more."))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = DelegateLink.objects.create(
        call=call,
        organisation=organisation,
        digest=_digest(secret),
        meant_for=meant_for,
        by=actor,
        at=clock.now(),
    )
    detail = {"workshop": call.number, "form": row.pk}
    audit.note("workshops.form-given", actor=actor, subject=call.number, detail=detail)
    return row, secret


def _locked(link: DelegateLink) -> DelegateLink:
    row = (
        DelegateLink.objects.select_for_update(of=("self",))
        .select_related("call", "organisation")
        .get(pk=link.pk)
    )
    if not is_open(row):
        raise Conflict(
            "workshops.form-closed",
            _("This form is closed: it was handed in or taken back, or the workshop has begun."),
        )
    return row


@transaction.atomic
def take_back(link: DelegateLink, *, actor: str) -> None:
    """End a form that is not handed in yet; what was answered in it is wiped."""
    row = _locked(link)
    row.taken_back_at, row.answers = clock.now(), b""
    row.save(update_fields=["taken_back_at", "answers"])
    audit.note("workshops.form-taken-back", actor=actor, subject=row.call.number, detail={"form": row.pk})


def answers_of(link: DelegateLink) -> dict[str, str]:
    """What the person has answered so far."""
    sealed = bytes(link.answers)
    if not sealed:
        return {}
    found: dict[str, str] = json.loads(vault.unseal(sealed, name=f"delegate form {link.pk}"))
    return found


@transaction.atomic
def keep(link: DelegateLink, answers: dict[str, str]) -> None:
    """Keep answers beside the earlier ones, sealed, so that the person may go on later."""
    row = _locked(link)
    text = json.dumps({**answers_of(row), **answers}).encode("utf-8")
    row.answers = vault.seal(text, name=f"delegate form {row.pk}")
    row.save(update_fields=["answers"])


@transaction.atomic
def hand_in(link: DelegateLink) -> Nomination:
    """Make a nomination of the answers, which waits for the focal point. Once: the form is closed with it.

    Conflict where the same person is nominated already, or the form is closed.
    """
    row = _locked(link)
    told = answers_of(row)
    person = {name: told.get(name, "") for name in PERSON}
    made = nominating.nominate(row.call, row.organisation, person, actor=f"delegate form {row.pk}")
    row.nomination, row.answers = made, b""
    row.save(update_fields=["nomination", "answers"])
    audit.note(
        "workshops.form-handed-in",
        actor=f"delegate form {row.pk}",
        subject=made.reference,
        detail={"form": row.pk},
    )
    return made


def purge(progress: Progress) -> dict[str, int]:
    """Job: wipe what was answered in forms that nobody handed in before the workshop began."""
    begun = clock.now().date() + timedelta(days=1)
    rows = DelegateLink.objects.filter(nomination=None, call__starts__lt=begun).exclude(answers=b"")
    progress.step(0)
    return {"wiped": rows.update(answers=b"")}
