"""Django's registration of the composition root, for its templates, catalogues, jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.jobs.declare import JobKind, daily, every


class NodeConfig(AppConfig):
    """The front page and what belongs to no layer below."""

    name = "isthmus.node"
    label = "node"
    default = True

    access_rules = (
        Rule(
            "node.operations.view",
            _("See how the node and its server are doing"),
            frozenset({Role.OPERATOR, Role.AUDITOR, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(
            "node.network.view",
            _("See the front page of the network and search it"),
            frozenset(Role),
            Reach.NODE,
        ),
        Rule("node.job.retry", _("Start failed work again"), frozenset({Role.OPERATOR}), Reach.NODE),
    )
    event_words = {
        "node.job-retried": _("Started failed work again"),
        "node.backup-made": _("Backed this node up"),
    }
    jobs = (
        # A dump of a large database takes its time, and nobody says anything meanwhile.
        JobKind(
            "node.backup", "isthmus.node.backup.jobs:back_up", schedule=daily(1, 40), lease_seconds=4 * 3600
        ),
        JobKind("node.digests", "isthmus.node.digests.services:send", schedule=daily(4, 30)),
        JobKind("node.disk-watch", "isthmus.node.watch:watch_disk", schedule=every(minutes=10)),
        JobKind("node.backup-watch", "isthmus.node.backup.jobs:watch", schedule=every(hours=6)),
    )
    organisation_paths = {"jobs.Job": ""}
