"""The sample experts of the demonstration, entered by the same services at one node."""

from isthmus.apps.experts.models import Crossing, Engagement, Expert
from isthmus.node.demo import experts as demo
from tests.apps.experts.conftest import Office, profile
from tests.apps.experts.test_received import statement


def test_a_node_enters_its_own_once_and_sends_them_where_an_agreement_lets(office: Office) -> None:
    assert demo.enter_experts() == {"new": 2, "listed": 2, "partners": ["cn"]}
    assert demo.enter_experts() == {"new": 0, "listed": 2, "partners": ["cn"]}
    assert {one["name"] for one in office.told("experts.profile/1")} == {
        "Daw Thin Thin (sample)",
        "U Ye Naing (sample)",
    }
    assert sorted(Crossing.objects.values_list("with_contact", flat=True)) == [False, True]


def test_all_are_invented_and_said_to_be() -> None:
    assert len(demo.EXPERTS) == 8
    assert all(one.name.endswith("(sample)") for one in demo.EXPERTS)
    assert {one.node for one in demo.EXPERTS} == {"md", "mv", "mm", "cn", "cifal"}


def test_an_engagement_is_stated_once_and_confirmed(office: Office) -> None:
    assert demo.state_engagement() == {"engagement": ""}
    office.hear("experts.profile/1", profile(name=demo.EXPERTS[0].name))
    first = demo.state_engagement()
    assert demo.state_engagement() == first
    assert Engagement.objects.get().expert == Expert.objects.get(node="cn")
    demo.enter_experts()
    row = Expert.objects.get(name="U Ye Naing (sample)")
    told = statement(side="engager", expert=row.reference)
    assert office.hear("experts.engagement/1", told) == ""
    assert demo.answer_engagements() == {"agreed": 1}
    assert demo.answer_engagements() == {"agreed": 1}
