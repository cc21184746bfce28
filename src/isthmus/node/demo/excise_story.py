"""The part of the story that is about excise: Moldova has such a system, the Maldives want one."""

from collections.abc import Callable, Mapping

from isthmus.node.demo.processes import RunningNode
from isthmus.node.demo.screen import Screen, Wait

NODES = ("md", "mv")


def act(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """What the offices of both countries do; what they did at an earlier start is left alone."""
    for node_id in NODES:
        screen.under_way(f"{node_id} enters operators and products of excise")
        found = nodes[node_id].ask("register_operators")
        held = f"{found['operators']} operators and {found['products']} products"
        screen.done(f"The registry of excise in {node_id} holds {held}")
    md = nodes["md"]
    found = md.ask("open_guarantees")["guarantees"]
    told = ", ".join(
        f"{one['number']} with {one['currency']} {one['free_minor'] / 100:,.2f} of "
        f"{one['amount_minor'] / 100:,.2f} free"
        for one in found
    )
    screen.done(f"Guarantors signed for two producers in md: {told}")
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
    imports = nodes["mv"].ask("manage_imports")
    paid = ", ".join(f"{name} of {currency} {minor / 100:,.2f}" for name, minor, currency in imports["duty"])
    screen.done(
        f"{imports['island']} in mv used {imports['used']} of its quota of {imports['quota']}; "
        f"ex-bond: {paid}"
    )
    captured = md.ask("capture_events")
    screen.done(f"The producer's line told md what it filled: {captured['events']} events")
    _move(nodes, screen, wait)
    _assess(nodes, screen, wait)


def _move(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """Goods leave under suspension and the movement closes on the other country's signed receipt."""
    md, mv = nodes["md"], nodes["mv"]
    sent = md.ask("send_goods")
    arc = sent["arc"]
    md.ask("pass_gates", arc=arc)
    if not sent["closed"]:
        wait(lambda: mv.ask("goods", arc=arc)["state"] != "", "the movement at mv")
        mv.ask("receive_goods", arc=arc)
        wait(lambda: bool(md.ask("goods", arc=arc)["closed"]), "the receipt of mv at md")
    screen.done(
        f"Brandy left md under {arc}; mv received it with a shortage, and the movement is closed in both"
    )


def _assess(nodes: Mapping[str, RunningNode], screen: Screen, wait: Wait) -> None:
    """Both countries answer the questionnaire and score each other; both sign the result."""
    md, mv = nodes["md"], nodes["mv"]
    number = md.ask("open_assessment", partner="mv")["number"]

    def stands(node: RunningNode, what: str) -> Callable[[], bool]:
        return lambda: what in node.ask("assessment", number=number)["partner"]

    for what, key in (("answers", "state_answers"), ("scores", "state_scores")):
        for here, there in ((md, mv), (mv, md)):
            if what not in here.ask("assessment", number=number)["own"]:
                here.ask(key, number=number)
            wait(stands(there, what), f"the {what} of the other country")
    if not md.ask("assessment", number=number)["signed"]:
        screen.under_way("md and mv have answered and scored; md states the result")
        if "result" not in md.ask("assessment", number=number)["own"]:
            md.ask("state_result", number=number)
        wait(stands(mv, "result"), "the result of md at mv")
        if not mv.ask("assessment", number=number)["signed"]:
            mv.ask("sign_result", number=number)
        wait(lambda: bool(md.ask("assessment", number=number)["signed"]), "the signature of mv at md")
    differing = ", ".join(md.ask("assessment", number=number)["differing"])
    screen.done(
        f"md and mv answered the questionnaire, scored each other and signed the result ({number});"
        f" they do not agree on: {differing}"
    )


def verify(nodes: Mapping[str, RunningNode], check: Callable[[bool, str], None]) -> None:
    """What must hold at the end."""
    md = nodes["md"]
    stamps = md.ask("issue_stamps")
    places = ", ".join(f"{count:,} {place}" for place, count in sorted(stamps["places"].items()))
    check(
        sum(stamps["places"].values()) == stamps["printed"],
        f"every one of {stamps['printed']:,} printed stamps is accounted for: {places}",
    )
    arc = md.ask("send_goods")["arc"]
    here, there = md.ask("goods", arc=arc), nodes["mv"].ask("goods", arc=arc)
    check(
        here == there and here["closed"],
        f"movement {arc} is {here['state']} in md and {there['state']} in mv",
    )
    passed = md.ask("pass_gates", arc=arc)["passed"]
    check(passed == [True, False], "a second lorry under the same reference was stopped at another gate")
    paper = md.ask("introduce", giver="md", taker="mv")
    check(
        paper["same"],
        f"the introduction of md's excise to mv is the same twice, as PDF and as DOCX. {paper['fits']}",
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
