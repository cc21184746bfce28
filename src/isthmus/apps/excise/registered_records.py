"""The record types of Excise, and the functions that send, receive, restore and erase each."""

from isthmus.exchange.application import RecordType

RECORD_TYPES: tuple[RecordType, ...] = ()
