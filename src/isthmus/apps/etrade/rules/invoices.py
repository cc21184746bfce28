"""The fingerprint by which two countries compare invoices without showing the numbers."""

import hashlib
import unicodedata
from collections.abc import Iterable


def invoice_hash(numbers: Iterable[str]) -> str | None:
    """SHA-256 (hex) over the invoice numbers; None where there are none.

    Letters are upper-cased and everything but letters and digits is dropped, so that ``inv 2026/07`` and
    ``INV-2026-07`` agree; numbers are taken once each, sorted, a line each. This minimises what is shown,
    it does not anonymise: short numbers can be guessed and tried.
    """
    plain = {
        "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())
        for number in numbers
    } - {""}
    if not plain:
        return None
    return hashlib.sha256("\n".join(sorted(plain)).encode()).hexdigest()
