"""Django's registration of projects and what they tell the node about themselves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.apps.projects.house import HOUSE, SEARCHABLE
from isthmus.exchange.application import Application


class ProjectsConfig(AppConfig):
    """Virtual projects."""

    name = "isthmus.apps.projects"
    label = "projects"
    default = True

    application = Application(
        name="projects",
        title=_("Virtual projects"),
        purpose=_("Propose a topic, find countries for it, and bring it to a pilot."),
        icon="project",
        record_types=HOUSE.record_types,
        urls="isthmus.apps.projects.urls",
        front="projects:topics",
        card="isthmus.apps.projects.front_queries:card",
        api="isthmus.apps.projects.api:router",
        sections="isthmus.apps.projects.sections:sections",
        commands="isthmus.apps.projects.cli:projects",
        searchable=SEARCHABLE,
        panel="isthmus.apps.projects.front_queries:panel",
        report_section="isthmus.apps.projects.front_queries:report_section",
        network_place=10,
        takes=HOUSE.takes,
    )
    access_rules = HOUSE.access_rules
    event_words = HOUSE.event_words
    organisation_paths = HOUSE.organisation_paths
    jobs = HOUSE.jobs
