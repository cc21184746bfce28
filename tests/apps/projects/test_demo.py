"""The virtual projects of the demonstration: the six of the report, and the one that comes to a pilot."""

import pytest

from isthmus.apps.projects import front_queries
from isthmus.apps.projects.models import Topic
from isthmus.exchange import queries as exchange
from isthmus.node.demo import projects as demo
from isthmus.node.demo.terms import Accord, accord_terms
from tests.apps.projects.conftest import Strip


def test_the_six_stand_as_in_the_report_each_on_its_node(strip: Strip, monkeypatch: pytest.MonkeyPatch):
    assert [one.title for one in demo.SIX if one.node == "cifal"] == [
        "SKD partnership of TD telecom products",
        "Data security of governments",
        "Family solar supply systems",
        "Benefits of database and consultant network",
    ]
    for _twice in range(2):
        assert demo.enter_topics() == {"topics": ["E-Trade information sharing"]}
    topic = Topic.objects.get()
    assert (topic.application, topic.programme, topic.country) == ("etrade", "INT-10-K05", "MM")
    (section,) = front_queries.report_section("INT-10-K05")
    assert section.title == "E-Trade information sharing"


def test_the_topic_about_trade_walks_to_its_pilot(strip: Strip):
    assert demo.trade_topic()["stage"] == ""
    demo.enter_topics()
    topic = Topic.objects.get()
    demo.join_trade()
    for country in (strip.cn, strip.th):
        country.joins(topic.reference)
    for kind in ("group", "pilot"):
        demo.contribute_to_trade()
        demo.put_trade_gate(kind)
        demo.sign_trade_gate(kind)
        gate = next(one for one in strip.story(topic).gates if one.kind == kind)
        for country in (strip.cn, strip.th):
            assert country.answers(topic.reference, gate.reference, kind, gate.digest) == ""
        for _twice in range(2):
            told = demo.open_trade_gate(kind)
    assert (told["stage"], told["members"]) == ("pilot", ["cn", "mm", "th"])
    assert told["gates"] == {"group": "open", "pilot": "open"}
    assert exchange.me() == demo.LEAD


@pytest.mark.once
def test_what_is_said_of_topics_may_be_handed_on_by_the_sample_agreements():
    topics = Accord("T", "P", ("cn", "mm"), ("projects", "partners"))
    excise = Accord("T", "P", ("cn", "mm"), ("excise",))
    assert accord_terms(topics)["onward_sharing"] == "with-consent"
    assert accord_terms(excise)["onward_sharing"] == "never"
