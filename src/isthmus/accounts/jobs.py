"""Tidying up after sign-ins and signed requests, done by the node's worker."""

from django.contrib.sessions.models import Session

from isthmus.accounts import attempts, once
from isthmus.jobs.progress import Progress
from isthmus.kit import clock


def tidy(progress: Progress) -> dict[str, int]:
    """Forget old counters of failed tries, used-up codes and requests, and sessions that have ended."""
    progress.step(0, 3)
    counters = attempts.forget_old()
    progress.step(1, 3)
    spent = once.forget_expired()
    progress.step(2, 3)
    sessions = Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
    progress.step(3, 3)
    return {"counters": counters, "spent": spent, "sessions": sessions}
