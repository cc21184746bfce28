"""The fund's rules on a proposal, each named. Source: Group of 77, Guidelines for the Utilization of PGTF
(26 September 2014), section A: 4 (one proposal a year), 6 (not national; endorsements), 7 (three countries),
and matching funds at least equal to what is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What is asked of a proposal."""

    COUNTRIES = "countries"
    NOT_NATIONAL = "not-national"
    ONE_A_YEAR = "one-a-year"
    ENDORSED = "endorsed"
    MATCHING = "matching"
    CEILING = "ceiling"


class Outcome(StrEnum):
    """What came of a rule; unknown where the proposal or the data do not say."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for, in whole units of the fund's currency.

    ``countries`` take part and ``endorsed`` are those with a signed endorsement, by ISO code; None where that
    is not said. ``at_home`` is the country of the institution, empty for an international one. ``earlier`` is
    how many others the institution has sent in the same year.
    """

    institution: str
    year: int
    countries: frozenset[str]
    at_home: str
    endorsed: frozenset[str] | None
    requested: int
    matching: int | None
    earlier: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule: what came of it, and what it is about (codes of countries or numbers)."""

    rule: Rule
    outcome: Outcome
    about: tuple[str, ...] = ()


def _of(rule: Rule, holds: bool | None, *about: object) -> Finding:
    outcome = Outcome.UNKNOWN if holds is None else Outcome.HOLDS if holds else Outcome.FAILS
    return Finding(rule, outcome, tuple(str(one) for one in about))


def check(proposal: Proposal, ceilings: Mapping[int, int], least_countries: int) -> tuple[Finding, ...]:
    """Every rule on a proposal, in their order; none is left out."""
    abroad = proposal.countries - {proposal.at_home}
    endorsed = proposal.endorsed
    lacking = () if endorsed is None else sorted(abroad - endorsed)
    ceiling = ceilings.get(proposal.year)
    return (
        _of(
            Rule.COUNTRIES,
            len(proposal.countries) >= least_countries,
            len(proposal.countries),
            least_countries,
        ),
        _of(Rule.NOT_NATIONAL, bool(abroad), *sorted(abroad)),
        _of(
            Rule.ONE_A_YEAR,
            None if proposal.earlier is None else proposal.earlier == 0,
            proposal.earlier or 0,
        ),
        _of(Rule.ENDORSED, None if endorsed is None else bool(abroad) and not lacking, *lacking),
        _of(
            Rule.MATCHING,
            None if proposal.matching is None else proposal.matching >= proposal.requested,
            proposal.matching or 0,
            proposal.requested,
        ),
        _of(
            Rule.CEILING,
            None if ceiling is None else proposal.requested <= ceiling,
            proposal.requested,
            ceiling or 0,
        ),
    )
