"""What became of records: their text erased, given back after a loss, or numbered later."""

from isthmus.apps.workshops.certificates.models import Certificate
from isthmus.apps.workshops.nominations.models import Call, Invitation, Nomination, Nominee, Selection
from isthmus.exchange.handlers import Erasing, Received

_ONE_LEAF = (Call, Invitation, Nominee, Nomination, Selection)


def erase(erasing: Erasing) -> None:
    """Delete what a received record said of a person; that somebody was nominated stays, for the counts."""
    if erasing.sent:
        return
    for nominee in Nominee.objects.filter(leaf=erasing.leaf):
        nominee.name, nominee.body = nominee.reference[:8], {}
        nominee.position = nominee.employer = nominee.email = nominee.motivation = ""
        nominee.save()
        # What the person holds carries its own words; here its number is left, and whether it was revoked.
        Certificate.objects.filter(nominee=nominee).update(statement={}, code="", credential="")
    Nomination.objects.filter(answer_leaf=erasing.leaf).update(reason="")


def restore(_received: Received) -> None:
    """A record that this node lost came back. It stands in the list of records; nothing is done twice."""


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in _ONE_LEAF:
        model.objects.filter(leaf=stand_in).update(leaf=leaf)
