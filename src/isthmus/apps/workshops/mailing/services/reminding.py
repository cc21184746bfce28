"""Reminders: a job of every day writes to those who are asked something, once for each question."""

from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.accounts.letters import greeting, paragraphs, post
from isthmus.apps.workshops.evaluation.models import Evaluation
from isthmus.apps.workshops.followups.services.telling import FOLLOW_UP
from isthmus.apps.workshops.mailing.rules.reminders import Occasion, occasion_of
from isthmus.apps.workshops.mailing.services.letters import language_of
from isthmus.apps.workshops.nominations.models import Nomination, Nominee
from isthmus.apps.workshops.plans import queries as plans
from isthmus.apps.workshops.plans.models import CountryPlan
from isthmus.apps.workshops.plans.queries import Due
from isthmus.exchange.queries import receivers_of
from isthmus.jobs.progress import Progress
from isthmus.kit import clock
from isthmus.ui.formats import day_text


def _about_plan(due: Due) -> None:
    row = due.plan
    delegate = row.nomination
    page = urljoin(settings.ISTHMUS.url, reverse("workshops:plan", args=[row.pk]))
    with translation.override(settings.LANGUAGE_CODE):
        told = {"months": due.asking.months, "plan": row.title, "page": page}
        post(
            f"workshops.plan:{row.reference}:{due.asking.months}",
            delegate.email,
            delegate.name,
            _("How far is your plan “%(plan)s”?") % told,
            paragraphs(
                greeting(delegate.name),
                _("%(months)d months after the workshop your plan “%(plan)s” is asked about.") % told,
                _("Open the link of your form, or ask your office to answer for you: %(page)s") % told,
            ),
        )


def _about_evaluation(evaluation: Evaluation, nominee: Nominee) -> None:
    workshop = evaluation.workshop
    with translation.override(language_of(nominee.invitation.country)):
        told = {"workshop": workshop.title}
        post(
            f"workshops.evaluation:{evaluation.pk}:{nominee.reference}",
            nominee.email,
            nominee.name,
            _("What did you think of “%(workshop)s”?") % told,
            paragraphs(
                greeting(nominee.name),
                _("The evaluation of “%(workshop)s” is open. Answer with the ticket that you were given.")
                % told,
                _("Answers are without a name. Whoever has no ticket left asks the secretariat for one."),
            ),
        )


def _without_form() -> QuerySet[Nomination]:
    """The accepted whose follow-up form is empty, where the agreement lets it cross."""
    partners = [partner.node_id for partner in receivers_of(FOLLOW_UP)]
    rows = Nomination.objects.filter(
        state=Nomination.State.ACCEPTED, follow_up=None, call__partner__in=partners
    )
    return rows.exclude(answered_at=None).select_related("call").order_by("pk")


def _about_follow_up(row: Nomination, occasion: Occasion) -> None:
    page = urljoin(settings.ISTHMUS.url, reverse("workshops:follow-up", args=[row.pk]))
    with translation.override(settings.LANGUAGE_CODE):
        told = {"workshop": row.call.title, "starts": day_text(row.call.starts), "page": page}
        post(
            f"workshops.follow-up:{row.reference}:{occasion}",
            row.email,
            row.name,
            _("Your form for the journey to “%(workshop)s” is open") % told,
            paragraphs(
                greeting(row.name),
                _(
                    "“%(workshop)s” begins on %(starts)s. The organisers need your passport, days, diet and"
                    " room for the visa and the journey, and your form is not filled in yet."
                )
                % told,
                _("Open the link of your form, or ask your office to fill it in for you: %(page)s") % told,
            ),
        )


def _follow_ups() -> list[tuple[Nomination, Occasion]]:
    today = clock.now().date()
    found = []
    for row in _without_form():
        answered = row.answered_at
        occasion = occasion_of(answered.date(), row.call.starts, today) if answered else None
        if occasion is not None:
            found.append((row, occasion))
    return found


def remind(progress: Progress) -> dict[str, int]:
    """Job: write about every plan that is asked about, every open evaluation, every empty follow-up form."""
    due = plans.due_of(CountryPlan.objects.select_related("nomination__call").prefetch_related("answers"))
    opened = Evaluation.objects.filter(closed_at=None).select_related("workshop").order_by("pk")
    asked = 0
    for one in due:
        with transaction.atomic():
            _about_plan(one)
        asked += 1
        progress.step(asked)
    for evaluation in opened:
        people = Nominee.objects.filter(invitation__workshop=evaluation.workshop, withdrawn_at=None)
        for nominee in people.exclude(days=None).select_related("invitation").distinct().order_by("pk"):
            with transaction.atomic():
                _about_evaluation(evaluation, nominee)
            asked += 1
            progress.step(asked)
    for nomination, occasion in _follow_ups():
        with transaction.atomic():
            _about_follow_up(nomination, occasion)
        asked += 1
        progress.step(asked)
    return {"asked": asked}
