"""The part of the story in which the nodes meet and agree; what was agreed at an earlier start stands."""

from collections.abc import Callable, Mapping

from isthmus.node.demo.countries import (
    CORRIDORS,
    COUNTRIES,
    EXPORTER,
    FROM_EXPORTER,
    FROM_IMPORTER,
    NEIGHBOURS,
    PARTNERS,
    SECRETARIAT,
)
from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, Wait
from isthmus.node.demo.terms import ACCORDS, NETWORK


def meet(nodes: Mapping[str, RunningNode], screen: Screen) -> None:
    """Each side fetches the other's card and types its words."""
    words = {node_id: node.ask("words")["words"] for node_id, node in nodes.items()}
    new = 0
    for one, other in PARTNERS:
        for here, there in ((one, other), (other, one)):
            screen.under_way(f"{here} types the words of {there}: {words[there]}")
            met = nodes[here].ask("meet", address=nodes[there].url, words=words[there])
            new += met["new"]
    example = " ".join(words["cn"].split()[:4])
    screen.done(
        f"{new} ceremonies: each side fetched the other's card and typed its words ({example} …)"
        if new
        else "All partners know each other from an earlier start"
    )


def agree(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """Myanmar agrees with the three on trade, and each pair of an accord on what it is about."""
    exporter = nodes[EXPORTER]
    proposed = [(EXPORTER, one.partner, exporter.ask("propose", receiver=one.partner)) for one in CORRIDORS]
    for place, accord in enumerate(ACCORDS):
        here, there = accord.parties
        proposed.append((here, there, nodes[here].ask("propose_accord", place=place)))
    new = [(here, there, made["agreement"]) for here, there, made in proposed if made["state"] != "in-force"]
    if not new:
        screen.done(f"All {len(proposed)} agreements are in force from an earlier start")
        return
    for here, there, number in new:
        screen.under_way(f"{here} has proposed an agreement; it travels to {there}")
        wait(_stands(nodes[there], number), f"the proposal of {here} at {there}")
        if nodes[there].ask("agreement", number=number)["state"] == "proposed":
            nodes[there].ask("sign", number=number)
    screen.under_way("The partners have signed; their signatures travel back")
    for here, there, number in new:
        wait(_stands(nodes[here], number, "in-force"), f"the signature of {there} at {here}")
    partners = ", ".join(corridor.partner for corridor in CORRIDORS)
    screen.done(
        f"{EXPORTER} proposed that {len(FROM_EXPORTER)} kinds of record of trade cross and"
        f" {len(FROM_IMPORTER)} come back; {partners} signed"
    )
    for accord, (here, there, made) in zip(ACCORDS, proposed[len(CORRIDORS) :], strict=True):
        if here != SECRETARIAT and accord.applications != NETWORK:
            about = " and ".join(accord.applications)
            screen.done(f"{here} and {there} agreed that {made['kinds']} kinds of record of {about} cross")
    screen.done(
        f"{SECRETARIAT} agreed with {len(COUNTRIES)} countries about its programme and the network,"
        f" and {len(NEIGHBOURS)} pairs about the network"
    )


def _stands(node: RunningNode, number: str, state: str = "") -> Callable[[], bool]:
    """Whether an agreement is known at a node, or stands there in a state."""

    def holds() -> bool:
        found: str = node.ask("agreement", number=number)["state"]
        return found == state if state else found != ""

    return holds
