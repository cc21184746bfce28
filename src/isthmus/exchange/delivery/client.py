"""Calling a partner's node over HTTP with signed requests."""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from isthmus.exchange import queries
from isthmus.exchange.delivery import batch_forms, connections, key_news, lines, partner_clocks
from isthmus.exchange.rules.portions import Portion, after_answer, after_silence
from isthmus.exchange.services.recovery.exchange_form import GivenBack, Wanted, read_given, read_wanted
from isthmus.kit.errors import BadInput, Fault
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.wire import batch
from isthmus.wire.attachment import AttachmentManifest
from isthmus.wire.request import sign_request

SCHEME = "Isthmus"
INBOX = "/exchange/v1/inbox"
OUTBOX = "/exchange/v1/outbox/"
RECEIPTS = "/exchange/v1/receipts"
ATTACHMENTS = "/exchange/v1/attachments/"
WITNESS = "/exchange/v1/witness"
WITNESS_TYPE = "application/jose"
HELD = "/exchange/v1/held/"
WANTED = "/exchange/v1/wanted/"
RETURNED = "/exchange/v1/returned"
ANSWER_LIMIT = 12 * 1024 * 1024
"""Bytes of an answer that are read at most: a fetched batch of 8 MiB and its framing."""
CARD_LIMIT = 64 * 1024
"""Bytes of a card that are read at most: four certificates and a long list of record types."""
RECOVERING = "exchange.recovering"
NOT_KNOWN = "exchange.not-known"
NOT_TAKEN = "exchange.batch-not-taken"
REQUEST_LIFETIME = timedelta(minutes=5)


def authorization(audience: str, method: str, target: str, body: bytes) -> str:
    """The header that proves this node made this request, to this partner, with this body, now.

    By the clock of the partner, and with the key that was in use then.
    """
    moment = partner_clocks.time_at(audience)
    seal = keystore.in_use(KeyPurpose.SEAL, moment)
    token = sign_request(
        issuer=queries.me(),
        audience=audience,
        method=method,
        target=target,
        body=body,
        now=moment,
        lifetime=REQUEST_LIFETIME,
        key=seal.private_key,
        kid=seal.kid,
    )
    return f"{SCHEME} {token}"


def _failure(partner: Partner, what: str, kind: type[Fault] = Fault, code: str = "exchange.link") -> Fault:
    return kind(
        code,
        f"{partner.node_id} could not be reached: {what}.",
        next_step="Nothing is lost; the node keeps trying.",
    )


class Unwilling(Fault):
    """The partner can be reached and answered, but not with what it was asked for."""


class PartnerLink:
    """The calls of one turn to a partner; its connection stays open for the next turn."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner

    def _call(self, method: str, target: str, body: bytes, content_type: str) -> bytes:
        """The body of a good answer; Fault for a broken link, an endless answer or any other status."""
        return self._answer(method, target, body, content_type).body

    def _answer(self, method: str, target: str, body: bytes, content_type: str) -> connections.Answer:
        answer = self._ask(method, target, body, content_type)
        if partner_clocks.learn(self.partner.node_id, answer.status, answer.date, answer.body):
            answer = self._ask(method, target, body, content_type)
        if key_news.is_unknown_key(answer.status, answer.body):
            self.tell_keys()  # to whom it is no news, another call of this node has told it a moment ago
            answer = self._ask(method, target, body, content_type)
        key_news.heed(self.partner, answer.status, answer.body)
        if answer.status >= 300:
            raise _failure(self.partner, _reason(answer.status, answer.body), Unwilling, _code(answer))
        return answer

    def _ask(
        self, method: str, target: str, body: bytes, content_type: str, *, signed: bool = True
    ) -> connections.Answer:
        headers = {}
        if signed:
            headers["Authorization"] = authorization(self.partner.node_id, method, target, body)
        if body:
            headers["Content-Type"] = content_type
        elif target.startswith(OUTBOX):
            headers["Accept"] = batch_forms.WORDS
        try:
            answer = connections.call(
                settings.ISTHMUS.route_to(self.partner.node_id, self.partner.url),
                method,
                target,
                body,
                headers,
                timeout=settings.ISTHMUS.request_timeout_seconds,
                limit=ANSWER_LIMIT,
            )
        except connections.LinkError as error:
            raise _failure(self.partner, str(error) or type(error).__name__) from error
        if len(answer.body) > ANSWER_LIMIT:
            raise _failure(self.partner, "its answer is too long")
        return answer

    def tell_keys(self) -> bool:
        """Tell the partner of new keys of this node ahead of their records; whether it has learnt any."""
        learnt = False
        for body in key_news.portions(self.partner):
            answer = self._ask("POST", key_news.TARGET, body, "application/json", signed=False)
            learnt |= answer.status < 300 and key_news.was_news(answer.body)
        return learnt

    def ask_keys(self) -> bool:
        """Ask the partner for its new keys ahead of their records; whether there were any."""
        answer = self._ask("GET", key_news.TARGET, b"", "")
        return answer.status < 300 and key_news.learn(self.partner, answer.body) > 0

    def heal(self, answers: Sequence[str]) -> bool:
        """Whether answers of the partner stood on keys that one side did not know and may know now."""
        told = key_news.must_tell(answers)
        if told:
            self.tell_keys()
        asked = key_news.must_ask(self.partner, answers) and self.ask_keys()
        return told or asked

    def push_texts(self, texts: Sequence[bytes]) -> tuple[str, ...]:
        """Send packed texts in the best form that the partner takes; returns and raises as ``push``."""
        body, form = self._batch(texts)
        started = time.monotonic()
        try:
            answers = self._push_or_lines(texts, body, form)
        except Fault as error:
            if isinstance(error.__cause__, TimeoutError):
                lines.learn(self.partner.node_id, after_silence(self._portion, records=len(texts)))
            raise
        seconds = time.monotonic() - started
        portion = after_answer(self._portion, records=len(texts), size=len(body), seconds=seconds)
        lines.learn(self.partner.node_id, portion)
        return answers

    @property
    def portion(self) -> int:
        """How many records to send at once, at most, as the line carried what was sent before."""
        return self._portion.records

    @property
    def _portion(self) -> Portion:
        return lines.portion_for(self.partner.node_id)

    def _batch(self, texts: Sequence[bytes]) -> tuple[bytes, str]:
        form = batch_forms.form_for(self.partner.node_id)
        if self._portion.is_slow:
            return batch.write_small(texts, packed=form == batch.PACKED)
        return batch.write(texts, form), form

    def _push_or_lines(self, texts: Sequence[bytes], body: bytes, form: str) -> tuple[str, ...]:
        """Push the batch; where the partner does not take its form, push lines, which every node takes."""
        if form == batch.PACKED:
            try:
                return self.push(body, form)
            except Unwilling as error:
                if error.code != NOT_TAKEN:
                    raise
                # Where a text that is kept here is damaged, the other form shows it.
                batch_forms.learn(self.partner.node_id, "")
                body = batch.write(texts, batch.LINES)
        return self.push(body)

    def push(self, body: bytes, form: str = batch.LINES) -> tuple[str, ...]:
        """Send a batch; returns the signed answers. Fault where the link or the partner fails."""
        try:
            answer = self._answer("POST", INBOX, body, form)
            answers = json.loads(answer.body)["answers"]
        except (ValueError, KeyError, TypeError) as error:
            raise _failure(self.partner, "its answer cannot be read") from error
        if not isinstance(answers, list) or not all(isinstance(token, str) for token in answers):
            raise _failure(self.partner, "its answer cannot be read")
        batch_forms.learn(self.partner.node_id, answer.accept_post)
        return tuple(answers)

    def pull(self, after: int, stream: str = "") -> list[batch.Line]:
        """Fetch the batch that waits at the partner behind number ``after``; empty where nothing waits.

        ``stream`` is the epoch that the number belongs to, where this node has one. BadInput for what is no
        batch.
        """
        query = urlencode({**({"stream": stream} if stream else {}), "after": after})
        answer = self._answer("GET", f"{OUTBOX}{queries.me()}?{query}", b"", "")
        form = batch.PACKED if answer.content_type == batch.PACKED else batch.LINES
        return batch.read(answer.body, form) if answer.body else []

    def witness(self, message: str) -> str:
        """Say a signed message about both logs; returns the partner's, whose signature nobody has checked."""
        answer = self._call("POST", WITNESS, message.encode("ascii"), WITNESS_TYPE)
        return answer.decode("ascii", errors="replace").strip()

    def post_answers(self, answers: list[str]) -> None:
        """Hand over the answers to a fetched batch."""
        body = json.dumps({"answers": answers}).encode("ascii")
        said = self._call("POST", RECEIPTS, body, "application/json")
        if key_news.has_problems(said) and self.tell_keys():
            self._call("POST", RECEIPTS, body, "application/json")

    def offer_attachment(self, manifest: AttachmentManifest) -> tuple[range, ...]:
        """Name a file by its manifest; returns the chunks that the partner lacks."""
        target = f"{ATTACHMENTS}{manifest.sha256}"
        try:
            answer = json.loads(self._call("POST", target, manifest.to_bytes(), "application/json"))
            return tuple(range(first, end) for first, end in answer["missing"])
        except (ValueError, KeyError, TypeError) as error:
            raise _failure(self.partner, "its answer cannot be read") from error

    def push_chunk(self, digest: str, index: int, data: bytes) -> None:
        """Send one chunk of a file."""
        self._call("POST", f"{ATTACHMENTS}{digest}/chunks/{index}", data, "application/octet-stream")

    def pull_manifest(self, digest: str) -> bytes:
        """Fetch the manifest of a file that a record of the partner names."""
        return self._call("GET", f"{ATTACHMENTS}{digest}", b"", "")

    def pull_chunk(self, digest: str, index: int) -> bytes:
        """Fetch one chunk of a file."""
        return self._call("GET", f"{ATTACHMENTS}{digest}/chunks/{index}", b"", "")

    def push_subject_key(self, digest: str, token: str) -> None:
        """Hand over the key of a file about a person, sealed for the partner."""
        self._call("POST", f"{ATTACHMENTS}{digest}/key", token.encode("ascii"), "application/jose")

    def pull_subject_key(self, digest: str) -> str:
        """Fetch the sealed key of a file; empty for a file that is not encrypted."""
        target = f"{ATTACHMENTS}{digest}/key"
        return self._call("GET", target, b"", "").decode("ascii", errors="replace")

    def tell_arrived(self, digest: str) -> None:
        """Say that the whole file is here."""
        self._call("POST", f"{ATTACHMENTS}{digest}/arrived", b"{}", "application/json")

    def _held(self, wanted: Wanted, *, signed: bool) -> bytes:
        query = {**wanted.model_dump(exclude={"answers"}), "signed": int(signed)}
        return self._call("GET", f"{HELD}{queries.me()}?{urlencode(query)}", b"", "")

    def position(self, wanted: Wanted) -> GivenBack | None:
        """How far the partner got in a stream of this node; None where it does not say."""
        try:
            return read_given(self._held(wanted, signed=False))
        except BadInput:
            return None  # something else answers at this address; the push will show it
        except Fault as error:
            if error.code == NOT_KNOWN:
                return None  # a release before this call existed
            raise

    def held(self, wanted: Wanted) -> GivenBack:
        """A portion of what the partner holds of this node's; BadInput where it cannot be read."""
        return read_given(self._held(wanted, signed=True))

    def wanted(self) -> Wanted | None:
        """What the partner has lost and this node may give back."""
        return self._read_wanted(self._call("GET", f"{WANTED}{queries.me()}", b"", ""))

    def post_returned(self, given: GivenBack) -> Wanted | None:
        """Give a portion back; returns what is wanted next."""
        body = given.model_dump_json().encode("utf-8")
        return self._read_wanted(self._call("POST", RETURNED, body, "application/json"))

    @staticmethod
    def _read_wanted(text: bytes) -> Wanted | None:
        return None if text.strip() == b"null" else read_wanted(text)


def fetch_card(url: str) -> str:
    """The node card at a partner's address, unverified; Fault where it cannot be fetched."""
    import httpx  # five megabytes that a node at rest can do without

    address = f"{url.rstrip('/')}/.well-known/isthmus"
    read = bytearray()
    try:
        with httpx.stream(
            "GET",
            address,
            timeout=settings.ISTHMUS.request_timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        ) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > CARD_LIMIT:
                    raise _no_card(url, "the answer is too long for a card")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _no_card(url, str(error) or type(error).__name__) from error
    return read.decode("ascii", errors="replace").strip()


def _no_card(url: str, reason: str) -> Fault:
    return Fault(
        "exchange.no-card",
        f"No card could be fetched from {urlsplit(url).netloc or url}: {reason}.",
        next_step="Check the address, or ask the partner to send its card as a file.",
    )


def _code(answer: connections.Answer) -> str:
    """The code of a failure that the caller tells from others; all others are the link's."""
    if answer.status == 404:
        return NOT_KNOWN
    try:
        title = str(json.loads(answer.body)["title"])
    except (ValueError, KeyError, TypeError):
        return "exchange.link"
    if title == "exchange.content-type" or title.startswith(("wire.batch.", "wire.packing.")):
        return NOT_TAKEN
    return RECOVERING if title == RECOVERING else "exchange.link"


def _reason(status: int, body: bytes) -> str:
    """The problem detail of an answer, or its status alone."""
    try:
        detail = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"HTTP status {status}"
    return f"HTTP status {status}, {str(detail)[:300]}"
