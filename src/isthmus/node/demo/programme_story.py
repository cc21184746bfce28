"""The part of the story that is about the programme: a report of 2011, and a delegate of today."""

from collections.abc import Callable, Mapping

from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, Wait

SECRETARIAT, COUNTRY = "cifal", "mv"


def act(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """The secretariat enters its programme and calls; a country nominates, and is answered."""
    cifal, mv = nodes[SECRETARIAT], nodes[COUNTRY]
    screen.under_way("cifal enters the programme of 2011")
    held = cifal.ask("enter_programme")
    screen.done(
        f"cifal holds the programme of 2011: {held['workshops']} workshops, {held['participants']}"
        f" participants, a closed book of USD {held['total']:,}"
    )
    calls = cifal.ask("call_countries")
    wait(lambda: mv.ask("called")["calls"] > 0, "the call to a workshop at mv")
    sent = mv.ask("nominate")
    wait(lambda: cifal.ask("select")["name"] != "", "the nomination of mv at cifal")
    wait(lambda: mv.ask("nomination")["state"] == "accepted", "the selection of cifal at mv")
    screen.done(
        f"cifal called {calls['called']} countries to a workshop; a delegate in mv filled in a form,"
        f" the focal point approved, and cifal accepted {sent['name']}"
    )
    cifal.ask("call_for_plan")
    wait(lambda: mv.ask("nominate_for_plan")["name"] != "", "the call to the workshop of last spring at mv")
    wait(lambda: cifal.ask("select_for_plan")["name"] != "", "its nomination at cifal")
    wait(lambda: mv.ask("write_plan")["title"] != "", "its selection at mv")
    wait(lambda: cifal.ask("held_plan")["told"] == ["under-way"], "the plan of mv at cifal")
    screen.done("mv sent a delegate's plan for home, and told six months later that it is under way")


def verify(nodes: Mapping[str, RunningNode], check: Callable[[bool, str], None]) -> None:
    """What must hold at the end."""
    cifal = nodes[SECRETARIAT]
    made = cifal.ask("final_report")
    told = ", ".join(f"{name} {amount:,}" for name, amount in made["sums"].items())
    check(made["same"], f"the final report of 2011 is the same file twice: {told}")
    check(
        cifal.ask("select")["nominees"] == 1 and nodes[COUNTRY].ask("nomination")["state"] == "accepted",
        "the delegate of mv was nominated once and accepted once",
    )
    check(
        cifal.ask("held_plan") == {"plans": 1, "told": ["under-way"]},
        "the plan of mv arrived once, and what was told about it",
    )
