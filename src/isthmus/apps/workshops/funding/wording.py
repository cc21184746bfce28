"""What came of the fund's rules, in words."""

from django.utils.translation import gettext as _

from isthmus.apps.workshops.funding.rules.pgtf import Finding, Outcome, Rule
from isthmus.ui.formats import grouped


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
