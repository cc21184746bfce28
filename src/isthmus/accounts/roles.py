"""The four roles. Apart from the models, so that any ``apps.py`` may name them while Django still loads."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What an officer does for an organisation; the whole house knows these four and no others."""

    OPERATOR = "operator", _("Operator")
    APPROVER = "approver", _("Approver")
    OFFICER = "officer", _("Officer")
    AUDITOR = "auditor", _("Auditor")

    @property
    def duty(self) -> str | Promise:
        """One sentence on what the role is for."""
        return _DUTIES[self]


_DUTIES: dict[Role, str | Promise] = {
    Role.OPERATOR: _("Keeps the node running: quarantine, partners, jobs."),
    Role.APPROVER: _("Signs agreements, confirms partners and manages people."),
    Role.OFFICER: _("Works on the cases and records of his or her organisation."),
    Role.AUDITOR: _("Reads everything and changes nothing."),
}
