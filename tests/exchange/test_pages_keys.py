"""The pages about keys: what each is for, rolling over, revoking, destroying, and a partner's."""

from datetime import timedelta

import pytest

from isthmus.exchange import key_forms
from isthmus.exchange.key_forms import RevokeForm, RollForm
from isthmus.exchange.services.keys import roll_over
from isthmus.kit import clock
from isthmus.trust.models import KeyPurpose, OwnKey, PartnerKey
from tests.accounts.conftest import People
from tests.exchange.pages import World, text_of, visitor
from tests.foreign import ForeignNode

HOUR = timedelta(hours=1)
KEYS = "/exchange/partners/keys/"


def typed(moment_ago: timedelta) -> str:
    return f"{clock.now() - moment_ago:%Y-%m-%dT%H:%M}"


def seal() -> OwnKey:
    return OwnKey.objects.get(purpose="seal", retired_at=None)


def test_the_zone_is_named_in_the_language_of_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_forms, "gettext", lambda _text: "Zeitzone %(zone)s.")
    for form, field in ((RollForm, "effective_from"), (RevokeForm, "revoked_from")):
        assert str(form.base_fields[field].help_text).startswith("Zeitzone UTC. ")


class TestOwn:
    def test_each_key_says_what_it_is_for_and_what_to_do(self, node: str, people: People) -> None:
        page = text_of(visitor(people.approver).get(KEYS))
        for words in (
            "Seal: signs records and receipts",
            "Log: signs checkpoints",
            "Roll it over",
            "Revoke it",
        ):
            assert words in page
        assert "None. A key that was rolled over stands here" in page
        assert "Roll it over</a>" not in text_of(visitor(people.officer).get(KEYS))

    def test_the_page_of_a_key_in_use_says_what_to_do_and_leads_there(
        self, node: str, people: People
    ) -> None:
        address = f"{KEYS}{seal().kid}/"
        assert f'href="{address}"' in text_of(visitor(people.approver).get(KEYS))
        page = text_of(visitor(people.approver).get(address))
        assert "Nothing. Roll it over once a year" in page
        assert f'href="{KEYS}roll/seal/"' in page
        assert "Roll it over</a>" not in text_of(visitor(people.officer).get(address))

    def test_a_key_close_to_its_end_says_so(self, node: str, people: People) -> None:
        OwnKey.objects.filter(purpose="seal").update(valid_until=clock.now() + HOUR)
        page = text_of(visitor(people.officer).get(KEYS))
        assert "Roll it over now" in page
        assert "1 certificate ends soon" in page

    def test_before_init(self, people: People) -> None:
        OwnKey.objects.all().delete()
        assert "no keys yet" in text_of(visitor(people.operator).get(KEYS))

    def test_rolling_over_at_once_and_later(self, cn: ForeignNode, people: People) -> None:
        browser = visitor(people.operator)
        old = seal()
        page = text_of(browser.post(KEYS + "roll/seal/", {"effective_from": ""}, follow=True))
        assert "The new key is made" in page
        assert old.kid in page
        assert seal().kid != old.kid
        later = f"{clock.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
        page = text_of(browser.post(KEYS + "roll/log/", {"effective_from": later}, follow=True))
        assert "Its successor takes over" in page
        again = text_of(browser.post(KEYS + "roll/log/", {"effective_from": ""}))
        assert "already" in again
        past = text_of(browser.post(KEYS + "roll/seal/", {"effective_from": typed(HOUR)}))
        assert "cannot take over in the past" in past
        assert browser.get(KEYS + "roll/root/").status_code == 404

    def test_revoking_and_destroying(self, cn: ForeignNode, people: People) -> None:
        browser = visitor(people.approver)
        old = roll_over(KeyPurpose.SEAL, actor="t").new  # the first one is shared by all tests
        address = KEYS + f"{old.kid}/"
        given = {"revoked_from": typed(HOUR), "ground": "leaked", "reason": "A laptop was stolen"}
        page = text_of(browser.post(f"{address}revoke/", given, follow=True))
        assert "A laptop was stolen" in page
        assert "Revoke it" not in page
        assert "Destroy its private half" in page
        kept = text_of(browser.post(f"{address}destroy/"))
        assert "is kept until" in kept
        OwnKey.objects.filter(pk=old.pk).update(retired_at=clock.now() - timedelta(days=91))
        assert "The private half is destroyed" in text_of(browser.post(f"{address}destroy/", follow=True))
        assert "Private half destroyed" in text_of(browser.get(address))
        wrong = text_of(browser.post(KEYS + f"{seal().kid}/revoke/", {**given, "reason": ""}))
        assert "required" in wrong

    def test_a_key_that_waits(self, node: str, people: People) -> None:
        new = roll_over(KeyPurpose.SEAL, actor="t", effective_from=clock.now() + HOUR).new
        assert "Takes over later" in text_of(visitor(people.officer).get(KEYS + f"{new.kid}/"))

    def test_there_is_no_such_key(self, node: str, people: People) -> None:
        assert visitor(people.approver).get(KEYS + "x" * 43 + "/").status_code == 404


class TestPartners:
    def test_the_partner_s_page_leads_to_revoking(self, world: World, people: People) -> None:
        browser = visitor(people.approver)
        kid = world.cn.kid
        address = f"/exchange/partner/cn/keys/{kid}/revoke/"
        assert address in text_of(browser.get("/exchange/partner/cn/"))
        assert address not in text_of(visitor(people.operator).get("/exchange/partner/cn/"))
        ahead = f"{clock.now() + HOUR:%Y-%m-%dT%H:%M}"
        assert "must not lie ahead" in text_of(
            browser.post(address, {"revoked_from": ahead, "reason": "She called"})
        )
        page = text_of(
            browser.post(address, {"revoked_from": typed(HOUR), "reason": "She called"}, follow=True)
        )
        assert "Revoked on" in page
        assert address not in page
        assert PartnerKey.objects.get(kid=kid).revoked_reason == "She called"

    def test_which_key_is_in_force(self, world: World, people: People) -> None:
        from isthmus.exchange.services.inbox import receive

        receive(world.partner, [world.cn.roll("seal")])
        page = text_of(visitor(people.officer).get("/exchange/partner/cn/"))
        assert "Replaced on" in page
        receive(world.partner, [world.cn.roll("log", effective_from=clock.now() + timedelta(days=3))])
        assert "From " in text_of(visitor(people.officer).get("/exchange/partner/cn/"))
