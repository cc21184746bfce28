"""The part of the story that is about solar systems: Nigeria plans and asks, makers in China quote."""

from collections.abc import Callable, Mapping

from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, Wait

ASKER, MAKER = "ng", "cn"
_QUOTES = 2


def plan(nodes: Mapping[str, RunningNode]) -> None:
    """Let Nigeria reckon while others go on, unless it asked at an earlier start."""
    ng = nodes[ASKER]
    if not ng.ask("tender")["number"]:
        ng.begin("plan_districts")


def ask(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """The plan becomes a request; both makers answer with a seal."""
    ng, cn = nodes[ASKER], nodes[MAKER]
    if ng.is_busy:
        screen.under_way("ng plans solar systems for two districts")
        planned = ng.finish()
        screen.done(
            f"ng planned a solar system for each of {planned['homes']} homes: {planned['met']} will miss at"
            f" most 3 % of their use, {planned['wp'] / 1000:.1f} kWp in {planned['lots']} lots,"
            f" about {planned['currency']} {float(planned['cost']):,.0f}"
        )
    number = ng.ask("ask_makers")["number"]
    wait(lambda: cn.ask("seal_quotes")["sealed"] >= _QUOTES, f"request {number} at cn")
    wait(lambda: len(ng.ask("tender")["quotes"]) == _QUOTES, "the seals of the makers at ng")
    found = ng.ask("tender")
    screen.done(
        f"ng asked makers in cn for quotes ({number}); two seals came back, {found['readable']} can be read"
        if found["phase"] != "awarded"
        else f"The solar systems of {number} were awarded at an earlier start"
    )


def award(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """After the deadline the quotes are opened and compared, and the lots awarded and tested."""
    ng, cn = nodes[ASKER], nodes[MAKER]
    if ng.ask("tender")["phase"] == "awarded":
        return
    screen.under_way("the makers' deadline has to pass before a quote may be opened")
    wait(lambda: bool(ng.ask("tender")["past"]), "the deadline of the makers")
    cn.ask("open_quotes")
    wait(lambda: ng.ask("tender")["readable"] == _QUOTES, "the quotes of the makers at ng")
    decided = ng.ask("award_lots")
    told = ", ".join(
        f"{len(one['lots'])} lots for {decided['currency']} {float(one['landed']):,.0f}"
        for one in decided["awards"]
        if one["says"] == "awarded"
    )
    screen.done(f"The quotes were opened, compared with freight, duty and tax, and awarded: {told}")
    ng.ask("accept_delivery")

    def answered() -> bool:
        cn.ask("answer_ticket")
        return "replace" in ng.ask("ticket")["says"]

    wait(answered, "the maker's answer to a warranty ticket")
    screen.done("ng tested the first lot that came and accepted it; cn replaces two batteries under warranty")


def verify(nodes: Mapping[str, RunningNode], check: Callable[[bool, str], None]) -> None:
    """What must hold at the end."""
    ng, cn = nodes[ASKER], nodes[MAKER]
    found = ng.ask("tender")
    check(
        found["phase"] == "awarded" and found["quotes"] == ["opened"] * _QUOTES,
        f"tender {found['number']} is awarded on {len(found['quotes'])} quotes that were sealed in time",
    )
    here = ng.ask("receipts", partner=MAKER, application="solar")
    there = cn.ask("receipts", partner=ASKER, application="solar")
    count = len(here["out"]) + len(here["in"])
    check(
        here["out"] == there["in"] and here["in"] == there["out"] and here["without"] == 0,
        f"the {count} records of solar are the same in ng and cn, each with a signed receipt",
    )
