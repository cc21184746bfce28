"""Telling Zawgyi from Unicode.

Zawgyi is a font that keeps Burmese in the order of the pen and uses Unicode's code points for other signs.
Unicode keeps it in the order of sound (Unicode Technical Note 11, "Representing Myanmar in Unicode"): the
vowel sign E (U+1031) follows its consonant and medials, and the virama (U+1039) stands between two
consonants. Text that breaks either rule is Zawgyi, or broken; text that keeps both is taken for Unicode.
"""

import re

_CONSONANT = (
    "\u1000-\u102a\u103f\u104e\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"
)
_MEDIAL = "\u103b-\u103e\u105e-\u1060\u1082"
_BROKEN = re.compile(
    rf"(?<![{_CONSONANT}{_MEDIAL}])\u1031"  # an E that stands before its consonant
    rf"|\u1039(?![{_CONSONANT}])"  # a virama with nothing below it: Zawgyi's asat
)


def is_zawgyi(text: str) -> bool:
    """Whether Burmese in ``text`` is not in Unicode's order, and so would be read as other words."""
    return bool(_BROKEN.search(text))
