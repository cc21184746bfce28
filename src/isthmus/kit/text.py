"""Unicode text in its one stored form."""

import unicodedata


def is_nfc(text: str) -> bool:
    """Whether ``text`` is in Unicode normalisation form C, the form in which every record is written."""
    return unicodedata.is_normalized("NFC", text)


def nfc(text: str) -> str:
    """``text`` in normalisation form C."""
    return unicodedata.normalize("NFC", text)
