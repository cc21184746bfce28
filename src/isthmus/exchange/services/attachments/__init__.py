"""Files beside records: kept here, named by records, taken chunk by chunk from partners."""

from isthmus.exchange.services.attachments.arriving import accept_manifest, complete, store_chunk
from isthmus.exchange.services.attachments.keeping import chunks_of, keep
from isthmus.exchange.services.attachments.naming import (
    check_here,
    name_received,
    name_returned,
    name_sent,
    named_in,
)

__all__ = [
    "accept_manifest",
    "check_here",
    "chunks_of",
    "complete",
    "keep",
    "name_received",
    "name_returned",
    "name_sent",
    "named_in",
    "store_chunk",
]
