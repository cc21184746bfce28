"""What evaluation declares to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.exchange.house import House

HOUSE = House(
    event_words={
        "workshops.evaluation-opened": _("Opened the evaluation of a workshop"),
        "workshops.evaluation-tickets": _("Made tickets for an evaluation"),
        "workshops.evaluation-closed": _("Closed the evaluation of a workshop"),
    },
    organisation_paths={
        "workshops.Evaluation": "workshop__programme__organisation_id",
        "workshops.AnswerSheet": "evaluation__workshop__programme__organisation_id",
        "workshops.Ticket": "evaluation__workshop__programme__organisation_id",
    },
)
