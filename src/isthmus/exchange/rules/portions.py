"""How much to send to a partner at once, by how the line carried what was sent before."""

from dataclasses import dataclass, replace

from isthmus.wire.batch import MAX_RECORDS

SLOW_BYTES_A_SECOND = 100_000
"""A line that carries less is slow: a smaller batch is then worth the processor's time for it."""
_TELLING_SECONDS = 1.0
_TELLING_BYTES = 16_384
"""What was quicker than the one and smaller than the other says nothing of the line."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What is known of the line to one partner; a line that nothing is known of is taken for a good one."""

    records: int = MAX_RECORDS
    """Records of the next batch, at most."""
    is_slow: bool = False


def after_answer(portion: Portion, *, records: int, size: int, seconds: float) -> Portion:
    """What to think after a batch was answered: ``size`` in bytes as sent, ``seconds`` until the answer."""
    if seconds > _TELLING_SECONDS or size > _TELLING_BYTES:
        portion = replace(portion, is_slow=size < SLOW_BYTES_A_SECOND * seconds)
    return replace(portion, records=min(MAX_RECORDS, max(portion.records, records * 2)))


def after_silence(_portion: Portion, *, records: int) -> Portion:
    """What to think after a batch had no answer in time: half of it is the next try, one record at least."""
    return Portion(records=max(1, records // 2), is_slow=True)
