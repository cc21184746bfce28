"""What delegates do about virtual projects in the demonstration: the six topics of 2011, and one that becomes
a pilot between Myanmar, China and Thailand.

Source of the six: CIFAL Shanghai, "Final Report on International Cooperation of e-Government Promotion and
Exchange for Developing Countries", part III, in words of our own. How the one about trade goes on is
invented. Everything goes through the services; what was done at an earlier start is found and left alone.
"""

from dataclasses import dataclass
from typing import Final

from isthmus.accounts.models import Organisation
from isthmus.apps.projects import queries
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.rules import work
from isthmus.apps.projects.services import contributing, gating, joining, proposing, telling
from isthmus.exchange import queries as exchange
from isthmus.exchange import registry
from isthmus.kit import clock
from isthmus.node.demo.countries import BY_ID, MARK
from isthmus.node.demo.trade import Answer, who

CODE: Final = "INT-10-K05"
LEAD: Final = "mm"
MEMBERS: Final = ("mm", "cn", "th")
"""Who brings the topic about trade to its pilot, the lead first."""


@dataclass(frozen=True, slots=True)
class Told:
    """A virtual project of 2011. ``made_real_by`` lists applications, the first that a node has counts."""

    node: str
    country: str
    proposer: str
    title: str
    problem: str
    text: str
    themes: tuple[str, ...]
    made_real_by: tuple[str, ...]


TRADE: Final = Told(
    "mm", "MM", "The delegate of Myanmar", "E-Trade information sharing",
    "Each country records the trade across its borders in a system of its own.",
    "Myanmar trades across its borders with China, Laos, India, Bangladesh and Thailand, and its trade"
    " ministry builds an e-trade system. Sharing information between the systems of the countries"
    " is the next step."
    "\nDelegates of China, Laos and other countries are interested.",
    ("trade", "customs", "data exchange"), ("etrade",),
)  # fmt: skip
SIX: Final = (
    Told(
        "cifal", "", "Delegates of Egypt, Syria, Albania and Nigeria",
        "SKD partnership of TD telecom products",
        "Telecom products are bought abroad, though they could be put together at home.",
        "After a visit to Leadcore Technologies, delegates of Egypt, Syria, Albania, Nigeria and others seek"
        " Chinese telecom firms as partners for assembly from kits (SKD).\nThe delegate of Albania proposes"
        " joint research on governance and regulators in Europe.",
        ("telecom", "SKD", "assembly"), ("assembly", "partners"),
    ),
    TRADE,
    Told(
        "md", "MD", "The delegates of the Maldives and Moldova", "Taxation on alcoholic products system",
        "The Maldives have no such system yet; Moldova has one in use.",
        "Proposed jointly. Both assess each other's ways and exchange information; the delegate of Moldova"
        " wrote an introduction and presented it to more than twenty countries.",
        ("excise", "tax", "alcohol"), ("excise",),
    ),
    Told(
        "cifal", "", "IT professionals of all governments", "Data security of governments",
        "Every government has data that must not leak or be lost.",
        "A common topic: lectures, tours of Chinese firms in data security in the high-tech parks of Wuxi and"
        " Shanghai, and talks of delegates in workshops.",
        ("data security",), ("security",),
    ),
    Told(
        "cifal", "", "Delegates of African and South Asian countries", "Family solar supply systems",
        "Power is short in many developing countries: it widens the digital gap and makes daily life hard.",
        "Partners in China that make solar systems for families are offered to the countries. Workshops had"
        " attendees of more than 20 countries, with visits to makers in Wuxi and Yangzhong.",
        ("solar", "power"), ("solar",),
    ),
    Told(
        "cifal", "", "Delegates of the workshops", "Benefits of database and consultant network",
        "Topics that delegates propose do not become real projects by themselves.",
        "With encouragement, delegates are active in proposing topics, mostly outside their daily job. Such"
        " topics show potential, and may lead to real projects among the countries.",
        ("network", "experts"), ("experts", "partners", "projects"),
    ),
)  # fmt: skip
ROLES: Final = {
    "mm": ("host", "A border post, two officers and the e-trade system of the ministry (sample)"),
    "cn": ("know-how", "The list that maps the codes of both tariffs, and four engineers (sample)"),
    "th": ("supplier", "A second border post, and the forms of its own system (sample)"),
}
TERMS: Final[dict[str, dict[str, str]]] = {
    "group": {
        "text": "The group lets customs offices on both sides of a border see the same declaration. Myanmar"
        " leads and writes; each country keeps its own system and names one person.\nIt meets once a"
        " month, until a pilot has shown its result."
    },
    "pilot": {
        "text": "One border post of Myanmar with China and one with Thailand compare every declaration on the"
        " day it is made, for six months.",
        "budget": "25000.00",
        "currency": "USD",
        "indicator": "Declarations that agree on value, mass and code",
        "unit": "%",
        "baseline": "62",
        "target": "90",
        "ends": "2027-06-30",
        "exit": "Given up if fewer than 70 % agree after three months; all systems stay as they are.",
    },
}


def _office() -> Organisation:
    """The ministry that proposes: trade, or the only organisation of the secretariat."""
    rows = Organisation.objects.order_by("pk")
    return rows.filter(code="trade").first() or rows.get(code=BY_ID[exchange.me()].organisations[0].code)


def enter_topics() -> Answer:
    """On every node: propose those of the six that came from here; returns their titles."""
    known = {one.name for one in registry.applications()}
    mine = [one for one in SIX if one.node == exchange.me()]
    for one in mine:
        if Topic.objects.filter(lead=exchange.me(), title=one.title).exists():
            continue
        proposing.propose(
            _office(),
            {
                "title": one.title,
                "text": one.text,
                "problem": one.problem,
                "language": "en",
                "country": one.country,
                "proposer": one.proposer,
                "themes": one.themes,
                "application": next((name for name in one.made_real_by if name in known), ""),
                "programme": CODE,
            },
            actor=who("officer"),
        )
    return {"topics": [one.title for one in mine]}


def _trade() -> Topic | None:
    return Topic.objects.filter(lead=LEAD, title=TRADE.title).first()


def trade_topic() -> Answer:
    """On every node: how the topic about trade stands; everything empty while it is not known here."""
    topic = _trade()
    if topic is None:
        return {"stage": "", "members": [], "gates": {}, "signed": {}}
    story = queries.story_of(topic)
    return {
        "stage": str(topic.stage),
        "members": sorted(node for node in story.members if story.is_member(node)),
        "gates": {one.kind: "open" if one.opened_at else "waits" for one in story.gates},
        "signed": {one.kind: [answer.country for answer in one.answers] for one in story.gates},
    }


def join_trade() -> Answer:
    """On each of ``MEMBERS``: join the topic about trade; asks that it is known here."""
    topic = _trade()
    assert topic is not None, "the topic has arrived"
    if not queries.story_of(topic).is_member(exchange.me()):
        role, brings = ROLES[exchange.me()]
        joining.join(topic, _office(), role=role, resources=brings, actor=who("officer"))
    return trade_topic()


def contribute_to_trade() -> Answer:
    """On each of ``MEMBERS``: what the country knows of its own fit, evidence and a task."""
    topic = _trade()
    assert topic is not None, "the topic has arrived"
    here, office, actor = exchange.me(), _office(), who("officer")
    said = queries.story_of(topic).said
    if not any(one.node == here for one in work.of_kind(said, "evidence", "fit", "task")):
        country = BY_ID[here].country
        cell = {
            "country": country,
            "aspect": "law",
            "fit": "fits",
            "source": f"Customs law, article 4 {MARK}",
        }
        contributing.contribute(topic, office, "fit", cell, actor=actor)
        if here == LEAD:
            due = clock.now().date().replace(month=12, day=31)
            task = {"title": "Translate the list of codes", "due": due, "who": LEAD}
            contributing.contribute(topic, office, "task", task, actor=actor)
            power = {
                "country": country,
                "aspect": "power",
                "fit": "with-work",
                "source": f"Power board {MARK}",
            }
            contributing.contribute(topic, office, "fit", power, actor=actor)
        else:
            shown = {
                "title": f"Codes compared with the list of {BY_ID[here].name}",
                "text": "61 of 64 headings agree (sample).",
                "grade": "document",
                "source": f"Table of headings {MARK}",
            }
            contributing.contribute(topic, office, "evidence", shown, actor=actor)
    return trade_topic()


def put_trade_gate(kind: str) -> Answer:
    """On the lead: put the gate ``group`` or ``pilot``; asks that all members have joined."""
    topic = _trade()
    assert topic is not None, "the lead has entered it"
    if kind not in {one.kind for one in queries.story_of(topic).gates}:
        gating.put_gate(topic, kind, TERMS[kind], actor=who("officer"))
    return trade_topic()


def sign_trade_gate(kind: str) -> Answer:
    """On each of ``MEMBERS``: sign the gate of a kind; asks that it has arrived."""
    topic = _trade()
    assert topic is not None, "the topic has arrived"
    gate = next(one for one in queries.story_of(topic).gates if one.kind == kind)
    if gate.is_open_to_sign and gate.answer_of(exchange.me()) is None:
        gating.sign(topic, gate.reference, gate.digest, actor=who("approver"))
    return trade_topic()


def open_trade_gate(kind: str) -> Answer:
    """On the lead: open the gate of a kind; asks that three countries have signed."""
    topic = _trade()
    assert topic is not None, "the lead has entered it"
    gate = next(one for one in queries.story_of(topic).gates if one.kind == kind)
    if gate.is_open_to_sign:
        gating.open_gate(topic, gate.reference, actor=who("officer"))
    telling.hand_on(topic)
    return trade_topic()
