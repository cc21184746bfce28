"""Private matching for officers on pages, for programs, and from the shell."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse

from isthmus.accounts.policy import actor_for
from isthmus.apps.etrade.matching.cli import match
from isthmus.apps.etrade.matching.jobs import answer, send
from isthmus.apps.etrade.matching.models import MatchRound
from isthmus.apps.etrade.matching.services import answering
from isthmus.apps.etrade.queries.samples import hit_samples, token_samples
from isthmus.apps.etrade.reconciliation.rules.private import Traits
from isthmus.exchange.models import Agreement, AgreementState
from tests.apps.etrade.conftest import Corridor, Customs
from tests.apps.etrade.matching.test_round import ask, own_export, own_import, theirs, tokens_of
from tests.second_factors import browser_of

MINIMISATION = "This is minimisation, not anonymity"


@pytest.fixture
def answered(corridor: Corridor, customs: Customs) -> MatchRound:
    """Two exports were hashed, and the partner knows one of them by its document."""
    own_export(1, customs)
    own_export(2, customs)
    asked = ask(corridor, organisation_id=customs.organisation.pk)
    corridor.receive("match-hits", theirs(corridor, asked, Traits(transport_doc="MUSE00001")))
    asked.refresh_from_db()
    return asked


def url(asked: MatchRound) -> str:
    return reverse("etrade:match", args=[asked.pk])


class TestPages:
    def test_the_list_says_what_hashes_are_not(self, answered: MatchRound, customs: Customs) -> None:
        page = browser_of(customs.officer).get(reverse("etrade:matches")).content.decode()
        assert MINIMISATION in page
        assert url(answered) in page
        assert reverse("etrade:ask-match") in page
        assert (
            url(answered) not in browser_of(customs.elsewhere).get(reverse("etrade:matches")).content.decode()
        )

    def test_an_officer_asks(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        client = browser_of(customs.officer)
        page = client.get(reverse("etrade:ask-match")).content.decode()
        assert MINIMISATION in page
        given = {
            "partner": "cn",
            "organisation": customs.organisation.pk,
            "direction": "export",
            "days_from": "2026-01-01",
            "days_until": "2026-12-31",
        }
        page = client.post(reverse("etrade:ask-match"), given, follow=True).content.decode()
        assert "Asked. The answer of China test node appears here." in page
        assert "which has not answered yet" in page
        assert corridor.sent("match-tokens")
        none = {**given, "days_from": "2020-01-01", "days_until": "2020-02-01"}
        page = client.post(reverse("etrade:ask-match"), none).content.decode()
        assert "None of the declarations of these days" in page

    def test_nobody_can_be_asked_without_an_agreement(self, corridor: Corridor, customs: Customs) -> None:
        Agreement.objects.update(state=AgreementState.WITHDRAWN)
        page = browser_of(customs.officer).get(reverse("etrade:ask-match")).content.decode()
        assert "Nobody can be asked yet" in page

    def test_what_matches_is_opened_and_sent(
        self, corridor: Corridor, answered: MatchRound, customs: Customs
    ) -> None:
        client = browser_of(customs.officer)
        page = client.get(url(answered)).content.decode()
        assert "1 declaration of this node matches what China test node knows, surely 1 of them." in page
        assert MINIMISATION in page
        declaration = answered.found.get().declaration
        assert reverse("etrade:declaration", args=[declaration.pk]) in page
        assert "MM-E-2" not in page
        sent = client.post(url(answered), {"chosen": [declaration.pk]}, follow=True).content.decode()
        assert "1 declaration is on its way to China test node." in sent
        assert [body["declaration_number"] for body in corridor.sent("export-declaration")] == ["MM-E-1"]

    def test_an_answer_without_a_hit_says_so(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        asked = ask(corridor, organisation_id=customs.organisation.pk)
        corridor.receive("match-hits", theirs(corridor, asked, Traits(transport_doc="another")))
        page = browser_of(customs.officer).get(url(asked)).content.decode()
        assert "Nothing that was compared is known to China test node as well." in page

    def test_nothing_chosen_sends_nothing(
        self, corridor: Corridor, answered: MatchRound, customs: Customs
    ) -> None:
        page = browser_of(customs.officer).post(url(answered), {}).content.decode()
        assert "Choose at least one." in page
        assert not corridor.sent("export-declaration")

    def test_without_an_agreement_a_hit_stays_here(self, answered: MatchRound, customs: Customs) -> None:
        Agreement.objects.update(state=AgreementState.WITHDRAWN)
        page = browser_of(customs.officer).get(url(answered)).content.decode()
        assert "No agreement in force lets these declarations go to China test node. They stay here." in page
        assert 'type="checkbox"' not in page

    def test_an_auditor_sees_and_cannot_send(self, answered: MatchRound, customs: Customs) -> None:
        client = browser_of(customs.auditor)
        assert 'type="checkbox"' not in client.get(url(answered)).content.decode()
        assert client.get(reverse("etrade:ask-match")).status_code == 403

    def test_a_partners_question_shows_what_holds_it_up(self, corridor: Corridor, customs: Customs) -> None:
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001"), receiver_key="x" * 43))
        asked = MatchRound.objects.get()
        MatchRound.objects.update(organisation=customs.organisation)
        client = browser_of(customs.officer)
        assert "this node compares and answers by itself" in client.get(url(asked)).content.decode()
        answering.try_to_answer(asked)
        assert "What holds it up:" in client.get(url(asked)).content.decode()


def shell(*arguments: str) -> Any:
    done = CliRunner().invoke(match, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


class TestShell:
    def test_a_round_from_the_shell(self, corridor: Corridor, customs: Customs) -> None:
        own_export(1, customs)
        days = ("--from", "2026-01-01", "--until", "2026-12-31")
        asked = shell("ask", "cn", *days, "--organisation", "customs")
        assert (asked["hashed"], asked["state"]) == (1, "Waits for the partner")
        assert [row["number"] for row in shell("list")] == [asked["number"]]
        row = MatchRound.objects.get()
        corridor.receive("match-hits", theirs(corridor, row, Traits(transport_doc="MUSE00001")))
        (hit,) = shell("show", asked["number"])
        assert (hit["number"], hit["known_by"], hit["sure"]) == ("MM-E-1", "Transport document", True)
        assert shell("send", asked["number"])["sent"] == 1
        assert shell("send", asked["number"], "--all")["sent"] == 0

    def test_partners_are_answered(self, corridor: Corridor, customs: Customs) -> None:
        own_import(1, customs)
        corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
        (row,) = shell("answer")
        assert (row["state"], row["compared"]) == ("Answered", 1)
        assert shell("answer") == []

    def test_an_unknown_number_is_not_found(self, corridor: Corridor) -> None:
        done = CliRunner().invoke(match, ["show", "MM-M-999"])
        assert "No comparison has the number MM-M-999." in str(done.exception)


def test_the_worker_answers_and_sends(corridor: Corridor, customs: Customs) -> None:
    class Told:
        def step(self, done: int, total: int | None) -> None:
            pass

    own_import(1, customs)
    corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
    assert answer(Told()) == {"answered": 1}  # type: ignore[arg-type]  # its one call
    assert send(Told(), MatchRound.objects.get().pk) == {"sent": 1}  # type: ignore[arg-type]  # its one call


def test_dry_runs_of_an_agreement_have_samples(
    corridor: Corridor, answered: MatchRound, customs: Customs
) -> None:
    own_import(1, customs)
    corridor.receive("match-tokens", tokens_of(corridor, Traits("MUSE00001")))
    MatchRound.objects.update(organisation=customs.organisation)
    answering.answer(MatchRound.objects.get(number="CN-M-1"))
    officer = actor_for(customs.officer)
    assert [sample.title for sample in token_samples(officer)] == [answered.number]
    assert [sample.body["tokens_number"] for sample in hit_samples(officer)] == ["CN-M-1"]
