"""A topic at its pilot gate that three countries have joined, and one from abroad; sample data."""

from datetime import timedelta
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects.models import Topic
from isthmus.apps.projects.rules.said import digest_of
from isthmus.apps.projects.services.proposing import index
from isthmus.kit import clock

GROUP, PILOT, TASK = "b" * 32, "c" * 32, "d" * 32
TEXT = (
    "Zollämter auf beiden Seiten der Grenze sehen dieselbe Ausfuhranmeldung, bevor die Ware ankommt.\n"
    "Jedes Land behält sein eigenes System; ausgetauscht werden unterschriebene Datensätze."
)
PLAN = {
    "text": "One border post for six months; both offices compare every declaration on the day.",
    "budget": "25000.00",
    "currency": "USD",
    "indicator": "Declarations that agree on value, mass and code",
    "unit": "%",
    "baseline": "62",
    "target": "90",
    "ends": "2027-06-30",
    "exit": "Given up below 70 % after three months; both systems stay as they are.",
}
MEMBERS = (
    ("mm", "MM", "အကောက်ခွန်ဦးစီးဌာန (sample)", "host", "A border post, two officers, a solar supply"),
    ("cn", "CN", "Trade Ministry of China (sample)", "know-how", "The mapping of codes, four engineers"),
    ("th", "TH", "Zollverwaltungsangelegenheitenamt (sample)", "supplier", ""),
    ("bd", "BD", "جمارك شاتوغرام (sample)", "observer", ""),
)


class _Teller:
    """Says one thing after another about a topic, a minute apart."""

    def __init__(self, topic: Topic) -> None:
        self.topic, self.at = topic, clock.now() - timedelta(days=30)

    def __call__(self, node: str, sort: str, **body: Any) -> None:
        self.at += timedelta(minutes=1)
        told = {"topic": self.topic.reference, "at": clock.to_text(self.at), **body}
        model = bodies.model_of(sort, told)
        made = bodies.statement_of(self.topic, sort, node, bodies.plain(model))
        made.proved = node != "th"
        made.save()


def _topic(organisation: Organisation | None, **given: Any) -> Topic:
    at = clock.now() - timedelta(days=40)
    values = {
        "title": "Shared information on trade across borders, from declaration to arrival (sample)",
        "text": TEXT,
        "language": "de",
        "themes": ["trade", "customs"],
        "proposed_at": at,
        "moved_at": at,
        "by": "officer@node.test",
        **given,
    }
    topic = Topic.objects.create(organisation=organisation, **values)
    index(topic)
    return topic


def _gates(says: _Teller, topic: Topic) -> None:
    plans = ((GROUP, "group", {"text": "We meet once a month. One of us writes."}), (PILOT, "pilot", PLAN))
    for gate, kind, terms in plans:
        digest = digest_of(topic.reference, gate, kind, terms)
        about = {"gate": gate, "kind": kind, "digest": digest}
        says("mm", "gate", says="put", terms=terms, **about)
        says("cn", "gate", says="signed", country="CN", **about)
        says("th", "gate", says="signed", country="TH", **about)
        if kind == "group":
            says("mm", "gate", says="signed", country="MM", **about)
            at = clock.to_text(says.at)
            by = tuple({"node": one, "country": one.upper(), "at": at} for one in ("mm", "cn", "th"))
            says("mm", "gate", says="opened", signed_by=by, **about)


def tell(organisation: Organisation) -> dict[str, Any]:
    """Write it; returns what the pages need."""
    topic = _topic(
        organisation, lead="mm", reference="a" * 32, country="MM", proposer="Delegate of Myanmar (sample)",
        application="etrade", stage="group", problem="Goods are declared twice, and nobody compares.",
    )  # fmt: skip
    says = _Teller(topic)
    for node, country, name, role, brings in MEMBERS:
        says(node, "interest", says="joined", country=country, organisation=name, role=role,
             resources=brings or None)  # fmt: skip
    _gates(says, topic)
    says("cn", "contribution", contribution="1" * 32, kind="evidence", title="Codes of both lists compared",
         text="61 of 64 headings agree.", grade="document", source="Sample table 3")  # fmt: skip
    says("cn", "contribution", contribution="2" * 32, kind="fit", country="CN", aspect="law", fit="fits",
         source="Sample customs law, article 4")  # fmt: skip
    says("th", "contribution", contribution="3" * 32, kind="fit", country="TH", aspect="power",
         fit="hinders", text="Four hours a day without power", source="Sample power board, 2026")  # fmt: skip
    today = clock.now().date()
    says("mm", "contribution", contribution=TASK, kind="task", title="Translate the list of codes",
         due=(today - timedelta(days=2)).isoformat(), who="mm")  # fmt: skip
    says("cn", "contribution", contribution="4" * 32, kind="milestone", title="First declaration compared",
         due=(today + timedelta(days=20)).isoformat())  # fmt: skip
    says("th", "contribution", contribution="5" * 32, kind="comment", author="Sample customs",
         text="Could the post at the river be the first?")  # fmt: skip
    abroad = _topic(
        None, lead="cn", reference="e" * 32, country="MD", proposer="Delegates of Moldova and the Maldives",
        title="Taxation of alcoholic products (sample)", stage="topic", application="excise", language="en",
        text="One country has a system and shows it to the other.",
    )  # fmt: skip
    return {
        "pj_topic": topic.pk,
        "pj_abroad": abroad.pk,
        "pj_evidence": (topic.pk, "evidence"),
        "pj_task": (topic.pk, TASK),
        "pj_new_gate": (topic.pk, "pilot"),
        "pj_gate": (topic.pk, PILOT),
    }
