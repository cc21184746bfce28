"""What the secretariat and the countries do about workshops in the demonstration, at their keyboards."""

from isthmus.apps.workshops.expenditure import queries as money
from isthmus.apps.workshops.models import Call, Nomination, Nominee, Programme
from isthmus.apps.workshops.nominations.services import inviting
from isthmus.apps.workshops.reporting import queries as reporting
from isthmus.node.demo import country_plans, workshops
from isthmus.node.demo.trade import Answer, who
from isthmus.ui.papers import files as papers


def enter_programme() -> Answer:
    """Enter the programme of 2011 with its book and close that; once."""
    return workshops.enter_programme(who("officer"), who("approver"))


def call_countries() -> Answer:
    """Call three countries to a workshop of today; once."""
    return workshops.call_countries(who("officer"))


def called() -> Answer:
    """Whether a call is here."""
    return {"calls": Call.objects.count()}


def nominate() -> Answer:
    """A delegate fills in the form, and the focal point approves; once."""
    return workshops.nominate_delegate(who("officer"), who("approver"))


def select() -> Answer:
    """Accept the delegate who was nominated; once. Empty while no nomination is here."""
    rows = Nominee.objects.exclude(invitation__workshop__title=country_plans.TITLE)
    row = rows.order_by("pk").first()
    if row is not None and not row.selections.exists():
        inviting.select(row, "accepted", "", actor=who("officer"))
    return {"name": row.name if row is not None else "", "nominees": rows.count()}


def nomination() -> Answer:
    """How the nomination of this country stands."""
    row = Nomination.objects.order_by("pk").first()
    return {"state": row.state if row is not None else ""}


def final_report() -> Answer:
    """The sums of the final report of 2011, and whether two runs give the same file."""
    programme = Programme.objects.get(code=workshops.CODE)
    paper = reporting.paper_of(programme)
    again = reporting.paper_of(programme)
    sums = money.sums_of(programme)
    return {
        "sums": {name: minor // 100 for name, minor in sums.named().items()},
        "workshops": programme.workshops.count(),
        "participants": programme.stated_participants,
        "same": all(papers.made(paper, kind) == papers.made(again, kind) for kind in papers.KINDS),
    }


KEYS = (
    enter_programme,
    call_countries,
    called,
    nominate,
    select,
    nomination,
    final_report,
    *country_plans.KEYS,
)
"""What can be asked for here."""
