"""A programme in the middle of its work, and a country that is called to workshops; sample data."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from zeal import zeal_ignore

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.agenda import services as agenda
from isthmus.apps.workshops.certificates import services as certificates
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.evaluation import services as evaluations
from isthmus.apps.workshops.expenditure import services
from isthmus.apps.workshops.expenditure.formats.sheets import read_expenditure, read_totals
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.funding import services as funding
from isthmus.apps.workshops.models import (
    Attendance,
    Call,
    DelegateLink,
    Invitation,
    Nomination,
    Nominee,
    Programme,
    Selection,
    Workshop,
)
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit import clock
from tests.apps.workshops.annex import EXPENDITURE, TOTALS
from tests.browser import country_plan_story, embassy_story

OFFICER, APPROVER = "officer@node.test", "approver@node.test"
NAMES = {
    "MM": "ဒေါ်ခင်မျိုးဆွေထက်ထက်အောင်",
    "MV": "فاطمة بنت عبد الرحمن الزهراني",
    "CN": "Maximiliane Freifrau von Hohenstein-Wallersdorf",
    "GH": "Sample Delegate of Ghana",
}


def _programme(organisation: Organisation) -> Programme:
    today = clock.now().date()
    given = {
        "code": "SAMPLE-2026",
        "title": "Cooperation on e-government of developing countries (sample)",
        "fund": "Sample fund for cooperation between developing countries",
        "reference": "INT/SAMPLE/26",
        "partners": ["Sample centre for exchanges", "Sample city information office"],
        "currency": "USD",
        "starts": today - timedelta(days=200),
        "ends": today + timedelta(days=100),
        "background": "Officials of many countries meet the same tasks.\n\nHere they see solutions.",
        "objectives": "Four workshops and what comes of them.",
        "stated_participants": 127,
    }
    return planning.plan_programme(organisation, given, actor=OFFICER)


def _workshop(programme: Programme, title: str, ago: int) -> Workshop:
    day = clock.now().date() - timedelta(days=ago)
    planned = planning.Planned(
        title=title,
        theme="Promoting the development of e-governance in cities of developing countries",
        host="Sample training centre",
        place="Sample hotel on the river, Shanghai",
        starts=day - timedelta(days=1),
        ends=day,
    )
    return planning.plan_workshop(programme, planned, actor=OFFICER)


def _money(programme: Programme) -> int:
    services.set_budget(programme, read_expenditure(EXPENDITURE.encode(), "annex"), actor=OFFICER)
    services.declare(programme, read_totals(TOTALS.encode(), "totals"), actor=OFFICER)
    today = clock.now().date()
    lines = list(programme.budget.order_by("place_in_budget"))
    for row in lines[:6]:
        new = services.NewEntry(
            Kind.EXPENSE, today, f"Paid for {row.name}", row.budget_minor // 2, row, receipt=f"R-{row.pk}"
        )
        services.approve(services.enter(programme, new, actor=OFFICER), actor=APPROVER)
    move = services.NewEntry(Kind.VIREMENT, today, "Fewer came by bus", 50_000, lines[1], lines[0])
    services.enter(programme, move, actor=APPROVER)
    new = services.NewEntry(Kind.EXPENSE, today, "Two nights of the lecturer", 24_000, lines[7])
    return services.enter(programme, new, actor=OFFICER).pk


def _people(workshop: Workshop) -> int:
    now = clock.now()
    until = now - timedelta(days=20)
    for place, (country, name) in enumerate(NAMES.items()):
        invitation = Invitation.objects.create(
            workshop=workshop, partner=country.lower(), country=country, quota=1, until=until,
            at=now - timedelta(days=60), by=OFFICER, leaf=str(place) * 64,
        )  # fmt: skip
        nominee = Nominee.objects.create(
            invitation=invitation, reference=str(place) * 32, name=name, position="Head of systems",
            employer="Bundeszentralamt für Außenwirtschaftsüberwachung", email="delegate@sample.example",
            gender="female", motivation="She builds the portal", body={}, leaf=str(place) * 63 + "a",
            arrived_at=until + timedelta(days=1 if country == "GH" else -5),
        )  # fmt: skip
        if country in {"MM", "MV"}:
            Selection.objects.create(
                nominee=nominee, says="accepted", at=now - timedelta(days=15), by=OFFICER, leaf="b" * 64
            )
            Attendance.objects.create(nominee=nominee, on=workshop.starts, at=now, by=OFFICER)
    workshop.called_at = now - timedelta(days=60)
    workshop.save()
    return Nominee.objects.get(name=NAMES["CN"]).pk


def _agenda(held: Workshop) -> dict[str, int]:
    """Two versions of the agenda; a visit that was moved and a session that was called off."""
    held = agenda.set_zone(held, "Asia/Shanghai", actor=OFFICER)
    case, visit = held.sessions.order_by("place_in_workshop")
    speaker = {
        "name": "Sample Lecturer",
        "position": "Head of a sample agency",
        "organisation": "Bundeszentralamt für Außenwirtschaftsüberwachung",
        "country": "MD",
    }
    off = planning.add_session(held, "round-table", "How to eliminate the digital gap", actor=OFFICER)
    for row, hour, people in ((case, 1, [speaker]), (visit, 5, []), (off, 7, [speaker, speaker])):
        start = datetime.combine(held.starts, time(hour, 30), UTC)
        end = start + timedelta(minutes=90)
        what = agenda.Placed(row.kind, row.title, "Hall of the river", start, end, people)
        agenda.place(row, what, actor=OFFICER)
    agenda.publish_agenda(held, actor=OFFICER)
    start = datetime.combine(held.ends, time(2), UTC)
    what = agenda.Placed(visit.kind, visit.title, "", start, start + timedelta(hours=3), [])
    agenda.place(visit, what, actor=OFFICER)
    agenda.call_off(off, actor=OFFICER)
    agenda.publish_agenda(held, actor=OFFICER)
    return {"ws_session": case.pk}


def _after(held: Workshop, planned: Workshop) -> dict[str, str]:
    """Certificates, and an evaluation that was answered by six and one that is open."""
    row = certificates.issue(held, actor=OFFICER)[0]
    asked = ["Was the workshop useful for your work at home?", "Was there enough time for questions?"]
    closed = evaluations.open_form(held, asked, ["What was missing?"], actor=OFFICER)
    for place, ticket in enumerate(evaluations.make_tickets(closed, 6, actor=OFFICER)):
        evaluations.answer(ticket, "public", [3 + place % 3, 4, "More cases (sample)"])
    evaluations.close(closed, actor=OFFICER)
    opened = evaluations.open_form(planned, asked, ["What was missing?"], actor=OFFICER)
    ticket = evaluations.make_tickets(opened, 1, actor=OFFICER)[0]
    return {"ws_certificate": row.number, "ws_code": row.code, "ws_ticket": ticket}


def _called(organisation: Organisation) -> dict[str, int]:
    now = clock.now()
    body = {
        "workshop": "CIFAL-2026-W3",
        "at": clock.to_text(now),
        "title": "Workshop on solar energy infrastructure for IT applications (sample)",
        "starts": (now + timedelta(days=40)).date().isoformat(),
        "ends": (now + timedelta(days=41)).date().isoformat(),
        "quota": 2,
        "until": clock.to_text(now + timedelta(days=12)),
        "theme": "Family solar supply",
        "host": "Sample secretariat",
        "place": "Shanghai",
        "programme": "Cooperation on e-government (sample)",
    }
    call = Call.objects.create(
        partner="cn", number=body["workshop"], title=body["title"], host="Sample secretariat",
        place="Shanghai", starts=(now + timedelta(days=40)).date(), ends=(now + timedelta(days=41)).date(),
        until=now + timedelta(days=12), quota=2, body=body, leaf="c" * 64,
    )  # fmt: skip
    told = {
        "call": call,
        "organisation": organisation,
        "position": "Head of systems",
        "employer": "Sample ministry",
    }
    waits = Nomination.objects.create(reference="e" * 32, name=NAMES["MM"], by=OFFICER, **told)
    goes = Nomination.objects.create(
        reference="f" * 32, name="U Sample Aung", by=OFFICER, approved_by=APPROVER, sent_at=now,
        state="accepted", answered_at=now, leaf="d" * 64, **told,
    )  # fmt: skip
    _link, empty = delegates.give_out(call, organisation, "Aminath (sample)", actor=OFFICER)
    own, follow_up = delegates.give_out(call, organisation, "U Aung (sample)", actor=OFFICER)
    DelegateLink.objects.filter(pk=own.pk).update(nomination=goes)
    link, filled = delegates.give_out(call, organisation, "U Kyaw (sample)", actor=OFFICER)
    answers = {"name": NAMES["MM"], "country": "MM", "position": "Head of systems", "employer": "Ministry",
               "email": "", "gender": "female", "motivation": "She builds the portal"}  # fmt: skip
    delegates.keep(link, answers)
    return {
        "ws_call": call.pk,
        "ws_nomination": waits.pk,
        "ws_form": empty,
        "ws_follow_up": follow_up,
        "ws_followed": goes.pk,
        "ws_form_filled": filled,
    }


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    programme = _programme(organisation)
    held = _workshop(programme, "Workshop on promotion of e-governance development (sample)", 5)
    nominee = _people(held)
    planning.add_session(
        held, "case", "Digital signature in Moldova", speaker="Sample Lecturer",
        position="Head of a sample agency", actor=OFFICER,
    )  # fmt: skip
    planning.add_session(held, "visit", "Tour of a sample high-tech park", actor=OFFICER)
    planning.write_account(held, "Three sections were held.\n\nIt was lively.", None, actor=OFFICER)
    planning.mark_held(held, actor=OFFICER)
    with zeal_ignore():
        session = _agenda(held)
    planned = _workshop(programme, "Workshop on assembly of IT products (sample)", -60)
    planning.add_virtual_project(
        programme, "Sharing of trade information", "Proposed by the delegate of Myanmar.", actor=OFFICER
    )
    with zeal_ignore():
        after = _after(held, planned)
    funding.endorse(programme, "MV", clock.now().date(), "Ministry of Foreign Affairs", actor=OFFICER)
    return {
        "ws_programme": programme.code,
        "ws_held": held.number,
        "ws_planned": planned.number,
        "ws_nominee": nominee,
        "ws_accepted": Nominee.objects.get(name=NAMES["MV"]).pk,
        "ws_entry": _money(programme),
        **session,
        **after,
        **_called(organisation),
        **embassy_story.tell(organisation),
        **country_plan_story.tell(organisation, Nominee.objects.get(name=NAMES["MV"])),
    }
