"""Django's registration of family solar supply and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.apps.solar.houses import HOUSES
from isthmus.exchange.application import Application


class SolarConfig(AppConfig):
    """Family solar supply."""

    name = "isthmus.apps.solar"
    label = "solar"
    default = True

    application = Application(
        name="solar",
        title=_("Family solar"),
        purpose=_("Size a family's solar system, offline, and see how often it runs short."),
        icon="solar",
        record_types=HOUSES.record_types,
        urls="isthmus.apps.solar.urls",
        front="solar:size",
        card="isthmus.apps.solar.front_queries:card",
        api="isthmus.apps.solar.api:router",
        sections="isthmus.apps.solar.sections:sections",
        commands="isthmus.apps.solar.cli:solar",
    )
    access_rules = HOUSES.access_rules
    event_words = HOUSES.event_words
    organisation_paths = HOUSES.organisation_paths
    jobs = HOUSES.jobs
