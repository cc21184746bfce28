"""Sample experts of the demonstration: who can help, where they live, and one engagement of theirs.

Everything goes through the services; what was done at an earlier start is found and left alone. The nodes of
the people are those of the story: ``enter_experts`` at each, ``state_engagement`` at the secretariat once
profiles arrived, ``answer_engagements`` at the expert's node.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.experts import body_queries as bodies
from isthmus.apps.experts import queries as experts
from isthmus.apps.experts.models import Engagement, Expert, Level, Purpose, Says
from isthmus.apps.experts.services import consenting, engaging, profiles
from isthmus.exchange import queries
from isthmus.node.demo.countries import BY_ID

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SampleExpert:
    """An invented person; languages are code and level, skills name and code of ISCO-08."""

    node: str
    name: str
    headline: str
    summary: str
    country: str
    skills: tuple[tuple[str, str], ...]
    sectors: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    weeks: int
    email: str
    level: str = Level.INSTITUTION
    contacted: bool = True


EXPERTS = (
    SampleExpert(
        "md",
        "Ana Munteanu (sample)",
        "Excise stamp specialist",
        "Ran the ordering, printing and counting of excise stamps for spirits and tobacco.",
        "MD",
        (("Excise stamps", "3354"), ("Stock accounts of tax stamps", "3313")),
        ("excise",),
        ("MD", "RO"),
        (("ro", "C2"), ("en", "C1"), ("ru", "B2")),
        6,
        "ana.munteanu@sample.example",
        Level.NODE,
    ),
    SampleExpert(
        "md",
        "Ion Rusu (sample)",
        "Adviser on electronic movements of excise goods",
        "Connected tax warehouses to the control of movements under suspension.",
        "MD",
        (("Excise movements", "3352"), ("Business analysis", "2511")),
        ("excise", "trade"),
        ("MD", "UA"),
        (("ro", "C2"), ("ru", "C2"), ("en", "B1")),
        4,
        "ion.rusu@sample.example",
    ),
    SampleExpert(
        "mv",
        "Aishath Nazima (sample)",
        "Customs adviser for small island states",
        "Wrote the risk rules of a customs service of islands; trains inspectors.",
        "MV",
        (("Customs risk analysis", "3351"), ("Training of inspectors", "2424")),
        ("customs", "training"),
        ("MV", "LK"),
        (("dv", "C2"), ("en", "C2"), ("ar", "B1")),
        3,
        "aishath.nazima@sample.example",
        contacted=False,
    ),
    SampleExpert(
        "mm",
        "Daw Thin Thin (sample)",
        "Engineer of solar home systems",
        "Planned and inspected solar systems for villages without a grid.",
        "MM",
        (("Sizing of solar home systems", "2151"), ("Inspection of installations", "3113")),
        ("solar",),
        ("MM", "LA", "KH"),
        (("my", "C2"), ("en", "B2")),
        8,
        "thin.thin@sample.example",
    ),
    SampleExpert(
        "mm",
        "U Ye Naing (sample)",
        "Customs declaration specialist",
        "Compared export and import declarations of pulses and fish for years.",
        "MM",
        (("Customs declarations", "3331"), ("Classification by HS", "3351")),
        ("customs", "trade"),
        ("MM", "TH"),
        (("my", "C2"), ("en", "B1"), ("th", "B1")),
        2,
        "ye.naing@sample.example",
        contacted=False,
    ),
    SampleExpert(
        "cn",
        "Chen Yulan (sample)",
        "Tester of solar components",
        "Led a laboratory that tests controllers and batteries of solar home systems.",
        "CN",
        (("Testing of batteries", "2151"), ("Quality assurance", "3119")),
        ("solar",),
        ("CN", "NG"),
        (("zh", "C2"), ("en", "B2")),
        5,
        "chen.yulan@sample.example",
        Level.NODE,
    ),
    SampleExpert(
        "cn",
        "Zhao Rui (sample)",
        "Information security auditor",
        "Audits registries and keys of public offices.",
        "CN",
        (("Security audit", "2529"), ("Key management", "2529")),
        ("security",),
        ("CN", "SG"),
        (("zh", "C2"), ("en", "C1")),
        3,
        "zhao.rui@sample.example",
    ),
    SampleExpert(
        "cifal",
        "Leila Haddad (sample)",
        "Trainer in electronic government",
        "Plans workshops for delegates and follows what comes of their ideas.",
        "",
        (("Training of officials", "2424"), ("Evaluation of programmes", "2422")),
        ("training", "law"),
        ("CN", "LA", "NG"),
        (("ar", "C2"), ("fr", "C1"), ("en", "C2")),
        12,
        "leila.haddad@sample.example",
    ),
)
"""Eight invented people; none of them exists."""

ENGAGED = "Advice on the marking of spirits (sample)"
_CONSENT = "Signed paper SAMPLE-1"


def _who(role: str) -> str:
    return BY_ID[queries.me()].email(role)


def _office() -> Organisation:
    return Organisation.objects.get(code=BY_ID[queries.me()].organisations[0].code)


def _given(one: SampleExpert) -> dict[str, Any]:
    return {
        "name": one.name,
        "headline": one.headline,
        "summary": one.summary,
        "country": one.country,
        "skills": [{"name": name, "scheme": "isco-08", "code": code} for name, code in one.skills],
        "sectors": list(one.sectors),
        "countries": list(one.countries),
        "languages": [{"code": code, "level": level} for code, level in one.languages],
        "weeks": one.weeks,
        "contact": {"email": one.email},
    }


def _enter(one: SampleExpert) -> None:
    actor = _who("officer")
    row = profiles.open_profile(_office(), _given(one), actor=actor)
    profiles.verify(row, one.level, "Papers seen (sample)", officer_id=None, actor=_who("approver"))
    consenting.set_consent(row, queries.me(), _consents(one), evidence=_CONSENT, actor=actor)
    profiles.state(row, actor=actor)


def _consents(one: SampleExpert) -> list[str]:
    purposes = [Purpose.LISTED, Purpose.REFERENCES, *([Purpose.CONTACTED] if one.contacted else [])]
    return [purpose.value for purpose in purposes]


def enter_experts() -> Answer:
    """Enter the sample experts of this node, and send them to every partner that an agreement covers."""
    own = [one for one in EXPERTS if one.node == queries.me()]
    known = set(experts.here().values_list("name", flat=True))
    new = [one for one in own if one.name not in known]
    for one in new:
        _enter(one)
    partners = [partner.node_id for partner in queries.receivers_of(bodies.PROFILE)]
    for one in own:
        for row in experts.here().filter(name=one.name):
            for node in partners:
                consenting.set_consent(row, node, _consents(one), evidence=_CONSENT, actor=_who("officer"))
    return {"new": len(new), "listed": experts.listed().count(), "partners": partners}


def state_engagement(name: str = EXPERTS[0].name) -> Answer:
    """The office of this node states that it engaged an expert of a partner; empty until the profile came."""
    row = Expert.objects.filter(name=name).exclude(node=queries.me()).first()
    if row is None:
        return {"engagement": ""}
    made = Engagement.objects.filter(expert=row, title=ENGAGED, engager_node=queries.me()).first()
    if made is None:
        made = engaging.engage(
            row,
            _office(),
            title=ENGAGED,
            starts=date(2026, 9, 7),
            ends=date(2026, 9, 25),
            words="The stamps of the sample country are counted now.",
            actor=_who("officer"),
        )
    return {"engagement": made.reference}


def answer_engagements() -> Answer:
    """The experts of this node confirm what organisations abroad stated of them."""
    rows = Engagement.objects.filter(expert__node=queries.me(), expert_at=None).select_related("expert")
    for row in rows:
        engaging.answer(row, engaging.EXPERT, Says.CONFIRMED, "So it was.", actor=_who("officer"))
    agreed = Engagement.objects.exclude(engager_at=None).exclude(expert_at=None)
    return {"agreed": agreed.filter(expert__node=queries.me()).count()}
