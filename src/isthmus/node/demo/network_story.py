"""The part of the story that is about the network: topics, one of which becomes a pilot; firms; experts."""

from collections.abc import Callable, Mapping
from typing import Any

from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, Wait

LEAD, MEMBERS = "mm", ("mm", "cn", "th")
"""Who brings the topic about trade to its pilot, the lead first."""
BUYER, SELLER = "mm", "cn"
ENGAGER, EXPERT = "mv", "md"


def act(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """Everybody enters what it has; a topic goes to its pilot, firms and an expert meet."""
    topics = sum(len(node.ask("enter_topics")["topics"]) for node in nodes.values())
    for node in nodes.values():
        node.ask("enter_experts")
        node.ask("enter_needs_and_offers")
    screen.done(f"Countries entered the {topics} virtual projects of 2011, needs and offers, and experts")
    _pilot(nodes, screen, wait)
    _introduce(nodes, screen, wait)
    _engage(nodes, screen, wait)


def _pilot(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    lead = nodes[LEAD]
    others = [nodes[name] for name in MEMBERS if name != LEAD]
    if lead.ask("trade_topic")["stage"] == "pilot":
        screen.done("The topic about trade became a pilot at an earlier start")
        return
    for node in others:
        wait(_stands(node, lambda told: told["stage"] != ""), f"the topic about trade at {node.sample.id}")
    for name in MEMBERS:
        nodes[name].ask("join_trade")
    wait(_stands(lead, lambda told: len(told["members"]) == len(MEMBERS)), "the members of the topic at mm")
    for name in MEMBERS:
        nodes[name].ask("contribute_to_trade")
    for kind in ("group", "pilot"):
        lead.ask("put_trade_gate", kind=kind)
        for node in others:
            wait(_stands(node, _has(kind)), f"the {kind} gate")
        for name in MEMBERS:
            nodes[name].ask("sign_trade_gate", kind=kind)
        wait(
            _stands(lead, _all_signed(kind)),
            f"the signatures under the {kind} gate at mm",
        )
        lead.ask("open_trade_gate", kind=kind)
    for node in others:
        wait(_stands(node, lambda told: told["stage"] == "pilot"), f"the pilot at {node.sample.id}")
    screen.done(
        f"The topic about trade became a pilot: {', '.join(MEMBERS)} signed its charter and its terms"
    )


def _stands(node: RunningNode, holds: Callable[[dict[str, Any]], bool]) -> Callable[[], bool]:
    return lambda: holds(node.ask("trade_topic"))


def _has(gate: str) -> Callable[[dict[str, Any]], bool]:
    return lambda told: gate in told["gates"]


def _all_signed(gate: str) -> Callable[[dict[str, Any]], bool]:
    return lambda told: len(told["signed"].get(gate, ())) == len(MEMBERS)


def _introduce(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    buyer, seller = nodes[BUYER], nodes[SELLER]
    asked = buyer.ask("ask_best")

    def agreed() -> bool:
        return any(state != "asked" for state in seller.ask("agree_to_first")["states"])

    wait(agreed, "an introduction at cn")
    screen.done(
        f"{BUYER} asked to be introduced to the offers that fit its needs best ({asked['introductions']});"
        f" {SELLER} agreed to one, and only then details were opened"
    )


def _engage(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    wait(lambda: nodes[ENGAGER].ask("state_engagement")["engagement"] != "", "the profile of an expert at mv")
    wait(lambda: nodes[EXPERT].ask("answer_engagements")["agreed"] > 0, "the engagement at md")
    screen.done(f"{ENGAGER} found an expert of {EXPERT} for excise; both sides state the engagement")


def verify(nodes: Mapping[str, RunningNode], check: Callable[[bool, str], None]) -> None:
    """What must hold at the end."""
    told = [nodes[name].ask("trade_topic") for name in MEMBERS]
    check(
        all(one == told[0] for one in told) and told[0]["stage"] == "pilot",
        f"{', '.join(MEMBERS)} hold the same story of the pilot, signed by {len(told[0]['signed']['pilot'])}",
    )
