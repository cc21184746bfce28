"""Issuing: random serials into packed rows, and the codes of a batch as often as they are needed."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.apps.excise.stamps.models import (
    Proof,
    RequestState,
    StampAct,
    StampBatch,
    StampKey,
    StampKeyKind,
    StampRequest,
    StampSheaf,
    StampWhereabouts,
)
from isthmus.apps.excise.stamps.queries import PREFIX_SHIFT
from isthmus.apps.excise.stamps.rules import codes
from isthmus.apps.excise.stamps.rules.custody import SHEAF, Act, Sheaf, spans
from isthmus.apps.excise.stamps.services import book, keys
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, NotFound

_ROWS_AT_ONCE = 256


def prefix_of(serial: bytes) -> int:
    """The upper 63 bits of a serial, by which the database finds it."""
    return int.from_bytes(serial, "big") >> PREFIX_SHIFT


def host() -> str:
    """The name in the codes: that of this node's own address."""
    return urlsplit(settings.ISTHMUS.url).netloc.lower()


@transaction.atomic
def issue(request: StampRequest, *, actor: str) -> StampBatch:
    """Draw the serials of an approved request. Conflict where it is not approved or was issued before."""
    from isthmus.apps.excise.stamps.rules.issuing import draw

    row = StampRequest.objects.select_for_update().get(pk=request.pk)
    if row.state != RequestState.APPROVED:
        raise Conflict(
            "excise.stamps-not-approved",
            _("Request %(number)s is not approved, or its stamps were issued already.")
            % {"number": row.number},
            next_step=_("Stamps are issued once, after the duty is secured."),
        )
    tagged, signed = row.proof != Proof.PLAIN, row.proof == Proof.SIGNED
    batch = StampBatch.objects.create(
        request=row,
        organisation_id=row.organisation_id,
        gtin=row.gtin,
        product=row.product,
        count=row.count,
        proof=row.proof,
        tag_key=keys.in_use(StampKeyKind.TAG, actor=actor) if tagged else None,
        signature_key=keys.in_use(StampKeyKind.SIGNATURE, actor=actor) if signed else None,
        host=host(),
        issued_at=clock.now(),
    )
    _keep(batch, draw(row.count, os.urandom).tobytes())
    row.state = RequestState.ISSUED
    row.save(update_fields=["state"])
    done = StampAct.objects.create(
        batch=batch,
        act=Act.ISSUE.value,
        first=1,
        last=row.count,
        holder_id=row.organisation_id,
        at=batch.issued_at,
        actor=actor,
    )
    book.post_issue(done, row.count)
    audit.note(
        "excise.stamps-issued",
        actor=actor,
        subject=str(row.number),
        detail={"batch": batch.pk, "count": row.count},
    )
    return batch


def _keep(batch: StampBatch, serials: bytes) -> None:
    size = codes.SERIAL_BYTES
    positions = range(-(-batch.count // SHEAF))
    for start in range(0, len(positions), _ROWS_AT_ONCE):
        sheaves = []
        for position in positions[start : start + _ROWS_AT_ONCE]:
            part = serials[position * SHEAF * size : (position + 1) * SHEAF * size]
            lowest, highest = prefix_of(part[:size]), prefix_of(part[-size:])
            sheaves.append(
                StampSheaf(batch=batch, position=position, lowest=lowest, highest=highest, serials=part)
            )
        StampSheaf.objects.bulk_create(sheaves)
        kept = StampSheaf.objects.filter(batch=batch, position__in=[one.position for one in sheaves])
        numbers = dict(kept.values_list("position", "pk"))
        rows = []
        for one in sheaves:
            places, holders = Sheaf.new(len(one.serials) // size, batch.organisation_id).packed()
            rows.append(StampWhereabouts(sheaf_id=numbers[one.position], places=places, holders=holders))
        StampWhereabouts.objects.bulk_create(rows)


def check_run(batch: StampBatch, first: int, last: int) -> None:
    """BadInput where the numbers are none of the batch."""
    if not batch.begins <= first <= last <= batch.ends:
        raise BadInput(
            "excise.stamps-run",
            _("Batch %(batch)s has the stamps %(first)s to %(last)s.")
            % {"batch": batch.pk, "first": batch.begins, "last": batch.ends},
            next_step=_("Give a first and a last number among them."),
        )


def serials_of(batch: StampBatch, first: int, last: int) -> bytes:
    """The serials of a run of stamps, ten bytes each."""
    runs = spans(first, last)
    rows = dict(
        StampSheaf.objects.filter(batch=batch, position__range=(runs[0][0], runs[-1][0])).values_list(
            "position", "serials"
        )
    )
    size = codes.SERIAL_BYTES
    return b"".join(bytes(rows[sheaf])[start * size : (end + 1) * size] for sheaf, start, end in runs)


def _opened(key: StampKey | None) -> tuple[int, bytes] | None:
    return None if key is None else (key.number, keys.secret_of(key))


def code_lines(batch: StampBatch, first: int = 1, last: int | None = None) -> Iterator[bytes]:
    """The codes of a run of stamps, a line each, in portions; the same every time."""
    import numpy as np

    from isthmus.apps.excise.stamps.rules.issuing import Printing, lines

    if batch.issuer:
        raise NotFound(
            "excise.stamps-abroad",
            _("The codes of these stamps are with the node that issued them: %(issuer)s.")
            % {"issuer": batch.issuer},
        )
    end = batch.count if last is None else last
    check_run(batch, first, end)
    signature = batch.signature_key
    printing = Printing(
        batch.host,
        batch.gtin,
        _opened(batch.tag_key),
        None if signature is None else (signature.number, keys.private_of(signature)),
    )
    step = SHEAF * 16
    for start in range(first, end + 1, step):
        serials = serials_of(batch, start, min(end, start + step - 1))
        yield lines(np.frombuffer(serials, dtype=np.uint8).reshape(-1, codes.SERIAL_BYTES), printing)


def code_of(batch: StampBatch, number: int) -> codes.Code:
    """The code of one stamp."""
    return codes.parsed(b"".join(code_lines(batch, number, number)).decode("ascii").rstrip("\n"))


def sheet(batch: StampBatch, first: int, last: int) -> bytes:
    """A PDF of a run of stamps, as many as a document holds. BadInput for more, or for other numbers."""
    from isthmus.apps.excise.stamps.formats.sheets import MOST_STAMPS, pdf

    check_run(batch, first, last)
    if last - first >= MOST_STAMPS:
        raise BadInput(
            "excise.stamps-sheet",
            _("One document holds %(most)s stamps.") % {"most": MOST_STAMPS},
            next_step=_("Print the batch in several documents."),
        )
    texts = b"".join(code_lines(batch, first, last)).decode("ascii").splitlines()
    stamps = [(f"{batch.pk}-{first + place:07d}", codes.parsed(text)) for place, text in enumerate(texts)]
    title = f"{batch.product}, GTIN {batch.gtin}: {batch.pk}-{first:07d} to {batch.pk}-{last:07d}"
    return pdf(stamps, title=title)
