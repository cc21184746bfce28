"""In which form each partner takes batches, as its answers to pushes say.

A node of an earlier release says nothing and gets lines. What is learnt lasts as long as the process; nothing
rests on it: a batch that is not taken in one form is sent in the other.
"""

from isthmus.wire import batch

HEADER = "Accept-Post"
"""The header of answers to pushes (RFC 5789 has its like for PATCH; W3C Linked Data Platform, 7.1)."""
WORDS = ", ".join(batch.FORMS)

_takes_packed: set[str] = set()
"""Partners by id; threads share it."""


def learn(node_id: str, said: str) -> None:
    """Note what the header of an answer says; it is empty where it is not there."""
    if batch.PACKED in {form.strip() for form in said.split(",")}:
        _takes_packed.add(node_id)
    else:
        _takes_packed.discard(node_id)


def form_for(node_id: str) -> str:
    """The form of the next batch to this partner."""
    return batch.PACKED if node_id in _takes_packed else batch.LINES


def best_of(accept: str) -> str:
    """The form of a batch that somebody fetches, by the Accept header of the request."""
    return batch.PACKED if batch.PACKED in {form.strip() for form in accept.split(",")} else batch.LINES


def forget() -> None:
    """Know nothing of any partner, as a process that has just begun."""
    _takes_packed.clear()
