"""The programme of 2011 as its final report states it, and a sample one of today that calls three countries.

Source of everything about INT/10/K05: CIFAL Shanghai, "Final Report on International Cooperation of
e-Government Promotion and Exchange for Developing Countries", to the Perez-Guerrero Trust Fund; its annex
"Breakdown of Expenditure" gives the lines in US dollars. The report states 127 participants in all, 26 and 38
of them for two workshops; the rest is a remainder, and is shown as one. It lists no participant by country.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.delegates import services as delegates
from isthmus.apps.workshops.expenditure import queries as money
from isthmus.apps.workshops.expenditure import services as book
from isthmus.apps.workshops.expenditure.rules.book import Kind
from isthmus.apps.workshops.expenditure.rules.sums import OVERHEAD, Spent
from isthmus.apps.workshops.models import Call, Nomination, Programme, Workshop
from isthmus.apps.workshops.nominations.services import inviting, nominating
from isthmus.apps.workshops.programme.services import planning
from isthmus.kit import clock
from isthmus.node.demo.countries import MARK

CODE: Final = "INT-10-K05"
TODAY_CODE: Final = "SAMPLE-COURSE"
CALLED: Final = ("mv", "md", "mm")
FUND: Final = "Perez-Guerrero Trust Fund"
CENTRE: Final = "CIFAL Shanghai"
_GOALS = (
    "It was held for the Millennium Development Goals: to close the digital gap, and to build e-governance in"
    " developing countries."
)


@dataclass(frozen=True, slots=True)
class Held:
    """A workshop of 2011; ``sessions`` are kind, title, speaker and position."""

    title: str
    theme: str
    place: str
    starts: date
    stated: int | None
    account: str
    sessions: tuple[tuple[str, str, str, str], ...]


WORKSHOPS: Final = (
    Held(
        "Workshop on Promotion of E-governance Development",
        "Promoting the Development of E-Governance",
        "Beijing Jingyan Hotel, Beijing",
        date(2011, 9, 8),
        None,
        f"{_GOALS}\n\nAfter the opening came a round table and case studies.",
        (
            ("speech", "Promoting the construction of e-governance to lead the informatization of the city",
             "Zhao Kangmei", "Shanghai Municipal Commission of Commerce"),
            ("round-table", "How to eliminate the digital gap", "", ""),
            ("case", "Moldova digital signature", "", ""),
            ("case", "Construction of a government office platform with open source", "", ""),
            ("case", "Data security information system", "", ""),
        ),
    ),
    Held(
        "Workshop on SDK Production of IT Products",
        "SDK Production of IT Products in Other Developing Countries",
        "Jin Jiang Tower, Shanghai",
        date(2011, 12, 20),
        None,
        f"{_GOALS}\n\nIt continued the talks of the session before on applying information technology.",
        (
            ("speech", "Present and future of the assembly of IT products", "Wu Hao", "General manager"),
            ("speech", "Present and future of the assembly of IT products", "Khalfan Ameir Makame",
             "IT expert"),
            ("case", "C2Teck tablet PC production assembly in Argentina", "", ""),
        ),
    ),
    Held(
        "Workshop on Solar Energy Infrastructure for IT Applications",
        "Solar energy infrastructure for IT applications",
        "Shanghai Kapok Hotel, Shanghai",
        date(2011, 11, 26),
        26,
        "They came from 15 developing countries and regions in Asia, Africa, Europe and Latin America.",
        (
            ("speech", "Construction of environment-friendly solar energy infrastructure", "He Gong",
             "Senior engineer, Tian Hai Group"),
            ("visit", "Makers of solar energy products in Yangzhong, Jiangsu", "", ""),
        ),
    ),
    Held(
        "Workshop on Innovation and Development of Hi-tech Park in APAC",
        "Innovation and Development of Hi-tech Park",
        "Shanghai Kaibo Hotel, Shanghai",
        date(2011, 7, 25),
        38,
        "They came from Asia, Africa, Europe, Latin America, the Caribbean and the South Pacific.",
        (
            ("speech", "How hi-tech parks meet development driven by innovation", "Zhou Zhengshu",
             "Division chief, Shanghai Municipal Commission of Economy and Informatization"),
            ("speech", "Urbanization in the context of Papua New Guinea", "Toa Labui",
             "Director of the Urbanization Office, Papua New Guinea"),
            ("round-table", "IT high-tech parks in Uganda, Egypt, Papua New Guinea and Kyrgyzstan", "", ""),
        ),
    ),
)  # fmt: skip
VIRTUAL_PROJECTS: Final = (
    ("SKD partnership of TD telecom products",
     "Delegates of Egypt, Syria, Albania and Nigeria sought partners after visiting Leadcore Technologies."),
    ("E-Trade information sharing",
     ("Proposed by the delegate of Myanmar, which trades across its borders with China, Laos, India,"
     " Bangladesh and Thailand.")),
    ("Taxation on alcoholic products system",
     "Proposed jointly by delegates of Maldives and Moldova: one has such a system, the other has none yet."),
    ("Data security of governments",
     "Lectures, talks of delegates, and tours of high-tech parks in Wuxi and Shanghai."),
    ("Family solar supply systems",
     "For countries that are short of power: partners in China, with visits to Wuxi and Yangzhong."),
    ("Benefits of database and consultant network",
     "Delegates propose topics beyond their present work; each may lead to a real project."),
)  # fmt: skip
SPENT: Final = (
    ("Domestic Travel", (("Local Transportation", 7_945), ("Flight tickets to/from Beijing", 6_000))),
    ("International Travel",
     (("Flight tickets to/from Maldives", 1_344), ("Flight tickets to/from Myanmar", 1_352),
      ("Flight tickets to/from Ghana", 2_538), ("Flight tickets to/from Papua New Guinea", 4_056),
      ("Flight tickets to/from Nigeria", 2_464))),
    ("Daily Cost", (("Accommodation", 16_800), ("Allowance", 1_230))),
    ("Conference",
     (("Laptop", 4_185), ("Projector and Audio", 1_720), ("Printer", 1_160),
      ("Translation and Interpretation", 4_393), ("Printing Material", 102))),
    (OVERHEAD, ((OVERHEAD, 4_491),)),
)  # fmt: skip
"""The annex: headings, their lines, whole US dollars."""
DECLARED: Final = {
    "Domestic Travel": 13_945, "International Travel": 11_754, "Daily Cost": 18_030, "Conference": 11_560,
    "Subtotal": 55_289, "Overhead": 4_491, "Total": 59_780,
}  # fmt: skip
"""The totals that the annex declares."""


def _plan(organisation: Organisation, officer: str) -> Programme:
    given = {
        "code": CODE,
        "title": "International Cooperation of e-Government Promotion and Exchange for Developing Countries",
        "reference": "INT/10/K05",
        "fund": FUND,
        "partners": [
            "China Center for International Economic Exchanges",
            "Shanghai Municipal Committee of Economy and Informatization",
        ],
        "currency": "USD",
        "starts": date(2011, 7, 1),
        "ends": date(2011, 12, 31),
        "background": f"{CENTRE} was established in November 2006 by the United Nations Institute for"
        " Training and Research and the Regional Cooperation Office for City Informatization. It trains"
        " officials in the informatization of government and cities.",
        "objectives": "Four workshops in China for officials of developing countries, and the topics that"
        " delegates propose there.",
        "stated_participants": 127,
    }
    return planning.plan_programme(organisation, given, actor=officer)


def _hold(programme: Programme, told: Held, officer: str) -> Workshop:
    planned = planning.Planned(
        title=told.title,
        theme=told.theme,
        host=CENTRE,
        place=told.place,
        starts=told.starts,
        ends=told.starts + timedelta(days=1),
    )
    row = planning.plan_workshop(programme, planned, actor=officer)
    for kind, title, speaker, position in told.sessions:
        planning.add_session(row, kind, title, speaker=speaker, position=position, actor=officer)
    return planning.write_account(row, told.account, told.stated, actor=officer)


def _spend(programme: Programme, officer: str, approver: str) -> None:
    lines = [
        Spent(heading, line, amount * 100, heading == OVERHEAD)
        for heading, every in SPENT
        for line, amount in every
    ]
    book.set_budget(programme, lines, actor=officer, source=FUND)
    book.declare(programme, {name: amount * 100 for name, amount in DECLARED.items()}, actor=officer)
    for row in programme.budget.order_by("place_in_budget"):
        new = book.NewEntry(
            Kind.EXPENSE,
            programme.ends,
            f"{row.heading}: {row.name}, as the report states it",
            row.budget_minor,
            row,
            receipt="Annex of the final report",
        )
        book.approve(book.enter(programme, new, actor=officer), actor=approver)
    book.close(programme, actor=approver)


def enter_programme(officer: str, approver: str) -> dict[str, Any]:
    """At ``cifal``: the programme of 2011 with its workshops and its book, entered once and closed.

    Returns its code, the number of workshops, the participants, and the total in whole dollars.
    """
    row = Programme.objects.filter(code=CODE).first()
    if row is None:
        row = _plan(Organisation.objects.get(code="secretariat"), officer)
        for held in [_hold(row, told, officer) for told in WORKSHOPS]:
            planning.mark_reported(planning.mark_held(held, actor=officer), actor=officer)
        for title, text in VIRTUAL_PROJECTS:
            planning.add_virtual_project(row, title, text, actor=officer)
        _spend(row, officer, approver)
    return {
        "programme": row.code,
        "workshops": row.workshops.count(),
        "participants": row.stated_participants,
        "total": money.sums_of(row).total_minor // 100,
    }


def call_countries(officer: str) -> dict[str, Any]:
    """At ``cifal``: a sample programme of today, whose workshop calls three countries, once."""
    row = Workshop.objects.filter(programme__code=TODAY_CODE).first()
    if row is None:
        today = clock.now().date()
        given = {
            "code": TODAY_CODE,
            "title": f"Course on information technology for developing countries {MARK}",
            "reference": "",
            "fund": f"Fund for cooperation {MARK}",
            "partners": [],
            "currency": "USD",
            "starts": today - timedelta(days=230),
            "ends": today + timedelta(days=200),
        }
        programme = planning.plan_programme(
            Organisation.objects.get(code="secretariat"), given, actor=officer
        )
        planned = planning.Planned(
            title=f"Workshop on records that cross borders {MARK}",
            theme="One record, signed once, used on both sides",
            host=CENTRE,
            place="Shanghai",
            starts=today + timedelta(days=60),
            ends=today + timedelta(days=61),
        )
        row = planning.plan_workshop(programme, planned, actor=officer)
        inviting.call(row, list(CALLED), quota=2, until=_midnight(30), actor=officer)
    return {"workshop": row.number, "called": row.invitations.count()}


def _midnight(days: int) -> datetime:
    now = clock.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)


def nominate_delegate(officer: str, approver: str, secretariat: str = "cifal") -> dict[str, Any]:
    """At ``mv``, once the call is there: a delegate fills in a form, and the focal point approves, once."""
    call = Call.objects.filter(partner=secretariat).order_by("pk")[0]
    row = Nomination.objects.filter(call=call).first()
    if row is None:
        organisation = Organisation.objects.order_by("pk")[0]
        link, _secret = delegates.give_out(call, organisation, "Aishath", actor=officer)
        answers = {
            "name": f"Aishath Naseema {MARK}",
            "country": "MV",
            "position": "Head of systems",
            "employer": organisation.name,
            "email": "aishath@mv.example",
            "gender": "female",
            "motivation": "Goods arrive on two hundred islands, and the papers on one.",
        }
        delegates.keep(link, answers)
        row = nominating.approve(delegates.hand_in(link), actor=approver)
    return {"nomination": row.reference, "name": row.name, "state": row.state}
