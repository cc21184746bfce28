"""The access policy: one question, ``reach_of``, from which ``can`` and ``visible`` both follow.

Everything that no rule allows is denied: unknown actions, officers and organisations that are not active,
tokens that expired or were revoked, people who have not signed in, models of which nobody said to whom
their rows belong.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.accounts.roles import Role
from isthmus.accounts.rules import OrganisationPath, Reach, Rule, organisation_path, rules
from isthmus.kit import clock
from isthmus.kit.errors import Refused

if TYPE_CHECKING:
    from isthmus.accounts.models import ApiToken, Officer

__all__ = [
    "ANONYMOUS",
    "Actor",
    "Everything",
    "OrganisationIds",
    "Reach",
    "Role",
    "Rule",
    "actor_for",
    "actor_for_token",
    "actor_of",
    "can",
    "reach_of",
    "require",
    "visible",
]

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as it stood when asked: an officer, a token, or nobody.

    ``memberships`` holds (organisation id, role) of active organisations only. An actor lives for one
    request or one command; it is not kept longer, because roles change.
    """

    label: str
    officer_id: int | None = None
    token_id: int | None = None
    memberships: tuple[tuple[int, str], ...] = ()
    active: bool = False

    def __str__(self) -> str:
        return self.label

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations the actor has a role in."""
        return frozenset(organisation for organisation, _role in self.memberships)


ANONYMOUS = Actor("anonymous")


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows of this node."""


@dataclass(frozen=True, slots=True)
class OrganisationIds:
    """Rows of these organisations; of none where empty."""

    ids: frozenset[int] = frozenset()


def actor_for(officer: "Officer") -> Actor:
    """The actor an officer is now; one query."""
    held = (
        officer.memberships.filter(organisation__active=True)
        .order_by("pk")
        .values_list("organisation_id", "role")
    )
    return Actor(officer.email, officer_id=officer.pk, memberships=tuple(held), active=officer.is_active)


def actor_for_token(token: "ApiToken") -> Actor:
    """The actor a program with this token is now."""
    return Actor(
        f"token {token.label} ({token.organisation.code})",
        token_id=token.pk,
        memberships=((token.organisation_id, token.role),) if token.organisation.active else (),
        active=token.usable_at(clock.now()),
    )


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request, worked out once; ``ANONYMOUS`` where nobody has signed in."""
    known = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    officer_id = user.pk if user is not None and user.is_authenticated else None
    if isinstance(known, Actor) and (known.token_id is not None or known.officer_id == officer_id):
        return known
    actor = ANONYMOUS if user is None or officer_id is None else actor_for(user)
    request.actor = actor  # type: ignore[attr-defined]  # ours, read by pages and templates
    return actor


def reach_of(actor: Actor, action: str) -> Everything | OrganisationIds:
    """How far ``actor`` may do ``action``: the one decision of the policy."""
    rule = rules().get(action)
    if rule is None or not actor.active:
        return OrganisationIds()
    node_wide = rule.all_roles if rule.reach is Reach.NODE else rule.everywhere
    if any(role in node_wide for _organisation, role in actor.memberships):
        return Everything()
    if rule.reach is Reach.NODE:
        return OrganisationIds()
    return OrganisationIds(
        frozenset(organisation for organisation, role in actor.memberships if role in rule.roles)
    )


def can(actor: Actor, action: str, obj: Model | None = None) -> bool:
    """Whether ``actor`` may do ``action``, on ``obj`` where one is given, else on anything at all."""
    reach = reach_of(actor, action)
    if isinstance(reach, Everything):
        return True
    if not reach.ids:
        return False
    if obj is None:
        return True
    path = organisation_path(type(obj))
    if path is None or not path.steps:
        return False
    if path.many:
        rows = type(obj)._base_manager.filter(pk=obj.pk)
        return rows.filter(**{f"{path.lookup}__in": reach.ids}).exists()
    return _organisation_of(obj, path) in reach.ids


def visible(actor: Actor, action: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of ``queryset`` on which ``actor`` may do ``action``; never a row twice."""
    reach = reach_of(actor, action)
    if isinstance(reach, Everything):
        return queryset
    path = organisation_path(queryset.model)
    if not reach.ids or path is None or not path.steps:
        return queryset.none()
    wanted = Q(**{f"{path.lookup}__in": reach.ids})
    if path.many:
        # A join over many rows would repeat a row for each of them.
        return queryset.filter(pk__in=queryset.model._base_manager.filter(wanted).values("pk"))
    return queryset.filter(wanted)


def require(actor: Actor, action: str, obj: Model | None = None) -> None:
    """Return where ``can`` says yes; else note the refusal and raise ``Refused("access.refused")``.

    The refusal is a log line and an audit event. Call this before a transaction opens: a row written inside
    one goes with its rollback, unless the edge wrapped the work in ``audit.lasting()``, as ``guard`` does.
    """
    if can(actor, action, obj):
        return
    from isthmus.accounts import audit

    subject = f"{obj._meta.label} {obj.pk}" if obj is not None else ""
    audit.note_refusal("access.refused", actor=actor.label, subject=subject, detail={"action": action})
    raise Refused("access.refused", _message(action), next_step=_next_step(actor))


def _organisation_of(obj: Model, path: OrganisationPath) -> int | None:
    value: object = obj
    for step in path.steps:
        value = getattr(value, step)
        if value is None:
            return None
    found = value.pk if isinstance(value, Model) else value
    return found if isinstance(found, int) else None


def _message(action: str) -> str:
    rule = rules().get(action)
    if rule is None:
        return _("Nobody may do this: no rule of this node speaks of “%(action)s”.") % {"action": action}
    needed = _(" or ").join(str(role.label) for role in Role if role in rule.all_roles)
    return _("You may not do this: %(title)s. It needs the role %(roles)s.") % {
        "title": rule.title,
        "roles": needed,
    }


def _next_step(actor: Actor) -> str:
    if actor == ANONYMOUS:
        return _("Sign in first.")
    from isthmus.accounts.queries import approvers

    names = ", ".join(f"{officer.full_name} ({officer.email})" for officer in approvers()[:3])
    if not names:
        return _("Ask whoever runs this node.")
    return _("Ask an approver of this node: %(names)s.") % {"names": names}
