"""Letters by mail in each state: sample data."""

from typing import Any

from isthmus.accounts.letters import post
from isthmus.accounts.models import Letter
from isthmus.jobs.models import Job, State
from isthmus.kit import clock

_LETTERS = (
    (
        "workshops.decision:1",
        "فاطمة الزهراني (عينة)",
        "Decision about “E-governance (sample)”",
        Letter.State.SENT,
        "",
    ),
    (
        "workshops.invitation:2",
        "ဒေါ်ခင်မျိုးဆွေ (sample)",
        "Invitation to “Customs (sample)”",
        Letter.State.DOUBTFUL,
        "The connection ended before the mail server answered.",
    ),
    (
        "workshops.plan:3",
        "Ann Sample",
        "How far is your plan “One window (sample)”?",
        Letter.State.WAITING,
        "550 5.1.1 No such person here",
    ),
    (
        "node.digest:4",
        "Datenübermittlungsbeauftragter Sample",
        "3 matters wait for you",
        Letter.State.LEFT,
        "",
    ),
)


def tell() -> dict[str, Any]:
    """One sent, one in doubt, one refused until the queue gave up, one left as it is, one that waits."""
    found = {}
    for key, name, subject, state, reason in _LETTERS:
        row = post(key, "delegate@sample.example", name, subject, "What was said.")
        Letter.objects.filter(key=key).update(
            state=state, reason=reason, sent_at=clock.now() if state == Letter.State.SENT else None
        )
        found[f"letter_{state}"] = row
    Job.objects.filter(kind="accounts.letter").update(state=State.FAILED, finished=clock.now())
    post(
        "workshops.evaluation:5",
        "delegate@sample.example",
        "王小明",
        "What did you think of it?",
        "What was said.",
    )
    return found
