"""Django's registration of Workshops and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.apps.workshops.houses import HOUSES
from isthmus.apps.workshops.plans.house import SEARCHABLE
from isthmus.exchange.application import Application


class WorkshopsConfig(AppConfig):
    """Workshops and the programme."""

    name = "isthmus.apps.workshops"
    label = "workshops"
    default = True

    application = Application(
        name="workshops",
        title=_("Workshops"),
        purpose=_("Call countries to workshops, and account for the programme."),
        icon="workshop",
        record_types=HOUSES.record_types,
        urls="isthmus.apps.workshops.urls",
        api="isthmus.apps.workshops.api:router",
        front="workshops:programmes",
        root_urls="isthmus.apps.workshops.root_urls",
        card="isthmus.apps.workshops.front_queries:card",
        sections="isthmus.apps.workshops.sections:sections",
        commands="isthmus.apps.workshops.cli:workshops",
        searchable=SEARCHABLE,
        panel="isthmus.apps.workshops.plans.front_queries:panel",
        report_section="isthmus.apps.workshops.plans.front_queries:report_section",
        network_place=40,
        gives=HOUSES.gives,
    )
    access_rules = HOUSES.access_rules
    event_words = HOUSES.event_words
    organisation_paths = HOUSES.organisation_paths
    jobs = HOUSES.jobs
