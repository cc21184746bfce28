"""Reading a bundle: its records go the way of any batch, its answers settle what this node sent."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.exchange import queries
from isthmus.exchange.models import Checkpoint, Record, Refusal, Stream, Verdict
from isthmus.exchange.services.alarms import clear_alarm
from isthmus.exchange.services.bundles.exporting import summary_of
from isthmus.exchange.services.bundles.reading import seal_of, sender_of
from isthmus.exchange.services.inbox import receive
from isthmus.exchange.services.settle import settle
from isthmus.exchange.services.streams import UNDELIVERED
from isthmus.kit.errors import IsthmusError, Refused
from isthmus.trust import keystore
from isthmus.trust.models import KeyPurpose, Partner
from isthmus.trust.statements import insert
from isthmus.trust.validation import key_ring
from isthmus.wire import batch, jws
from isthmus.wire import receipt as wire
from isthmus.wire.bundle import BundleContent, Manifest, open_bundle, read_manifest
from isthmus.wire.checkpoint import origin_of, verify_checkpoint
from isthmus.wire.record import leaf_hash

_LOG = logging.getLogger("isthmus.exchange.bundles")
_ANSWERS_AT_ONCE = 100


@dataclass(slots=True)
class ImportReport:
    """What became of a bundle.

    ``taken``: records that were new here, ``refused`` of them with a signed reason; ``repeated``: records
    that were here already. ``settled``: records of this node that have their receipt now. ``problems``: why
    the rest was not taken, in words. ``answers``: the signed answers given, stored here for the way back.
    """

    manifest: Manifest
    taken: int = 0
    repeated: int = 0
    refused: int = 0
    settled: int = 0
    problems: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def _check_head(partner: Partner, note: str) -> Checkpoint:
    """The partner's log head in the bundle; Refused where no log key of the partner signed it."""
    name = origin_of(partner.node_id)
    problem: IsthmusError | None = None
    for key in key_ring(partner, KeyPurpose.LOG).keys.values():
        try:
            head = verify_checkpoint(note, name=name, public_key=keystore.public_key_of(key.certificate))
        except IsthmusError as error:
            problem = error
        else:
            return Checkpoint(
                node_id=partner.node_id, size=head.size, root=head.root.hex(), note=note, issued=head.issued
            )
    raise problem or Refused(
        "exchange.no-log-key", _("No log key of %(name)s is known.") % {"name": partner.name}
    )


def _reason(refusal: wire.Refusal) -> str:
    if refusal.code == "exchange.gap" and refusal.expected is not None:
        return _(
            "Record %(number)d is expected first; import the earlier bundle or connect."
            " Then read this one again: nothing of it is lost."
        ) % {"number": refusal.expected}
    return refusal.reason


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
            report.refused += sum(verdict.status == "refused" for verdict in new)


def _waiting(stream: Stream) -> int:
    return Record.objects.filter(stream=stream, verdict=Verdict.WAITING).count()


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
    before = _waiting(stream)
    for start in range(0, len(answers), _ANSWERS_AT_ONCE):
        report.problems += settle(stream, answers[start : start + _ANSWERS_AT_ONCE])
    report.settled = max(before - _waiting(stream), 0)
    if not stream.waiting:
        clear_alarm(UNDELIVERED, stream.name, actor=actor)


def _tell_what_stays(content: BundleContent, report: ImportReport) -> None:
    """Say what this node has no place for yet, so that nobody takes it for received."""
    if content.attachments:
        report.problems.append(
            _("It also carries attachments (%(count)d), which this node does not keep: keep the file.")
            % {"count": len(content.attachments)}
        )


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
    seal = seal_of(partner, unverified, manifest)
    own = keystore.own_key(KeyPurpose.ENCRYPTION, manifest.encryption_kid)
    content = open_bundle(file, node=queries.me(), encryption_key=own.private_key, seal=seal)
    head = _check_head(partner, content.checkpoint)
    report = ImportReport(manifest)
    _take(partner, content.records, report)
    _settle(partner, content, report, actor)
    _tell_what_stays(content, report)
    insert([head], ignore_conflicts=True)
    audit.note(
        "exchange.bundle-imported",
        actor=actor,
        subject=partner.node_id,
        detail={**summary_of(manifest), "taken": report.taken, "settled": report.settled},
    )
    _LOG.info("bundle %s: %d records taken, %d settled", manifest.id, report.taken, report.settled)
    return report
