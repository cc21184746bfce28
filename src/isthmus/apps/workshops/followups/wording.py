"""What does not fit in a follow-up form, in words."""

from django.utils.translation import gettext as _

from isthmus.apps.workshops.followups.rules.journeys import Wrong


def words(wrong: Wrong) -> str:
    """What is wrong, and what to do."""
    return {
        Wrong.NO_DAY: _("This is no day."),
        Wrong.EXPIRES: _("The passport ends before the workshop does. Have it renewed first."),
        Wrong.ORDER: _("The day of leaving lies before that of arriving."),
        Wrong.ELSEWHEN: _("The workshop is not on these days."),
    }[wrong]
