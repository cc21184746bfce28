"""Tenders for programs: what a token may read of requests and quotes, and deciding by one."""

from datetime import timedelta

import pytest
from django.test import Client

from isthmus.accounts.roles import Role
from isthmus.accounts.services import issue_token
from isthmus.apps.solar.models import QuoteDecision, Tender
from isthmus.apps.solar.tenders import body_queries as bodies
from isthmus.apps.solar.tenders.services import quoting, serving
from isthmus.kit import clock
from tests.apps.solar.tenders.conftest import Time
from tests.apps.solar.tenders.market import ForeignMaker, Market, offer, request_from_abroad
from tests.apps.solar.tenders.test_tender import rates


class Program:
    """A client with the token of an organisation in a role."""

    def __init__(self, market: Market, code: str, role: Role = Role.OFFICER) -> None:
        organisation = {"power": market.ministry, "firm": market.firm, "rival": market.rival}[code]
        secret = issue_token(organisation, f"{code} {role.value}", role, actor="test")[1]
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **query: str):
        return Client().get(f"/api/v1/solar/{path}", query, headers=self.headers)

    def post(self, path: str, body: object):
        return Client().post(
            f"/api/v1/solar/{path}", body, content_type="application/json", headers=self.headers
        )


@pytest.fixture
def opened(market: Market, time: Time) -> Tender:
    tender = market.ask()
    maker = ForeignMaker(tender.number)
    market.hear(bodies.SEAL, maker.seal)
    time.forward(days=1, minutes=1)
    market.hear(bodies.QUOTE, maker.quote)
    rates(tender)
    return tender


def test_a_sealed_quote_tells_a_program_nothing_but_its_seal(market: Market):
    tender = market.ask()
    market.hear(bodies.SEAL, ForeignMaker(tender.number).seal)
    told = Program(market, "power").get(f"tenders/{tender.pk}").json()
    (quote,) = told["quotes"]
    assert (told["phase"], quote["standing"]) == ("sealing", "sealed")
    assert (quote["offer"], quote["landed"], quote["decision"]) == (None, None, None)


def test_open_quotes_are_told_with_their_landed_cost_and_what_came_of_them(market: Market, opened: Tender):
    operator = Program(market, "power", Role.OPERATOR)
    lots = [{"lot": lot, "partner": "cn", "quote": "a" * 32} for lot in (1, 2)]
    told = operator.post(f"tenders/{opened.pk}/award", {"lots": lots, "reason": "The only one"}).json()
    (quote,) = told["quotes"]
    assert told["phase"] == "awarded"
    assert quote["landed"]["goods"] == "83147500.00"
    assert quote["offer"]["freight"] == "18000.00"
    assert quote["decision"]["lots"] == [1, 2]
    decision = QuoteDecision.objects.get()
    about = {"lot": 1, "actor": "officer"}
    serving.accept(decision, counted=200, tested=20, failed=0, checks={}, accepted=True, reason="", **about)
    serving.open_ticket(decision, part="lamp", count=2, text="They flicker", **about)
    found = Program(market, "power").get(f"tenders/{opened.pk}").json()["quotes"][0]["decision"]
    assert [one["says"] for one in found["acceptances"]] == ["accepted"]
    assert [(one["state"], one["sayings"][0]["text"]) for one in found["tickets"]] == [
        ("open", "They flicker")
    ]


def test_deciding_needs_the_operators_part_and_each_lot_once(market: Market, opened: Tender):
    lot = {"lot": 1, "partner": "cn", "quote": "a" * 32}
    body = {"lots": [lot], "reason": "x"}
    assert Program(market, "power").post(f"tenders/{opened.pk}/award", body).status_code == 403
    operator = Program(market, "power", Role.OPERATOR)
    twice = operator.post(f"tenders/{opened.pk}/award", {"lots": [lot, lot], "reason": "x"})
    assert (twice.status_code, "each lot once" in twice.json()["detail"]) == (422, True)
    assert not QuoteDecision.objects.exists()


def test_a_list_has_the_own_tenders_by_their_state(market: Market, opened: Tender):
    later = market.ask()
    own, other = Program(market, "power"), Program(market, "rival")
    assert [one["number"] for one in own.get("tenders").json()["items"]] == [later.number, opened.number]
    assert other.get("tenders").json()["items"] == []
    assert other.get(f"tenders/{opened.pk}").status_code == 404
    later.withdrawn_at = clock.now()
    later.save()
    by_state = {
        state: [one["number"] for one in own.get("tenders", state=state).json()["items"]]
        for state in ("open", "decided", "withdrawn")
    }
    assert by_state == {"open": [opened.number], "decided": [], "withdrawn": [later.number]}


def test_a_firm_reads_requests_and_its_own_quotes_alone(market: Market):
    closes = clock.now() + timedelta(days=1)
    market.hear(bodies.REQUEST, request_from_abroad(closes))
    tender = Tender.objects.get()
    row = quoting.seal(quoting.write(tender, offer(), organisation=market.firm, actor="maker"), actor="maker")
    (request,) = Program(market, "firm").get("requests").json()["items"]
    assert (request["number"], request["takes_seals"], len(request["lots"])) == (tender.number, True, 2)
    answer = Program(market, "firm").get("quotes")
    (quote,) = answer.json()["items"]
    assert (quote["quote"], quote["state"], quote["seal"]) == (row.reference, "sealed", row.seal)
    assert row.salt not in answer.content.decode()
    assert Program(market, "rival").get("quotes").json()["items"] == []
