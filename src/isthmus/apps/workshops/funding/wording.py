"""What came of the fund's rules, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.apps.workshops.funding.rules.pgtf import Finding, Outcome, Rule
from isthmus.ui.components import State, StateKind
from isthmus.ui.formats import grouped
from isthmus.ui.table import Column


def finding_words(one: Finding) -> str:
    """One rule in a sentence."""
    if one.outcome is Outcome.UNKNOWN:
        return {
            Rule.ONE_A_YEAR: _("It is not said how many other proposals the institution sent this year."),
            Rule.ENDORSED: _("It is not said which countries have signed an endorsement."),
            Rule.MATCHING: _("It is not said what others pay."),
        }.get(one.rule, _("The ceiling of this year is not known here; take it from the call of the year."))
    listed = ", ".join(one.about)
    numbers = [grouped(int(text)) for text in one.about] if all(text.isdigit() for text in one.about) else []
    if one.rule is Rule.COUNTRIES:
        return _("%(count)s countries take part; at least %(least)s have to.") % {
            "count": numbers[0],
            "least": numbers[1],
        }
    if one.rule is Rule.NOT_NATIONAL:
        return (
            _("Other countries take part: %(countries)s.") % {"countries": listed}
            if one.outcome is Outcome.HOLDS
            else _("It is national in nature: no other country takes part.")
        )
    if one.rule is Rule.ONE_A_YEAR:
        return _("The institution sent %(count)s other proposals this year; one is allowed in all.") % {
            "count": numbers[0]
        }
    if one.rule is Rule.ENDORSED:
        return (
            _("Every other country has signed an endorsement.")
            if one.outcome is Outcome.HOLDS
            else _("A signed endorsement is lacking of: %(countries)s.") % {"countries": listed or "?"}
        )
    if one.rule is Rule.MATCHING:
        return _("Others pay %(matching)s; %(requested)s are asked for, and they have to pay as much.") % {
            "matching": numbers[0],
            "requested": numbers[1],
        }
    return _("%(requested)s are asked for; the ceiling of the year is %(ceiling)s.") % {
        "requested": numbers[0],
        "ceiling": numbers[1],
    }


def rule_name(one: Finding) -> str:
    """What a rule asks, in few words."""
    return {
        Rule.COUNTRIES: _("At least three countries"),
        Rule.NOT_NATIONAL: _("Not national in nature"),
        Rule.ONE_A_YEAR: _("One proposal an institution a year"),
        Rule.ENDORSED: _("Signed endorsements"),
        Rule.MATCHING: _("Matching funds"),
        Rule.CEILING: _("Ceiling of the year"),
    }[one.rule]


def next_step(one: Finding) -> str | None:
    """What to do about a rule that does not hold, or of which something is not known."""
    if one.outcome is Outcome.HOLDS:
        return None
    if (one.rule, one.outcome) == (Rule.CEILING, Outcome.UNKNOWN):
        return _("Read the ceiling in the call of that year, and compare by hand.")
    return {
        Rule.COUNTRIES: _("Call further countries to a workshop of the programme."),
        Rule.NOT_NATIONAL: _("Call other countries to a workshop of the programme."),
        Rule.ONE_A_YEAR: _("Send one of them this year, and keep the others for the next call."),
        Rule.ENDORSED: _("Ask the focal point of each country for a signed endorsement, and note it here."),
        Rule.MATCHING: _("Set who pays each line of the budget; ask less, or find others who pay."),
        Rule.CEILING: _("Ask the fund for less; the rest has to come from others."),
    }[one.rule]


_OUTCOMES: dict[Outcome, StateKind] = {Outcome.HOLDS: "ok", Outcome.FAILS: "bad", Outcome.UNKNOWN: "warn"}


def outcome_state(one: Finding) -> State:
    """What came of a rule, as a mark."""
    words = {Outcome.HOLDS: _("Holds"), Outcome.FAILS: _("Does not hold"), Outcome.UNKNOWN: _("Not known")}
    return State(_OUTCOMES[one.outcome], words[one.outcome])


FINDINGS: tuple[Column[Finding], ...] = (
    Column("rule", gettext_lazy("Rule"), rule_name),
    Column("outcome", gettext_lazy("State"), outcome_state, "state"),
    Column("told", gettext_lazy("Why"), finding_words),
    Column("next", gettext_lazy("What to do next"), next_step),
)
