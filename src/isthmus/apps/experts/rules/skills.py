"""Skills as people write them, with the codes of ISCO-08 and ESCO where they know them.

ISCO-08 (ILO, 2012) is a tree of one to four digits: major group, sub-major, minor and unit group. ESCO
(European Commission) names each skill and occupation by an address.
"""

import re
from dataclasses import dataclass

MOST_SKILLS = 20
LONGEST_NAME = 120
ISCO, ESCO = "isco-08", "esco"
_ISCO = re.compile(r"(?:isco(?:-08)?[ :]*)?(\d{1,4})", re.IGNORECASE)
_ESCO = re.compile(r"(?:https?://data\.europa\.eu/esco/)?((?:skill|occupation)/[0-9a-f-]{36})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Skill:
    """What somebody can do; ``scheme`` and ``code`` are empty where no code is known."""

    name: str
    scheme: str = ""
    code: str = ""

    @property
    def line(self) -> str:
        """As it is typed: the name, then its code behind a semicolon."""
        return f"{self.name}; {self.code}" if self.code else self.name


def isco(text: str) -> str:
    """A code of ISCO-08, digits alone; ValueError where it is none."""
    found = _ISCO.fullmatch(text.strip())
    if found is None or not text.isascii():
        raise ValueError("a code of ISCO-08 has one to four digits, such as 3354")
    return found[1]


def _coded(name: str, code: str) -> Skill:
    address = _ESCO.fullmatch(code)
    if address is not None:
        return Skill(name, ESCO, address[1].lower())
    return Skill(name, ISCO, isco(code))


def skill(line: str) -> Skill:
    """One skill from its line: a name, and behind a semicolon its code.

    ValueError without a name, with too long a one, or with a code that is neither ISCO-08's nor ESCO's.
    """
    name, _, code = (" ".join(part.split()) for part in line.partition(";"))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"name the skill in 1 to {LONGEST_NAME} signs")
    return _coded(name, code) if code else Skill(name)


def skills(text: str) -> tuple[Skill, ...]:
    """The skills of a text, one a line; ValueError names the line that is wrong."""
    found: dict[str, Skill] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = skill(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        found.setdefault(one.name.casefold(), one)
    if len(found) > MOST_SKILLS:
        raise ValueError(f"name at most {MOST_SKILLS} skills")
    return tuple(found.values())


def shared_digits(one: str, other: str) -> int:
    """How many digits two codes of ISCO-08 share from the left, 0 to 4: how near they are in its tree."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
