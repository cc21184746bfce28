"""Who may open which page: every address of the exchange has a rule, and every role meets it."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.accounts.models import Officer
from isthmus.accounts.policy import actor_for, can
from isthmus.accounts.rules import rules
from isthmus.exchange import urls
from isthmus.exchange.models import Attachment, Countersignature, Naming, Offer, OfferKind, Record, Stream
from isthmus.exchange.services.countersignatures import countersign
from isthmus.kit import clock
from isthmus.trust.models import OwnKey, Partner
from tests.accounts.conftest import People
from tests.exchange.attached import keep
from tests.exchange.pages import World, split_view, visitor

ACTIONS = {
    "records": "exchange.record.view",
    "record": "exchange.record.view",
    "verify_record": "exchange.record.view",
    "record_token": "exchange.record.view",
    "record_receipt": "exchange.record.view",
    "record_file": "exchange.record.view",
    "erase_record": "exchange.record.erase",
    "erase_file": "exchange.record.erase",
    "erasures": "exchange.erasure.view",
    "record_pair": "exchange.record.view",
    "countersign": "exchange.record.countersign",
    "keys": "trust.key.view",
    "own_key": "trust.key.view",
    "roll_key": "trust.key.roll",
    "destroy_key": "trust.key.roll",
    "revoke_key": "trust.key.revoke",
    "revoke_partner_key": "trust.key.revoke",
    "agreements": "exchange.agreement.view",
    "agreement": "exchange.agreement.view",
    "dry_run": "exchange.agreement.view",
    "answer_agreement": "exchange.agreement.sign",
    "draft_parties": "exchange.agreement.propose",
    "draft_flows": "exchange.agreement.propose",
    "draft_fields": "exchange.agreement.propose",
    "draft_terms": "exchange.agreement.propose",
    "draft_check": "exchange.agreement.propose",
    "draft_dry_run": "exchange.agreement.propose",
    "draft_discard": "exchange.agreement.propose",
    "partners": "trust.partner.view",
    "partner": "trust.partner.view",
    "own_card": "trust.partner.view",
    "own_card_file": "trust.partner.view",
    "add_partner": "trust.partner.introduce",
    "forget_partner": "trust.partner.introduce",
    "ceremony": "trust.partner.confirm",
    "suspend_partner": "trust.partner.suspend",
    "resume_partner": "trust.partner.suspend",
    "streams": "exchange.stream.view",
    "thaw": "exchange.alarm.clear",
    "recover_streams": "exchange.stream.recover",
    "begin_epoch": "exchange.stream.recover",
    "decide_offer": "exchange.offer.decide",
    "save_bundle": "exchange.bundle.carry",
    "read_bundle": "exchange.bundle.carry",
    "quarantine": "exchange.quarantine.view",
    "quarantined": "exchange.quarantine.view",
    "run_again": "exchange.quarantine.resolve",
    "dismiss": "exchange.quarantine.resolve",
    "alarms": "exchange.alarm.view",
    "alarm": "exchange.alarm.view",
    "clear_alarm": "exchange.alarm.clear",
    "desks": "exchange.desk.manage",
    "remove_desk": "exchange.desk.manage",
    "log": "exchange.log.view",
    "log_entry": "exchange.log.view",
    "witnesses": "exchange.log.view",
    "split_view": "exchange.alarm.view",
    "decide_split": "exchange.history.accept",
    "checkpoints": "exchange.log.view",
    "checkpoint": "exchange.log.view",
    "verify_log": "exchange.log.view",
    "log_verification": "exchange.log.view",
    "stop_log_verification": "exchange.log.view",
}
POSTS = {
    "recover_streams",
    "save_bundle",
    "verify_record",
    "run_again",
    "remove_desk",
    "verify_log",
    "stop_log_verification",
    "draft_discard",
}
NAMES = [str(pattern.name) for pattern in urls.urlpatterns]
ROLES = ("operator", "approver", "officer", "auditor", "elsewhere", "nobody")


def a_file_of(row: Record) -> str:
    """A file that a record names, although declarations name none."""
    digest = keep(b"a file").sha256
    row_of_file = Attachment.objects.get(sha256=digest)
    Naming.objects.get_or_create(
        attachment=row_of_file, stream=row.stream, leaf=row.leaf, place=0, name="a.pdf", media_type="a/b"
    )
    return digest


def offer_of(partner: Partner) -> Offer:
    """A partner that came back from an older state asks for a new history of its log."""
    body = {
        "restored_at": "2026-11-20T08:00:00Z",
        "kept_size": 4,
        "kept_root": "ab" * 32,
        "checkpoint": "a note",
        "reason": "The disk failed",
    }
    members = {"partner": partner, "kind": OfferKind.HISTORY, "body": body, "arrived_at": clock.now()}
    return Offer.objects.get_or_create(leaf="cd" * 32, defaults=members)[0]


def address(name: str, world: World) -> str:
    from isthmus.jobs.services import enqueue

    given: dict[str, dict[str, Any]] = {
        "answer_agreement": {"uuid": world.agreement.pk, "how": "withdraw"},
        "draft_fields": {"number": 1},
        "ceremony": {"node_id": "md"},
        "forget_partner": {"node_id": "md"},
        "thaw": {"node_id": "cn", "pk": world.out.pk},
        "alarm": {"pk": world.alarm.pk},
        "begin_epoch": {"node_id": "cn", "pk": world.out.pk},
        "clear_alarm": {"pk": world.alarm.pk},
        "remove_desk": {"pk": world.desk.pk},
        "checkpoint": {"pk": world.checkpoint.pk},
        "quarantined": {"leaf": world.quarantined.leaf},
        "run_again": {"leaf": world.quarantined.leaf},
        "dismiss": {"leaf": world.quarantined.leaf},
        "countersign": {"leaf": world.received.leaf},
        "record_pair": {"leaf": world.received.leaf},
        "roll_key": {"purpose": "seal"},
        "revoke_partner_key": {"node_id": "cn", "kid": world.cn.kid},
    }
    if name in {"split_view", "decide_split"}:
        given[name] = {"pk": split_view(world.cn, world.partner).pk}
    if name in {"log_verification", "stop_log_verification"}:
        given[name] = {"job_id": enqueue("exchange.log-verify").pk}
    if name == "record_pair" and not Countersignature.objects.exists():
        countersign(world.received, "We agree", actor="t")
    if name in {"record_file", "erase_file"}:
        given[name] = {"leaf": world.sent.leaf, "digest": a_file_of(world.sent)}
    if name == "decide_offer":
        given[name] = {"node_id": "cn", "pk": offer_of(world.partner).pk, "how": "accept"}
    pattern = next(found for found in urls.urlpatterns if found.name == name)
    by_kind: dict[str, Any] = {
        "leaf": world.sent.leaf,
        "uuid": world.agreement.pk,
        "node_id": "cn",
        "kid": OwnKey.objects.get(purpose="seal").kid,
    }
    wanted = pattern.pattern.converters
    kwargs = given.get(name) or {key: by_kind[key] for key in wanted}
    return reverse(f"exchange:{name}", kwargs=kwargs)


def ask(client: Client, name: str, world: World) -> int:
    url = address(name, world)
    answer: Any = client.post(url) if name in POSTS else client.get(url)
    if answer.streaming:
        b"".join(answer.streaming_content)  # a file is closed once it is read
    return int(answer.status_code)


def test_every_page_is_in_the_table_with_a_rule_that_exists() -> None:
    assert set(NAMES) == set(ACTIONS)
    assert set(ACTIONS.values()) <= set(rules())


@pytest.mark.parametrize("name", NAMES)
def test_each_role_comes_as_far_as_its_rule_says(name: str, world: World, people: People) -> None:
    url = address(name, world)
    answer = Client().post(url) if name in POSTS else Client().get(url)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/"), "nobody"
    for role in ROLES:
        officer: Officer = getattr(people, role)
        status = ask(visitor(officer), name, world)
        if not can(actor_for(officer), ACTIONS[name]):
            assert status == 403, role
        elif role == "elsewhere" and name in {
            "record",
            "verify_record",
            "record_token",
            "record_receipt",
            "record_file",
            "record_pair",
            "countersign",
        }:
            assert status == 404, "a record of another organisation is not there"
        else:
            assert status in {200, 302}, (role, status)


def test_nothing_is_changed_by_following_a_link(world: World, people: People) -> None:
    browser = visitor(people.operator)
    statuses = {name: browser.get(address(name, world)).status_code for name in POSTS}
    assert statuses == dict.fromkeys(POSTS, 405)


def test_what_is_not_there_is_said_not_to_be_there(world: World, people: People) -> None:
    browser = visitor(people.operator)
    for path in (
        "records/" + "0" * 64 + "/",
        "records/" + "z" * 64 + "/",
        "records/" + "a" * 5000 + "/",
        "records/%00/",
        "log/entries/" + "0" * 64 + "/",
        f"agreements/{uuid4()}/",
        "partner/nobody/",
        "partner/nobody/streams/",
        "quarantine/" + "f" * 64 + "/",
        "alarms/99999/clear/",
        "log/checkpoints/99999/",
        "log/split-views/99999/",
        f"log/verify/{uuid4()}/",
    ):
        assert browser.get(f"/exchange/{path}").status_code == 404, path[:60]


def test_a_stream_is_thawed_only_under_its_own_partner(world: World, people: People) -> None:
    stream = Stream.objects.get(pk=world.out.pk)
    url = reverse("exchange:thaw", args=["md", stream.pk])
    assert visitor(people.operator).get(url).status_code == 404
