"""Writers of what is handed over: one-use links to choose a password, and API tokens. See ``services``."""

from datetime import timedelta
from urllib.parse import urljoin

from allauth.account import app_settings as allauth_account
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.accounts import audit, tokens
from isthmus.accounts.models import ApiToken, Officer, Organisation
from isthmus.accounts.policy import Actor
from isthmus.accounts.roles import Role
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.text import nfc

TOKEN_ROLES = (Role.OFFICER, Role.OPERATOR, Role.AUDITOR)
MAX_TOKEN_DAYS = 730


@transaction.atomic
def invitation_link(officer: Officer, *, actor: Actor | str) -> str:
    """A link to choose a password, for an approver to hand over; no mail server is needed.

    It works once, within Django's PASSWORD_RESET_TIMEOUT (three days), and until the officer signs in or
    gets another password. Conflict for a deactivated officer.
    """
    if not officer.is_active:
        raise Conflict(
            "accounts.officer.inactive",
            _("%(name)s is deactivated.") % {"name": officer},
            next_step=_("Activate the account first."),
        )
    key = allauth_account.PASSWORD_RESET_TOKEN_GENERATOR().make_token(officer)
    uid = user_pk_to_url_str(officer)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    audit.note("accounts.invitation.made", actor=str(actor), subject=officer.email)
    return urljoin(settings.ISTHMUS.url, path)


@transaction.atomic
def issue_token(
    organisation: Organisation, label: str, role: str, *, actor: Actor | str, days: int = 365
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown once and stored nowhere.

    BadInput for the role approver: signing agreements and giving roles stay the acts of a person.
    """
    label = nfc(label.strip())
    faults = []
    if not label:
        faults.append(FieldFault("label", _("Say which program uses the token.")))
    if role not in TOKEN_ROLES:
        faults.append(FieldFault("role", _("A token can be an officer, an operator or an auditor.")))
    if not 1 <= days <= MAX_TOKEN_DAYS:
        faults.append(FieldFault("days", _("Choose 1 to %(days)d days.") % {"days": MAX_TOKEN_DAYS}))
    if faults:
        said = " ".join(fault.message for fault in faults)
        raise BadInput("accounts.token.input", said, faults=tuple(faults))
    secret = tokens.new_secret()
    now = clock.now()
    token = ApiToken.objects.create(
        organisation=organisation,
        label=label,
        digest=tokens.digest(secret),
        role=role,
        created_by=str(actor)[:254],
        created=now,
        expires=now + timedelta(days=days),
    )
    detail = {"token": token.pk, "organisation": organisation.code, "role": str(role), "days": days}
    audit.note("accounts.token.issued", actor=str(actor), subject=label, detail=detail)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Actor | str) -> None:
    """End a token at once; one that is revoked already stays so."""
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        return
    token.refresh_from_db(fields=["revoked_at"])
    audit.note("accounts.token.revoked", actor=str(actor), subject=token.label, detail={"token": token.pk})
