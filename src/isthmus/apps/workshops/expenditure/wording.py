"""Why an entry cannot stand and what keeps a book open, in words."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.apps.workshops.expenditure.models import Entry
from isthmus.apps.workshops.expenditure.queries import Open, RateUsed
from isthmus.apps.workshops.expenditure.rules.book import Line, NotAdmitted, Reason
from isthmus.apps.workshops.expenditure.rules.sums import Difference
from isthmus.apps.workshops.programme.wording import digits_of
from isthmus.ui.formats import amount as written_amount
from isthmus.ui.formats import day_text


def written(minor: int, currency: str) -> str:
    """An amount in minor units with its currency, as a sentence has it."""
    digits = digits_of(currency)
    return written_amount(Decimal(minor).scaleb(-digits), currency, digits)


def not_admitted(error: NotAdmitted, lines: Mapping[str, Line], currency: str) -> str:
    """Why an entry cannot stand, and what to do."""
    line = lines.get(error.about)
    about = error.about if line is None else f"{line.heading}: {line.name}"
    values = {"about": about, "short": written(error.short_minor, currency)}
    words = {
        Reason.AMOUNT: _("An amount is above zero."),
        Reason.NO_LINE: _("Choose a line of the budget."),
        Reason.SAME_LINE: _("A virement needs two different lines."),
        Reason.NO_PERSON: _("Name the person who holds the advance."),
        Reason.OVER_LINE: _("“%(about)s” is short by %(short)s. Spend less, or move money to it."),
        Reason.OVER_ADVANCE: _("The advance of %(about)s is short by %(short)s."),
        Reason.NO_SUCH_MOVE: _("There is no entry %(about)s to take back."),
        Reason.REVERSED: _("Entry %(about)s is taken back already."),
    }
    return words[error.reason] % values


def difference_words(one: Difference, currency: str) -> str:
    """One sum that does not agree."""
    values = {
        "about": one.about,
        "counted": written(one.counted_minor or 0, currency),
        "declared": written(one.declared_minor or 0, currency),
        "difference": written(one.difference_minor, currency),
    }
    if one.counted_minor is None:
        return _("%(about)s: %(declared)s declared, and nothing spent under this name.") % values
    if one.declared_minor is None:
        return _("%(about)s: %(counted)s spent, and nothing declared or approved under this name.") % values
    return (
        _("%(about)s: %(counted)s spent, %(declared)s declared or approved; difference %(difference)s.")
        % values
    )


def rate_words(one: RateUsed) -> str:
    """A rate in use, with its day, source and entries."""
    return _("%(currency)s at %(rate)s of %(on)s (%(source)s): entries %(numbers)s") % {
        "currency": one.currency,
        "rate": f"{one.rate.normalize():f}",
        "on": day_text(one.on),
        "source": one.source,
        "numbers": _list(one.numbers),
    }


def correction_words(row: Entry, currency: str) -> str:
    """What a corrected rate changed about one entry, as the report says it."""
    old = row.corrects
    assert old is not None
    assert row.rate is not None
    assert old.rate is not None
    values = {
        "number": old.number,
        "line": str(row.line) if row.line else row.person,
        "currency": row.original_currency,
        "before": f"{old.rate.normalize():f}",
        "after": f"{row.rate.normalize():f}",
        "was": written(old.amount_minor, currency),
        "is": written(row.amount_minor, currency),
        "source": row.rate_source,
    }
    return (
        _(
            "Entry %(number)s, %(line)s: the rate of %(currency)s was corrected from %(before)s to %(after)s"
            " (%(source)s); %(is)s instead of %(was)s."
        )
        % values
    )


def open_words(found: Open, currency: str) -> list[str]:
    """Everything that keeps a book open, a sentence each."""
    said = [difference_words(one, currency) for one in found.differences]
    if found.to_approve:
        said.append(
            _("Entries wait for a second person: %(numbers)s.") % {"numbers": _list(found.to_approve)}
        )
    if found.without_receipt:
        said.append(_("Entries name no receipt: %(numbers)s.") % {"numbers": _list(found.without_receipt)})
    said += [
        _("%(person)s still holds an advance of %(amount)s.")
        % {"person": one.person, "amount": written(one.amount_minor, currency)}
        for one in found.advances
    ]
    return said


def _list(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown}, …" if len(numbers) > 10 else shown
