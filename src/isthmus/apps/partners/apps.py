"""Django's registration of business partners and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.apps.partners.house import HOUSE, SEARCHABLE
from isthmus.exchange.application import Application


class PartnersConfig(AppConfig):
    """Business partners: needs, offers, introductions, letters of intent."""

    name = "isthmus.apps.partners"
    label = "partners"
    default = True

    application = Application(
        name="partners",
        title=_("Business partners"),
        purpose=_("Find a firm abroad that fits, see why, and be introduced once both agree."),
        icon="partner",
        record_types=HOUSE.record_types,
        urls="isthmus.apps.partners.urls",
        front="partners:needs",
        card="isthmus.apps.partners.queries.front:card",
        api="isthmus.apps.partners.api:router",
        sections="isthmus.apps.partners.sections:sections",
        commands="isthmus.apps.partners.cli:partners",
        searchable=SEARCHABLE,
        panel="isthmus.apps.partners.queries.front:panel",
        network_place=20,
        takes=HOUSE.takes,
    )
    access_rules = HOUSE.access_rules
    event_words = HOUSE.event_words
    organisation_paths = HOUSE.organisation_paths
    jobs = HOUSE.jobs
