"""Every page of a node: who opens it, and where it is in the story. A new address has to be placed here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver, reverse

from isthmus.kit.ids import uuid7

Found = dict[str, Any]


@dataclass(frozen=True)
class PageOf:
    """One page: the name of its address, who looks at it, and its arguments, found in the story."""

    name: str
    who: str = "approver"
    args: Callable[[Found], list[Any]] = lambda found: []
    query: str = ""
    status: int = 200

    def path(self, found: Found) -> str:
        """Its address in this story."""
        return reverse(self.name, args=self.args(found)) + self.query

    def __str__(self) -> str:
        return f"{self.name}{self.query} as {self.who}"


def _of(key: str) -> Callable[[Found], list[Any]]:
    return lambda found: [found[key]]


def _with(*values: Any) -> Callable[[Found], list[Any]]:
    return lambda found: list(values)


PAGES = [
    PageOf("front"),
    PageOf("front", "officer"),
    PageOf("front", "visitor"),
    PageOf("account_login", "visitor"),
    PageOf("account_reset_password", "visitor"),
    PageOf("account_signup", "visitor"),
    PageOf("account_inactive", "visitor"),
    PageOf("account_reset_password_from_key_done", "visitor"),
    PageOf("account_logout"),
    PageOf("account_reauthenticate"),
    PageOf("account_change_password"),
    PageOf("mfa_authenticate", "half"),
    PageOf("mfa_index"),
    PageOf("mfa_index", "guarded"),
    PageOf("mfa_reauthenticate", "guarded"),
    PageOf("mfa_activate_totp"),
    PageOf("mfa_deactivate_totp", "guarded"),
    PageOf("mfa_view_recovery_codes", "guarded"),
    PageOf("mfa_generate_recovery_codes", "guarded"),
    PageOf("mfa_list_webauthn", "guarded"),
    PageOf("mfa_add_webauthn"),
    PageOf("mfa_reauthenticate_webauthn", "guarded"),
    PageOf("mfa_remove_webauthn", "guarded", _of("key")),
    PageOf("mfa_edit_webauthn", "guarded", _of("key")),
    PageOf("accounts:people"),
    PageOf("accounts:people", "officer"),
    PageOf("accounts:people", query="?state=inactive&q=nobody"),
    PageOf("accounts:invite"),
    PageOf("accounts:person", args=_of("officer")),
    PageOf("accounts:person", args=_of("gone")),
    PageOf("accounts:deactivate", args=_of("officer")),
    PageOf("accounts:remove_second_factors", args=_of("guarded")),
    PageOf("accounts:organisations"),
    PageOf("accounts:add_organisation"),
    PageOf("accounts:organisation", args=_of("customs")),
    PageOf("accounts:change_organisation", args=_of("customs")),
    PageOf("accounts:tokens"),
    PageOf("accounts:issue_token"),
    PageOf("accounts:revoke_token", args=_of("token")),
    PageOf("accounts:events"),
    PageOf("accounts:profile"),
    PageOf("exchange:records", "officer"),
    PageOf("exchange:records", "elsewhere"),
    PageOf("etrade:declarations", "officer", query="?hs=x"),
    PageOf("exchange:record", "officer", _of("sent")),
    PageOf("exchange:record", "officer", _of("refused_there")),
    PageOf("exchange:record", "officer", _of("received")),
    PageOf("exchange:record", "officer", _of("refused")),
    PageOf("exchange:agreements"),
    PageOf("exchange:agreement", "approver", _of("agreed")),
    PageOf("exchange:agreement", "approver", _of("to_answer")),
    PageOf("exchange:agreement", "officer", _of("declined")),
    PageOf("exchange:agreement", "officer", _of("asked")),
    PageOf("exchange:dry_run", "officer", _of("agreed")),
    PageOf("exchange:answer_agreement", args=lambda found: [found["to_answer"], "sign"]),
    PageOf("exchange:answer_agreement", args=lambda found: [found["to_answer"], "decline"]),
    PageOf("exchange:answer_agreement", args=lambda found: [found["agreed"], "withdraw"]),
    PageOf("exchange:draft_parties", "drafter"),
    PageOf("exchange:draft_flows", "drafter"),
    PageOf("exchange:draft_fields", "drafter", _with(1)),
    PageOf("exchange:draft_terms", "drafter"),
    PageOf("exchange:draft_check", "drafter"),
    PageOf("exchange:draft_dry_run", "drafter"),
    PageOf("exchange:partners", "operator"),
    PageOf("exchange:add_partner", "operator"),
    PageOf("exchange:own_card", "operator"),
    PageOf("exchange:partner", "operator", _with("cn")),
    PageOf("exchange:partner", "approver", _with("md")),
    PageOf("exchange:partner", "operator", _with("ng")),
    PageOf("exchange:ceremony", "approver", _with("md")),
    PageOf("exchange:suspend_partner", "operator", _with("cn")),
    PageOf("exchange:resume_partner", "operator", _with("ng")),
    PageOf("exchange:forget_partner", "operator", _with("ke")),
    PageOf("exchange:streams", "operator", _with("cn")),
    PageOf("exchange:streams", "operator", _with("mv")),
    PageOf("exchange:read_bundle", "operator", _with("mv")),
    PageOf("exchange:thaw", "operator", lambda found: ["mv", found["frozen"]]),
    PageOf("exchange:quarantine", "operator"),
    PageOf("exchange:quarantined", "operator", _of("quarantined")),
    PageOf("exchange:dismiss", "operator", _of("quarantined")),
    PageOf("exchange:alarms", "operator"),
    PageOf("exchange:clear_alarm", "operator", _of("alarm")),
    PageOf("exchange:desks", "operator"),
    PageOf("exchange:log", "operator"),
    PageOf("exchange:log_entry", "operator", _of("sent")),
    PageOf("exchange:checkpoints", "operator"),
    PageOf("exchange:checkpoint", "operator", _of("checkpoint")),
    PageOf("exchange:log_verification", "operator", _of("walked")),
    PageOf("exchange:log_verification", "operator", _of("to_walk")),
    PageOf("api:docs", "visitor"),
    PageOf("etrade:declarations", "officer"),
    PageOf("etrade:declarations", "elsewhere"),
    PageOf("etrade:declaration", "officer", _of("declaration")),
    PageOf("etrade:declaration", "officer", _of("unsent")),
    PageOf("etrade:declaration", "officer", _of("arrived")),
    PageOf("etrade:documents", "officer"),
    PageOf("etrade:read", "officer"),
    PageOf("etrade:document", "officer", _of("document")),
    PageOf("etrade:document", "officer", _of("malformed")),
    PageOf("etrade:document", "officer", _of("unsupported")),
    PageOf("etrade:send", "officer"),
    PageOf("etrade:send-check", "officer", _with("cn")),
    PageOf("etrade:send-check", "officer", _with("nobody"), status=404),
    PageOf("exchange:desks", "officer", status=403),
    PageOf("exchange:record", "officer", _with("0" * 64), status=404),
    PageOf("exchange:agreement", args=lambda found: [uuid7()], status=404),
]

NO_PAGES = {
    # Answers of another kind: files, JSON, redirects.
    "health": "JSON for monitors",
    "node-card": "the card itself",
    "mfa_download_recovery_codes": "a text file",
    "mfa_login_webauthn": "JSON for the sign-in page",
    "account_email": "leads to the profile",
    "exchange:record_token": "a file",
    "exchange:record_receipt": "a file",
    "exchange:own_card_file": "a file",
    "etrade:original": "a file",
    # What the nodes of partners call.
    "exchange-inbox": "protocol",
    "exchange-outbox": "protocol",
    "exchange-receipts": "protocol",
    "exchange-checkpoint": "protocol",
    # Buttons: they answer POST alone, with a page that is listed or that a journey looks at.
    "set_language": "button",
    "accounts:grant": "button",
    "accounts:revoke": "button",
    "accounts:activate": "button",
    "accounts:link": "button; a journey looks at its answer",
    "exchange:remove_desk": "button",
    "exchange:verify_record": "button; a journey looks at its answer",
    "exchange:draft_discard": "button",
    "exchange:run_again": "button",
    "exchange:save_bundle": "button that answers with a file",
    "exchange:verify_log": "button",
    "exchange:stop_log_verification": "button",
    # Parts of allauth that an invited officer never reaches: no mail is sent, no code by mail.
    "account_email_verification_sent": "no mail",
    "account_confirm_email": "no mail",
    "account_confirm_login_code": "no mail",
    "account_reset_password_done": "no mail",
    "account_set_password": "leads to the change of the password, which every officer has",
    # Looked at by the journey of a new colleague, for the link works once.
    "account_reset_password_from_key": "journey",
}


def addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The names of all addresses of the node, without the routes of the API that answer JSON."""
    for entry in (resolver or get_resolver("isthmus.node.urls")).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif space != "api:" or entry.name == "docs":
            yield f"{space}{entry.name}"
