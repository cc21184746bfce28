"""What two nodes ask each other after one of them came back: as the server and as the caller."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client

from isthmus.exchange.delivery import recovery, turns
from isthmus.exchange.delivery.client import PartnerLink
from isthmus.exchange.models import Alarm, Direction, Restoration, Stream, StreamState
from isthmus.exchange.services import publish
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.recovery.exchange_form import read_given, read_wanted
from isthmus.exchange.services.recovery.marking import log_size, mark_older
from isthmus.kit.errors import BadInput, Fault, Refused
from isthmus.trust.models import Partner
from isthmus.wire import jws
from isthmus.wire.receipt import read_refusal
from tests.exchange.recovery.conftest import Lost, incoming, item, numbers_of, outgoing
from tests.partner_server import partner_server

pytestmark = pytest.mark.django_db
ABOUT = {"stream": "cn>mm#1", "after": 0, "incoming": "mm>cn#1", "receipted": 0}


def get(lost: Lost, target: str) -> Any:
    return Client().get(target, headers={"Authorization": lost.cn.authorization("GET", target)})


def post(lost: Lost, target: str, text: str) -> Any:
    content = text.encode()
    return Client().post(
        target,
        content,
        content_type="application/json",
        headers={"Authorization": lost.cn.authorization("POST", target, content)},
    )


class TestServer:
    def test_it_says_how_far_it_got(self, lost: Lost):
        answer = get(lost, f"/exchange/v1/held/cn?{urlencode(ABOUT)}")
        said = read_given(answer.content)
        assert (said.position, said.leaf, said.sent) == (1, incoming().last_leaf, 3)
        assert said.records == said.answers == ()

    def test_it_gives_back_what_the_caller_lost_with_its_receipts(self, lost: Lost):
        receive(lost.partner, [lost.theirs])
        said = read_given(get(lost, f"/exchange/v1/held/cn?{urlencode({**ABOUT, 'signed': 1})}").content)
        assert numbers_of(list(said.records)) == [1, 2]
        kinds = [jws.type_of(token) for token in said.answers]
        assert kinds == [jws.RECEIPT, jws.RECEIPT, jws.REFUSAL]
        position = read_refusal(said.answers[-1])[1]
        assert (position.code, position.expected, position.other_leaf) == (
            "exchange.position",
            3,
            incoming().last_leaf,
        )
        assert len(said.own_receipts) == 1
        assert not said.more

    def test_a_stream_it_never_saw_is_at_nothing(self, lost: Lost):
        about = {**ABOUT, "stream": "cn>mm#9", "incoming": "mm>cn#9", "signed": 1}
        said = read_given(get(lost, f"/exchange/v1/held/cn?{urlencode(about)}").content)
        assert (said.position, said.newest, said.records) == (0, "cn>mm#1", ())

    @pytest.mark.parametrize(
        ("path", "changes"),
        [
            ("held/md", {}),
            ("wanted/md", {}),
            ("held/cn", {"stream": "md>mm#1"}),
            ("held/cn", {"incoming": "mm>md#1"}),
            ("held/cn", {"after": "many"}),
            ("held/cn", {"receipted": "9" * 16}),
        ],
    )
    def test_about_others_and_in_other_words_it_says_nothing(self, lost: Lost, path: str, changes: Any):
        answer = get(lost, f"/exchange/v1/{path}?{urlencode({**ABOUT, **changes})}")
        assert answer.status_code in {403, 422}

    def test_it_says_what_it_lost_itself_and_takes_it(self, lost: Lost):
        assert get(lost, "/exchange/v1/wanted/cn").content == b"null"
        mark_older(actor="operator", kept_size=log_size())
        wanted = read_wanted(get(lost, "/exchange/v1/wanted/cn").content)
        assert (wanted.stream, wanted.after) == ("mm>cn#1", 3)
        answer = post(lost, "/exchange/v1/returned", lost.given().model_dump_json())
        assert answer.content == b"null"
        assert outgoing().last_seq == lost.last + 1

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"stream": 1}'])
    def test_what_cannot_be_read_is_refused(self, lost: Lost, text: str):
        assert post(lost, "/exchange/v1/returned", text).status_code == 422

    def test_a_fetch_behind_its_last_number_shows_it_what_it_lost(self, lost: Lost):
        answer = get(lost, "/exchange/v1/outbox/cn?after=6")
        assert (answer.status_code, answer.json()["title"]) == (403, "exchange.recovering")
        assert outgoing().state == StreamState.RECOVERING
        assert "up to number 6" in Alarm.objects.get(code="exchange.older-claimed").message
        assert not Restoration.objects.exists()

    def test_a_fetch_of_what_waits_goes_on(self, lost: Lost):
        assert get(lost, "/exchange/v1/outbox/cn?after=3").status_code == 200


Answering = Callable[[str, bytes], tuple[int, bytes]]


@contextmanager
def serving(lost: Lost, answer: Answering) -> Iterator[PartnerLink]:
    with partner_server(answer) as address:
        Partner.objects.filter(pk=lost.partner.pk).update(url=address)
        lost.partner.refresh_from_db()
        yield PartnerLink(lost.partner)


class TestCaller:
    def test_it_asks_until_the_stream_is_sure_and_has_the_rest_sent_again(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        asked: list[str] = []

        def answer(path: str, content: bytes) -> tuple[int, bytes]:
            asked.append(urlsplit(path).path)
            if path.startswith("/exchange/v1/receipts"):
                asked.append(read_refusal(json.loads(content)["answers"][0])[1].code)
                return 200, b"{}"
            signed = dict(parse_qsl(urlsplit(path).query))["signed"] == "1"
            given = lost.given() if signed else lost.given(records=[], answers=[], own_receipts=[])
            return 200, given.model_dump_json().encode()

        with serving(lost, answer):
            (stream,) = recovery.recovering_streams()
            assert recovery.recover_turn(stream)
        assert outgoing().state == StreamState.OPEN
        held = "/exchange/v1/held/mm"
        assert asked == [held, held, "/exchange/v1/receipts", "exchange.gap"]
        assert recovery.recovering_streams() == []

    def test_a_failure_is_written_down_and_tried_again(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        with serving(lost, lambda _path, _body: (500, b"")):
            (stream,) = recovery.recovering_streams()
            assert not recovery.recover_turn(stream)
        stream = outgoing()
        assert (stream.failures, stream.lease_holder) == (1, "")
        assert "500" in stream.last_error
        assert recovery.recovering_streams() == []

    def test_a_partner_that_gives_the_same_again_is_not_asked_for_ever(self, lost: Lost):
        mark_older(actor="operator", kept_size=log_size())
        given = lost.given(records=[], own_receipts=[], more=True, answers=[lost.position(7)])
        with (
            serving(lost, lambda _path, _body: (200, given.model_dump_json().encode())),
            pytest.raises(Fault, match="nothing more"),
        ):
            recovery.recover(lost.partner)

    def test_a_frozen_stream_is_compared(self, lost: Lost):
        publish([item("EX-NEW")], to=["cn"])
        Stream.objects.filter(direction=Direction.OUT).update(state=StreamState.FROZEN)
        with (
            serving(lost, lambda _path, _body: (200, lost.given().model_dump_json().encode())),
            pytest.raises(Refused, match="number 4"),
        ):
            recovery.recover(lost.partner)
        assert outgoing().diverged_seq == 4


class TestFirstContact:
    @pytest.fixture(autouse=True)
    def _starts(self) -> Iterator[None]:
        recovery.first_contact.begin()
        yield
        recovery.first_contact.session = None

    def test_nothing_goes_out_before_the_positions_were_compared(self, lost: Lost):
        publish([item("EX-NEW")], to=["cn"])
        paths: list[str] = []

        def answer(path: str, _content: bytes) -> tuple[int, bytes]:
            paths.append(urlsplit(path).path)
            return 200, lost.given(records=[], answers=[]).model_dump_json().encode()

        with serving(lost, answer):
            assert not turns.push_turn(outgoing())
        assert paths == ["/exchange/v1/held/mm"]
        assert outgoing().state == StreamState.RECOVERING

    def test_another_record_under_the_last_number_is_noticed(self, lost: Lost):
        publish([item("EX-NEW")], to=["cn"])
        said = lost.given(records=[], answers=[], position=4, leaf="ab" * 32)
        with serving(lost, lambda _path, _body: (200, said.model_dump_json().encode())) as link:
            assert recovery.compare_first(outgoing(), link)
        assert outgoing().state == StreamState.RECOVERING

    @pytest.mark.parametrize(("status", "text"), [(404, b""), (200, b"{}"), (200, b"<html>")])
    def test_a_partner_of_an_older_release_is_sent_to(self, lost: Lost, status: int, text: bytes):
        with serving(lost, lambda _path, _body: (status, text)) as link:
            assert recovery.compare_first(outgoing(), link) == ""
        assert not recovery.first_contact.is_due(outgoing())

    def test_a_broken_link_is_no_answer(self, lost: Lost):
        with serving(lost, lambda _path, _body: (500, b"")) as link, pytest.raises(Fault):
            recovery.compare_first(outgoing(), link)
        assert recovery.first_contact.is_due(outgoing())


class TestHelping:
    def test_a_partner_that_says_so_is_given_everything(self, lost: Lost):
        receive(lost.partner, [lost.theirs])
        lost.cn.refusal("exchange.recovering")
        asks = {**ABOUT, "answers": [lost.cn.refusal("exchange.gap", expected=2)]}
        taken: list[Any] = []

        def answer(path: str, content: bytes) -> tuple[int, bytes]:
            if "wanted" in path:
                return 200, json.dumps(asks).encode()
            taken.append(read_given(content))
            return 200, b"null"

        with serving(lost, answer) as link:
            stream = outgoing()
            stream.partner = lost.partner
            recovery.help_partner(stream, (lost.cn.refusal("exchange.recovering"),), 3, link)
        assert numbers_of(list(taken[0].records)) == [1, 2]
        assert outgoing().settled_seq == 1, "and is sent again what it lost of the other stream"

    def test_a_partner_that_does_not_know_is_shown_its_own_receipts(self, lost: Lost):
        taken: list[Any] = []

        def answer(path: str, content: bytes) -> tuple[int, bytes]:
            if "wanted" in path:
                return 200, b"null"
            taken.append(read_given(content))
            return 200, json.dumps(ABOUT).encode()

        with serving(lost, answer) as link:
            stream = outgoing()
            stream.partner, stream.settled_seq = lost.partner, 1
            recovery.help_partner(stream, (lost.cn.refusal("exchange.gap", expected=2),), 3, link)
        assert [len(given.own_receipts) for given in taken] == [1]
        assert taken[0].more

    def test_a_fetching_node_gives_back_where_the_partner_recovers(self, lost: Lost):
        calls: list[str] = []

        def answer(path: str, _content: bytes) -> tuple[int, bytes]:
            calls.append(urlsplit(path).path)
            if "outbox" in path:
                return 403, json.dumps({"title": "exchange.recovering", "detail": "wait"}).encode()
            return 200, b"null"

        with serving(lost, answer):
            assert turns.pull_turn(lost.partner) == 0
        assert calls == ["/exchange/v1/outbox/mm", "/exchange/v1/wanted/mm"]


def test_forms_that_cannot_be_read_name_the_member():
    with pytest.raises(BadInput, match="stream"):
        read_wanted(b"{}")


def test_the_second_portion_follows_the_first(lost: Lost):
    from isthmus.exchange.services.recovery import giving

    receive(lost.partner, [lost.theirs])
    first = giving.give_back(lost.partner, "cn>mm#1", 0, "mm>cn#1", 0, signed=True, characters=1)
    assert (numbers_of(list(first.records)), first.more) == ([1], True)
    asked = giving.behind(read_wanted(json.dumps(ABOUT).encode()), first)
    second = giving.give_back(
        lost.partner, "cn>mm#1", asked.after, "mm>cn#1", asked.receipted, signed=True, characters=1
    )
    assert (numbers_of(list(second.records)), second.more) == ([2], False)
