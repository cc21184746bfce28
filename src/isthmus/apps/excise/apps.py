"""Django's registration of Excise and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.apps.excise.houses import HOUSES
from isthmus.exchange.application import Application


class ExciseConfig(AppConfig):
    """Excise on alcoholic products."""

    name = "isthmus.apps.excise"
    label = "excise"
    default = True

    application = Application(
        name="excise",
        title=_("Excise"),
        purpose=_("Work out what is due on alcohol, and see why."),
        icon="excise",
        record_types=HOUSES.record_types,
        urls="isthmus.apps.excise.urls",
        root_urls="isthmus.apps.excise.stamps.urls",
        front="excise:duty",
        card="isthmus.apps.excise.front_queries:card",
        sections="isthmus.apps.excise.sections:sections",
        api="isthmus.apps.excise.api:router",
        commands="isthmus.apps.excise.cli:excise",
    )
    access_rules = HOUSES.access_rules
    event_words = HOUSES.event_words
    jobs = HOUSES.jobs
    organisation_paths = HOUSES.organisation_paths
