"""The activity of 2011 as its report states it, with sample entries of its book."""

from datetime import UTC, date, datetime

from isthmus.apps.workshops.iati.formats.activity import Activity, Publisher, Spending, Status

ACTIVITY = Activity(
    publisher=Publisher("XI-EXAMPLE-1", "80", "Sample training centre"),
    code="INT-10-K05",
    title="Cooperation on e-government of developing countries",
    background="Officials of many countries meet the same tasks.",
    objectives="Four workshops and what comes of them.",
    fund="Perez-Guerrero Trust Fund",
    reference="INT/10/K05",
    partners=("Sample centre for exchanges",),
    starts=date(2011, 7, 1),
    ends=date(2011, 12, 31),
    started=date(2011, 7, 25),
    ended=date(2011, 12, 21),
    status=Status.CLOSED,
    sector="43081",
    region="998",
    currency="USD",
    digits=2,
    budget_minor=5_978_000,
    spendings=(
        Spending(1, date(2011, 7, 25), "Domestic Travel: Local Transportation", 800_000),
        Spending(2, date(2011, 7, 26), "Domestic Travel: Local Transportation", -5_500),
    ),
    changed_at=datetime(2012, 1, 31, 10, 0, tzinfo=UTC),
    language="en",
)
