"""Which declarations are export declarations.

A declaration's type is written as two letters and an additional letter, ``EXA``. The two letters are data
element 1/1 and the letter is 1/2 of Annex B to Delegated Regulation (EU) 2015/2446, which the United
Kingdom's customs tariff keeps: EX is trade with other countries on the way out, IM on the way in, CO trade
with territories inside the customs union but outside its fiscal territory, in *either* direction. The
letter tells standard (A), simplified (B, C), pre-lodged (D, E, F), supplementary (X, Y, Z) and, in the
United Kingdom, clearance request (J, K) apart; each of them is a declaration.

The direction of a CO declaration is read from the requested procedure, the first two digits of data
element 1/10 (Implementing Regulation (EU) 2015/2447, Annex B, Title II): 10 permanent export, 11 export
of compensating products before import, 21 temporary export for outward processing, 22 other temporary
export, 23 temporary export for return unaltered, 31 re-export. All other procedures bring goods in.
"""

import re
from typing import Literal

Direction = Literal["export", "import"]

EXPORT_PROCEDURES = frozenset({"10", "11", "21", "22", "23", "31"})
_TYPE = re.compile(r"(EX|IM|CO)[A-Z]?", re.ASCII)


def direction_of(declaration_type: str, requested_procedure: str | None) -> Direction | None:
    """Whether a declaration tells of goods that leave or that come in.

    ``declaration_type`` is such as ``EXA``; ``requested_procedure`` its first item's. None where the type
    is no declaration type, or where a CO declaration names no procedure.
    """
    found = _TYPE.fullmatch(declaration_type)
    if not found:
        return None
    if found[1] != "CO":
        return "export" if found[1] == "EX" else "import"
    if requested_procedure is None:
        return None
    return "export" if requested_procedure[:2] in EXPORT_PROCEDURES else "import"
