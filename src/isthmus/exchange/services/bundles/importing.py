"""Reading a bundle: its records go the way of any batch, its answers settle what this node sent."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.models import Direction, Record, Refusal, Verdict
from isthmus.exchange.services import subjects
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.services.attachments.leaving import note_arrived
from isthmus.exchange.services.bundles import files
from isthmus.exchange.services.bundles.exporting import summary_of
from isthmus.exchange.services.bundles.reading import seal_of, sender_of
from isthmus.exchange.services.erasure.places import ERASED_CODE
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.keys import take_news
from isthmus.exchange.services.recovery import earlier, sticks
from isthmus.exchange.services.streams import UNDELIVERED
from isthmus.exchange.services.witness.hearing import hear_bundle
from isthmus.exchange.services.witness.notes import head_of_partner
from isthmus.kit.errors import Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.validation import key_ring
from isthmus.wire import batch, jws
from isthmus.wire import receipt as wire
from isthmus.wire.bundle import BundleContent, Manifest, open_bundle, peek_records, read_manifest
from isthmus.wire.places import place_line
from isthmus.wire.record import leaf_hash, read_record

_LOG = logging.getLogger("isthmus.exchange.bundles")
_ANSWERS_AT_ONCE = 100


@dataclass(slots=True)
class ImportReport:
    """What became of a bundle.

    ``taken``: records that were new here, ``refused`` of them with a signed reason, ``erased`` of them by
    their sender before they came; ``repeated``: records that were here already. ``settled``: records of this
    node that have their receipt now. ``chunks``: pieces of files that were new, ``files``: files that became
    whole. ``problems``: why the rest was not taken, in words. ``answers``: the signed answers given, stored
    here for the way back.
    """

    manifest: Manifest
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    erased: int = 0
    chunks: int = 0
    files: int = 0
    settled: int = 0
    problems: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def _check_head(partner: Partner, content: BundleContent) -> None:
    """Refused where no log key of the partner signed the head, also none that a record inside announces."""
    try:
        head_of_partner(partner, content.checkpoint)
    except Refused:
        if not take_news(partner, content.records):
            raise
        head_of_partner(partner, content.checkpoint)


def _reason(refusal: wire.Refusal) -> str:
    if refusal.code == "exchange.gap" and refusal.expected is not None:
        return _(
            "Record %(number)d is expected first; import the earlier bundle or connect."
            " Then read this one again: nothing of it is lost."
        ) % {"number": refusal.expected}
    return refusal.reason


def _epoch(stream: str) -> int:
    return int(stream.rpartition("#")[2])


def _lines(content: BundleContent) -> list[str]:
    """Records and erased places in the order of the stream, as they would come in batches."""
    if not content.erased:
        return list(content.records)
    read = [(token, read_record(token)[1]) for token in content.records]
    placed = [(_epoch(record.stream), record.seq, token) for token, record in read]
    placed += [(_epoch(place.stream), place.seq, place_line(place)) for place in content.erased]
    return [line for _number, _seq, line in sorted(placed)]


def _take(partner: Partner, tokens: Sequence[str], report: ImportReport) -> None:
    """Hand the records to the inbox, batch after batch, up to the first that gets no place."""
    waiting = list(tokens)
    while waiting:
        part = batch.take_batch(waiting)
        del waiting[: len(part)]
        _sent, incoming = queries.stream_pair(partner)
        held = incoming.last_seq if incoming is not None else 0
        given = receive(partner, part)
        report.answers += given
        for answer in given:
            if jws.type_of(answer) == jws.REFUSAL:
                report.problems.append(_reason(wire.read_refusal(answer)[1]))
                return
            verdicts = wire.read_receipt(answer)[1].verdicts
            new = [verdict for verdict in verdicts if verdict.seq > held]
            report.taken += len(new)
            report.repeated += len(verdicts) - len(new)
            report.erased += sum(verdict.code == ERASED_CODE for verdict in new)
            report.refused += sum(
                verdict.status == "refused" and verdict.code != ERASED_CODE for verdict in new
            )


def _waiting(partner: Partner) -> int:
    sent = Record.objects.filter(stream__partner=partner, stream__direction=Direction.OUT)
    return sent.filter(verdict=Verdict.WAITING).count()


def _settle(partner: Partner, content: BundleContent, report: ImportReport, actor: str) -> None:
    """Take the partner's answers; a refusal that was heeded before is not heeded again."""
    leaves = {leaf_hash(token).hex(): token for token in content.refusals}
    known = set(Refusal.objects.filter(leaf__in=leaves).values_list("leaf", flat=True))
    answers = [*content.receipts, *(token for leaf, token in leaves.items() if leaf not in known)]
    if not answers:
        return
    stream, _received = queries.stream_pair(partner)
    if stream is None:
        report.problems.append(_("It carries answers to records that this node never sent."))
        return
    before = _waiting(partner)
    for start in range(0, len(answers), _ANSWERS_AT_ONCE):
        report.problems += earlier.settle_each(partner, answers[start : start + _ANSWERS_AT_ONCE]) or ()
    report.settled = max(before - _waiting(partner), 0)
    stream.refresh_from_db(fields=["settled_seq", "last_seq"])
    if not stream.waiting:
        clear_alarm(UNDELIVERED, stream.name, actor=actor)


def _take_files(partner: Partner, content: BundleContent, report: ImportReport) -> None:
    for digest in content.held:
        note_arrived(partner, digest)
    report.problems += subjects.take_keys(partner, content.keys)
    report.chunks, report.files, problems = files.take_files(partner, content.attachments)
    report.problems += problems


def import_bundle(file: BinaryIO, *, actor: str) -> ImportReport:
    """Take what a partner's bundle brings, any number of times, in any order, beside the network.

    All of the bundle is checked before any of it is used: what is damaged, cut short, forged or meant for
    another node raises Refused or BadInput and changes nothing. Records then go through the inbox; where one
    is missing before them, the rest waits in the file and the report says which comes first. The answers
    given are stored, and a later export carries them back.
    """
    unverified, manifest = read_manifest(file)
    if manifest.receiver != queries.me():
        raise Refused(
            "wire.bundle.receiver",
            _("The bundle is meant for %(receiver)s, not for %(node)s.")
            % {"receiver": manifest.receiver, "node": queries.me()},
            next_step=_("Hand it to %(receiver)s; it was not opened here.") % {"receiver": manifest.receiver},
        )
    partner = sender_of(manifest)
    if not partner.is_active:
        raise Refused(
            "exchange.partner-suspended",
            _("%(name)s is not an active partner of this node.") % {"name": partner.name},
            next_step=_("Keep the file; read it once the exchange is resumed."),
        )
    own = keystore.own_key(KeyPurpose.ENCRYPTION, manifest.encryption_kid)
    if unverified.kid not in key_ring(partner).keys:
        # The roll-over that names this seal may lie inside; it proves itself.
        take_news(partner, peek_records(file, node=queries.me(), encryption_key=own.private_key))
    seal = seal_of(partner, unverified, manifest)
    content = open_bundle(file, node=queries.me(), encryption_key=own.private_key, seal=seal)
    _check_head(partner, content)
    report = ImportReport(manifest)
    report.problems += sticks.take(partner, content.recovery)
    _take(partner, _lines(content), report)
    _settle(partner, content, report, actor)
    _take_files(partner, content, report)
    hear_bundle(partner, content)
    audit.note(
        "exchange.bundle-imported",
        actor=actor,
        subject=partner.node_id,
        detail={**summary_of(manifest), "taken": report.taken, "settled": report.settled},
    )
    _LOG.info("bundle %s: %d records taken, %d settled", manifest.id, report.taken, report.settled)
    return report
