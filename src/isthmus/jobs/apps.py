"""The queue's place among Django's applications, and the one job of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.jobs.declare import JobKind, every


class JobsConfig(AppConfig):
    """Registers the queue; ``jobs`` is plain data that the registry reads (see ``registry.kinds``)."""

    default = True
    name = "isthmus.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
    jobs = (JobKind("jobs.prune", "isthmus.jobs.services:prune", schedule=every(hours=1)),)
