"""The job of every day that writes digests: one letter to each who wants it and for whom work waits."""

from datetime import date
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.accounts.letters import greeting, local_day, paragraphs, post
from isthmus.accounts.models import Digest, Officer
from isthmus.accounts.policy import actor_for
from isthmus.jobs.progress import Progress
from isthmus.node import waiting
from isthmus.node.digests.rules.turns import Line, fingerprint, is_news, is_turn


def _page(url: str) -> str:
    return urljoin(settings.ISTHMUS.url, url)


def _listed(group: waiting.Group) -> str:
    """One part of the node: its title, and a line and an address for each kind of matter."""
    lines = [f"- {task.title}: {task.count}\n  {_page(task.url)}" for task in group.tasks]
    return "\n".join((str(group.title), *lines))


def _write(officer: Officer, groups: tuple[waiting.Group, ...], today: date) -> bool:
    count = sum(task.count or 0 for group in groups for task in group.tasks)
    subject = ngettext("%(count)d matter waits for you", "%(count)d matters wait for you", count)
    letter = post(
        f"node.digest:{officer.pk}:{today.isoformat()}",
        officer.email,
        officer.full_name,
        subject % {"count": count},
        paragraphs(
            greeting(officer.full_name),
            _("This waits for you, or for others with your roles:"),
            *map(_listed, groups),
            _("How often this letter comes is up to you: %(page)s")
            % {"page": _page(reverse("accounts:profile"))},
        ),
    )
    return letter is not None


def tell(officer_id: int) -> bool:
    """Look at what waits for one officer, and write if there is news; whether a letter was written.

    What is seen depends on the officer's roles as they are now, and is told in the officer's language.
    """
    officer = Officer.objects.get(pk=officer_id)
    today = local_day()
    if not officer.is_active or not is_turn(officer.digest, officer.digest_on, today):
        return False
    with translation.override(officer.language or settings.LANGUAGE_CODE):
        # Outside the transaction: what waits is counted in every application, and writers would wait.
        actor = actor_for(officer)
        groups = waiting.groups(actor, waiting.cards(actor))
        lines = [Line(group.name, task.url, task.count or 0) for group in groups for task in group.tasks]
        now = fingerprint(lines)
        with transaction.atomic():
            written = is_news(officer.digest_told, now) and _write(officer, groups, today)
            mine = Officer.objects.filter(pk=officer_id, digest=officer.digest)
            mine.update(digest_on=today, digest_told=now)
    return written


def send(progress: Progress) -> dict[str, int]:
    """Job: write the digests of today. Whoever was told already is passed over.

    What fails for one officer keeps no other's letter back; the job fails at the end and is tried again.
    """
    wished = Officer.objects.filter(is_active=True).exclude(digest=Digest.NEVER).order_by("pk")
    written, failures = 0, list[Exception]()
    progress.step(0)
    for done, pk in enumerate(list(wished.values_list("pk", flat=True)), start=1):
        try:
            written += tell(pk)
        except Exception as error:  # noqa: BLE001 - whatever an application's card raises, others get theirs
            failures.append(error)
        progress.step(done)
    if failures:
        raise failures[0]
    return {"written": written}
