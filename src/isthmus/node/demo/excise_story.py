"""The part of the story that is about excise: Moldova has such a system, the Maldives want one."""

from collections.abc import Callable, Mapping

from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen

NODES = ("md", "mv")


def act(nodes: Mapping[str, RunningNode], screen: Screen) -> None:
    """What the offices of both countries do; what they did at an earlier start is left alone."""
    for node_id in NODES:
        screen.under_way(f"{node_id} enters operators and products of excise")
        found = nodes[node_id].ask("register_operators")
        held = f"{found['operators']} operators and {found['products']} products"
        screen.done(f"The registry of excise in {node_id} holds {held}")
    md = nodes["md"]
    returns = md.ask("declare_returns")["returns"]
    told = ", ".join(
        f"{name} of {currency} {minor / 100:,.2f} {state}" for name, minor, currency, state in returns
    )
    screen.done(f"md has declared returns of excise: {told}")
    screen.under_way("md issues tax stamps")
    stamps = md.ask("issue_stamps")
    duty = f"{stamps['currency']} {stamps['duty_minor'] / 100:,.2f}"
    screen.done(
        f"md secured {duty} of duty and printed {stamps['printed']:,} tax stamps for brandy; the producer put"
        f" {stamps['places']['activated']:,} on bottles"
    )
    captured = md.ask("capture_events")
    screen.done(f"The producer's line told md what it filled: {captured['events']} events")


def verify(nodes: Mapping[str, RunningNode], check: Callable[[bool, str], None]) -> None:
    """What must hold at the end."""
    md = nodes["md"]
    stamps = md.ask("issue_stamps")
    places = ", ".join(f"{count:,} {place}" for place, count in sorted(stamps["places"].items()))
    check(
        sum(stamps["places"].values()) == stamps["printed"],
        f"every one of {stamps['printed']:,} printed stamps is accounted for: {places}",
    )
    verdicts = md.ask("check_stamps")
    check(
        len(set(verdicts.values())) == len(verdicts),
        "a stamp on a bottle, one that was never used and a forged one are told apart: "
        + ", ".join(f"{verdicts[name]}" for name in ("right", "unused", "altered")),
    )
    for node_id in NODES:
        books = nodes[node_id].ask("verify_books")
        if books["books"]:
            check(
                books["whole"],
                f"the books of excise in {node_id} ({books['books']}) are as they were written",
            )
