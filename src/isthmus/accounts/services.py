"""The only writers of people, organisations and roles; each is one transaction with its audit event.

``actor`` is who does it, for the audit event: the ``Actor`` of a request, or a few words for a command
("isthmus init"). Whether the actor may is decided before, by ``policy.require``.
"""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.accounts import audit
from isthmus.accounts.credentials import invitation_link, issue_token, revoke_token
from isthmus.accounts.letters import is_address, local_day
from isthmus.accounts.models import Digest, Kind, Membership, Officer, Organisation, normal_email
from isthmus.accounts.policy import Actor
from isthmus.accounts.queries import approvers
from isthmus.accounts.roles import Role
from isthmus.accounts.sessions import end_all
from isthmus.kit.errors import BadInput, Conflict, FieldFault
from isthmus.kit.text import nfc

__all__ = [
    "activate",
    "change_organisation",
    "change_profile",
    "create_officer",
    "create_organisation",
    "deactivate",
    "grant",
    "invitation_link",
    "invite",
    "issue_token",
    "remove_second_factors",
    "revoke",
    "revoke_token",
]


@transaction.atomic
def create_organisation(code: str, name: str, kind: str, *, actor: Actor | str) -> Organisation:
    """A new organisation; ``code`` is a short lower-case name that stays. BadInput, Conflict."""
    code, name = code.strip().lower(), nfc(name.strip())
    faults = [*_fault("code", validate_slug, code), *_missing("name", name)]
    if kind not in Kind.values:
        faults.append(FieldFault("kind", _("Choose one of: %(kinds)s.") % {"kinds": ", ".join(Kind.values)}))
    _refuse(faults)
    if Organisation.objects.filter(code=code).exists():
        raise Conflict(
            "accounts.organisation.exists",
            _("There is an organisation with the code %(code)s already.") % {"code": code},
            next_step=_("Choose another code, or use the organisation that is there."),
            faults=(FieldFault("code", _("This code is taken.")),),
        )
    organisation = Organisation.objects.create(code=code, name=name, kind=kind)
    audit.note(
        "accounts.organisation.created", actor=str(actor), subject=code, detail={"name": name, "kind": kind}
    )
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, *, name: str, kind: str, active: bool, actor: Actor | str
) -> None:
    """Rename, reclassify, close or open an organisation; the roles of a closed one give no access."""
    name = nfc(name.strip())
    _refuse(_missing("name", name))
    before = {"name": organisation.name, "kind": organisation.kind, "active": organisation.active}
    after = {"name": name, "kind": kind, "active": active}
    had_approver = _lock_approvers()
    organisation.name, organisation.kind, organisation.active = name, kind, active
    organisation.save(update_fields=["name", "kind", "active"])
    _keep_an_approver(had_approver)
    if before != after:
        audit.note(
            "accounts.organisation.changed",
            actor=str(actor),
            subject=organisation.code,
            detail={"before": before, "after": after},
        )


@transaction.atomic
def create_officer(
    email: str, full_name: str, password: str | None = None, *, actor: Actor | str, language: str = ""
) -> Officer:
    """A new officer without a role. Without a password, ``invitation_link`` lets one be chosen.

    BadInput for an address that is none, a missing name or a weak password; Conflict for a known address.
    """
    email, full_name = normal_email(email), nfc(full_name.strip())
    faults = [*_fault("email", validate_email, email), *_missing("full_name", full_name)]
    if password is not None:
        candidate = Officer(email=email, full_name=full_name)
        faults += _fault("password", lambda text: validate_password(text, candidate), password)
    _refuse(faults)
    if Officer.objects.filter(email=email).exists():
        raise Conflict(
            "accounts.officer.exists",
            _("%(email)s has an account already.") % {"email": email},
            next_step=_("Find the person in the list and give the roles there."),
            faults=(FieldFault("email", _("This address is taken.")),),
        )
    officer = Officer.objects.create_user(email, full_name, password, language=language)
    audit.note("accounts.officer.created", actor=str(actor), subject=email, detail={"full_name": full_name})
    return officer


@transaction.atomic
def invite(
    email: str, full_name: str, organisation: Organisation, role: str, *, actor: Actor | str
) -> Officer:
    """A new officer with a first role, both or neither. Errors as ``create_officer`` and ``grant``."""
    officer = create_officer(email, full_name, actor=actor)
    grant(officer, organisation, role, actor=actor)
    return officer


@transaction.atomic
def change_profile(
    officer: Officer, *, full_name: str, language: str, digest: str = "", actor: Actor | str
) -> None:
    """Change how an officer is called, which language is spoken to him or her, and how often by mail.

    An empty ``digest`` leaves that as it is. The first one comes on the next day, or the next Monday.
    BadInput for a missing name, and where no letter can go to the officer's address.
    """
    full_name = nfc(full_name.strip())
    faults = _missing("full_name", full_name)
    digest = digest or officer.digest
    if digest not in Digest.values:
        faults.append(
            FieldFault("digest", _("Choose one of: %(kinds)s.") % {"kinds": ", ".join(Digest.values)})
        )
    elif digest != Digest.NEVER and not is_address(officer.email):
        faults.append(FieldFault("digest", _("No letter can be sent to your address. Ask an approver.")))
    _refuse(faults)
    officer.full_name, officer.language = full_name, language
    fields = ["full_name", "language"]
    if digest != officer.digest:
        officer.digest, officer.digest_on, officer.digest_told = digest, local_day(), ""
        fields += ["digest", "digest_on", "digest_told"]
    officer.save(update_fields=fields)
    audit.note(
        "accounts.officer.changed",
        actor=str(actor),
        subject=officer.email,
        detail={"full_name": full_name, "language": language, "digest": digest},
    )


@transaction.atomic
def grant(officer: Officer, organisation: Organisation, role: str, *, actor: Actor | str) -> Membership:
    """Give an officer a role in an organisation; a role that is held already stays as it is."""
    if role not in Role.values:
        _refuse([FieldFault("role", _("Choose one of: %(roles)s.") % {"roles": ", ".join(Role.values)})])
    if not officer.is_active:
        raise Conflict(
            "accounts.officer.inactive",
            _("%(name)s is deactivated and can hold no new role.") % {"name": officer},
            next_step=_("Activate the account first."),
        )
    membership, new = Membership.objects.get_or_create(officer=officer, organisation=organisation, role=role)
    if new:
        _note_role("accounts.role.granted", officer, organisation, role, actor)
    return membership


@transaction.atomic
def revoke(officer: Officer, organisation: Organisation, role: str, *, actor: Actor | str) -> None:
    """Take a role away; nothing happens where it is not held.

    Conflict for the node's last approver, and for the actor's own last role.
    """
    had_approver = _lock_approvers()
    removed, _rows = Membership.objects.filter(officer=officer, organisation=organisation, role=role).delete()
    if not removed:
        return
    _keep_an_approver(had_approver)
    if _is_self(actor, officer) and not officer.memberships.exists():
        raise Conflict(
            "accounts.role.own-last",
            _("This is your own last role: without it you could do nothing here."),
            next_step=_("Ask another approver to take it away, or give yourself another role first."),
        )
    _note_role("accounts.role.revoked", officer, organisation, role, actor)


@transaction.atomic
def deactivate(officer: Officer, *, actor: Actor | str) -> None:
    """Shut an officer out at once; what he or she did stays.

    The password goes, and with it every session and every unused link, also after a later ``activate``.
    """
    if not officer.is_active:
        return
    if _is_self(actor, officer):
        raise Conflict(
            "accounts.officer.own",
            _("You cannot deactivate yourself."),
            next_step=_("Ask another approver to do it."),
        )
    had_approver = _lock_approvers()
    officer.is_active = False
    officer.set_unusable_password()
    officer.save(update_fields=["is_active", "password"])
    _keep_an_approver(had_approver)
    audit.note("accounts.officer.deactivated", actor=str(actor), subject=officer.email)


@transaction.atomic
def activate(officer: Officer, *, actor: Actor | str) -> None:
    """Let a deactivated officer in again, with the roles as they were; a new invitation link is needed."""
    if officer.is_active:
        return
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    audit.note("accounts.officer.activated", actor=str(actor), subject=officer.email)


@transaction.atomic
def remove_second_factors(officer: Officer, *, actor: Actor | str) -> None:
    """Forget an officer's authenticator app, passkeys and recovery codes: the phone was lost.

    Every session of the officer ends. Where the role needs a second factor, the next sign-in sets one up.
    """
    factors = Authenticator.objects.filter(user=officer)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    if kinds:
        end_all(officer)
        audit.note(
            "accounts.second-factor.removed",
            actor=str(actor),
            subject=officer.email,
            detail={"kinds": kinds, "by": "somebody else"},
        )


def _note_role(
    kind: str, officer: Officer, organisation: Organisation, role: str, actor: Actor | str
) -> None:
    detail = {"organisation": organisation.code, "role": str(role)}
    audit.note(kind, actor=str(actor), subject=officer.email, detail=detail)


def _is_self(actor: Actor | str, officer: Officer) -> bool:
    return isinstance(actor, Actor) and actor.officer_id == officer.pk


def _lock_approvers() -> bool:
    """Whether the node has an approver now; holds every approver's role, so that no two leave at once."""
    held = Membership.objects.select_for_update(of=("self",)).filter(role=Role.APPROVER).order_by("pk")
    list(held.values_list("pk", flat=True))
    return approvers().exists()


def _keep_an_approver(had_one: bool) -> None:
    if had_one and not approvers().exists():
        raise Conflict(
            "accounts.approver.last",
            _("This would leave the node without an approver: nobody could give roles or sign agreements."),
            next_step=_("Make somebody else an approver first."),
        )


def _missing(where: str, text: str) -> list[FieldFault]:
    return [] if text else [FieldFault(where, _("Fill this in."))]


def _fault(where: str, check: Callable[[str], object], text: str) -> list[FieldFault]:
    try:
        check(text)
    except ValidationError as error:
        return [FieldFault(where, " ".join(error.messages))]
    return []


def _refuse(faults: list[FieldFault]) -> None:
    if faults:
        said = " ".join(fault.message for fault in faults)
        raise BadInput("accounts.input", said, faults=tuple(faults))
