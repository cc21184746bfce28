"""Django's registration of the accounts layer, and who may do what in it."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.roles import Role
from isthmus.accounts.rules import Reach, Rule
from isthmus.jobs.declare import JobKind, daily, every

_EVERYWHERE = frozenset({Role.OPERATOR, Role.APPROVER, Role.AUDITOR})
_APPROVER = frozenset({Role.APPROVER})


class AccountsConfig(AppConfig):
    """Organisations, officers, roles and tokens."""

    name = "isthmus.accounts"
    label = "accounts"
    default = True
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("People and roles")

    access_rules = (
        Rule(
            "accounts.person.view",
            _("See people and their roles"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=_EVERYWHERE,
        ),
        Rule("accounts.person.manage", _("Invite people and give them roles"), _APPROVER, Reach.NODE),
        Rule(
            "accounts.organisation.view",
            _("See organisations"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=_EVERYWHERE,
        ),
        Rule("accounts.organisation.manage", _("Add, rename and close organisations"), _APPROVER, Reach.NODE),
        Rule("accounts.token.view", _("See API tokens"), _EVERYWHERE, Reach.NODE),
        Rule("accounts.token.manage", _("Issue and revoke API tokens"), _APPROVER, Reach.NODE),
        Rule("accounts.audit.view", _("Read the list of events"), _EVERYWHERE, Reach.NODE),
        Rule(
            "accounts.letter.view", _("See letters by mail and what became of them"), _EVERYWHERE, Reach.NODE
        ),
        Rule(
            "accounts.letter.decide",
            _("Send letters again that may have left, or leave them"),
            frozenset({Role.OPERATOR}),
            Reach.NODE,
        ),
    )
    organisation_paths = {
        "accounts.Organisation": "pk",
        "accounts.Officer": "memberships__organisation_id",
        "accounts.Membership": "organisation_id",
        "accounts.ApiToken": "organisation_id",
        "accounts.AuditEvent": "",
        "accounts.Attempt": "",
        "accounts.Spent": "",
        "accounts.Letter": "",
    }
    jobs = (
        JobKind("accounts.tidy", "isthmus.accounts.jobs:tidy", schedule=every(hours=1)),
        JobKind("accounts.letter", "isthmus.accounts.letters:send", max_failures=12),
        JobKind("accounts.purge-letters", "isthmus.accounts.letter_services:purge", schedule=daily(2, 50)),
    )

    def ready(self) -> None:
        """Check the rules of every application whenever Django checks itself."""
        from isthmus.accounts.checks import check_access_rules

        checks.register(check_access_rules)
