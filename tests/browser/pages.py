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


def _document(kind: str, key: str) -> Callable[[Found], list[Any]]:
    return lambda found: [kind, found[key]]


def _parts(key: str) -> Callable[[Found], list[Any]]:
    """GTIN and serial of a code."""
    return lambda found: [found[key].partition("/01/")[2][:14], found[key].partition("/21/")[2][:16]]


def _with(*values: Any) -> Callable[[Found], list[Any]]:
    return lambda found: list(values)


WORKED_OUT = "?tariff=MV&other=MD&product=spirits&abv=40&volume_l=0.7&quantity=12&cif=1200&date=2022-06-01"
"""Goods under two tariffs, one of them unconfirmed."""

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
    PageOf("account_reauthenticate", "officer"),
    PageOf("account_change_password"),
    PageOf("mfa_authenticate", "half"),
    PageOf("mfa_index"),
    PageOf("mfa_index", "guarded"),
    PageOf("mfa_reauthenticate", "guarded"),
    PageOf("mfa_activate_totp", "officer"),
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
    PageOf("accounts:second_factor", "officer"),
    PageOf("exchange:records", "officer"),
    PageOf("exchange:records", "elsewhere"),
    PageOf("etrade:declarations", "officer", query="?hs=x"),
    PageOf("excise:duty", "officer"),
    PageOf("excise:duty", "officer", query=WORKED_OUT),
    PageOf("excise:tariffs", "officer"),
    PageOf("excise:tariff", "officer", _with("MD")),
    PageOf("excise:tariff", "officer", _with("GB")),
    PageOf("exchange:record", "officer", _of("sent")),
    PageOf("exchange:record", "officer", _of("refused_there")),
    PageOf("exchange:record", "officer", _of("received")),
    PageOf("exchange:record", "officer", _of("refused")),
    PageOf("exchange:record", "approver", _of("erased")),
    PageOf("exchange:record", "approver", _of("with_files")),
    PageOf("exchange:erase_record", args=_of("received")),
    PageOf("exchange:erase_file", args=lambda found: [found["with_files"], found["file"]]),
    PageOf("exchange:erasures"),
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
    PageOf("exchange:keys"),
    PageOf("exchange:keys", "officer"),
    PageOf("exchange:own_key", args=_of("retired_key")),
    PageOf("exchange:own_key", args=_of("own_key")),
    PageOf("exchange:roll_key", args=_with("seal")),
    PageOf("exchange:revoke_key", args=_of("own_key")),
    PageOf("exchange:destroy_key", args=_of("retired_key")),
    PageOf("exchange:revoke_partner_key", args=lambda found: ["cn", found["partner_key"]]),
    PageOf("exchange:countersign", "officer", _of("received")),
    PageOf("exchange:record", "officer", _of("countersigned")),
    PageOf("exchange:suspend_partner", "operator", _with("cn")),
    PageOf("exchange:resume_partner", "operator", _with("ng")),
    PageOf("exchange:forget_partner", "operator", _with("ke")),
    PageOf("exchange:streams", "operator", _with("cn")),
    PageOf("exchange:streams", "operator", _with("mv")),
    PageOf("exchange:read_bundle", "operator", _with("mv")),
    PageOf("exchange:thaw", "operator", lambda found: ["mv", found["frozen"]]),
    PageOf("exchange:streams", "approver", _with("mv")),
    PageOf("exchange:streams", "operator", _with("ae")),
    PageOf("exchange:begin_epoch", "operator", lambda found: ["ae", found["diverged"]]),
    PageOf("exchange:decide_offer", "approver", lambda found: ["mv", found["offer"], "accept"]),
    PageOf("exchange:decide_offer", "approver", lambda found: ["mv", found["offer"], "decline"]),
    PageOf("operations", "operator"),
    PageOf("operations", "approver"),
    PageOf("operations", "officer", status=403),
    PageOf("exchange:quarantine", "operator"),
    PageOf("exchange:quarantined", "operator", _of("quarantined")),
    PageOf("exchange:dismiss", "operator", _of("quarantined")),
    PageOf("exchange:alarms", "operator"),
    PageOf("exchange:alarms", "operator", query="?cleared=yes"),
    PageOf("exchange:alarm", "operator", _of("alarm")),
    PageOf("exchange:clear_alarm", "operator", _of("alarm")),
    PageOf("exchange:desks", "operator"),
    PageOf("exchange:log", "operator"),
    PageOf("exchange:log_entry", "operator", _of("sent")),
    PageOf("exchange:checkpoints", "operator"),
    PageOf("exchange:witnesses", "operator"),
    PageOf("exchange:witnesses", "officer"),
    PageOf("exchange:split_view", "operator", _of("split")),
    PageOf("exchange:decide_split", args=_of("split")),
    PageOf("exchange:checkpoint", "operator", _of("checkpoint")),
    PageOf("exchange:log_verification", "operator", _of("walked")),
    PageOf("exchange:log_verification", "operator", _of("to_walk")),
    PageOf("api:docs", "visitor"),
    PageOf("etrade:declarations", "officer"),
    PageOf("etrade:declarations", "elsewhere"),
    PageOf("etrade:declaration", "officer", _of("declaration")),
    PageOf("etrade:declaration", "officer", _of("unsent")),
    PageOf("etrade:declaration", "officer", _of("arrived")),
    PageOf("etrade:mark", "officer", _of("arrived")),
    PageOf("etrade:ask-declaration", "officer", _of("arrived")),
    PageOf("etrade:arrivals", "officer"),
    PageOf("etrade:questions", "officer"),
    PageOf("etrade:question", "officer", _of("question")),
    PageOf("etrade:check-certificate", "officer", query="?number=form-e-2026-000017"),
    PageOf("etrade:check-certificate", "officer", query="?number=FORM-E-0"),
    PageOf("etrade:use-certificate", "officer", _of("certificate")),
    PageOf("etrade:draw-licence", "officer", _of("licence")),
    PageOf("etrade:state-movement", "officer", _of("movement")),
    PageOf("etrade:every-document", "officer"),
    PageOf("etrade:trade-documents", "officer", _with("licence")),
    PageOf("etrade:trade-documents", "officer", _with("poem"), status=404),
    PageOf("etrade:trade-document", "officer", _document("licence", "licence")),
    PageOf("etrade:trade-document", "officer", _document("certificate-of-origin", "certificate")),
    PageOf("etrade:enter-document", "officer", _with("licence")),
    PageOf("etrade:enter-document", "officer", _with("certificate-of-origin")),
    PageOf("etrade:enter-document", "officer", _with("manifest")),
    PageOf("etrade:enter-document", "officer", _with("transit")),
    PageOf("etrade:enter-document", "officer", _with("phytosanitary-certificate"), status=404),
    PageOf("etrade:amend-document", "officer", _document("licence", "licence")),
    PageOf("etrade:send-document", "officer", _document("licence", "licence")),
    PageOf("etrade:ask-document", "officer", _document("certificate-of-origin", "certificate")),
    PageOf("etrade:documents", "officer"),
    PageOf("etrade:read", "officer"),
    PageOf("etrade:document", "officer", _of("document")),
    PageOf("etrade:document", "officer", _of("malformed")),
    PageOf("etrade:document", "officer", _of("unsupported")),
    PageOf("excise:events", "officer"),
    PageOf("excise:events", "officer", query="?wrong=yes&step=commissioning"),
    PageOf("excise:event", "officer", _of("event")),
    PageOf("excise:event", "officer", _of("event_in_error")),
    PageOf("excise:event-item", "officer", query="?uri=urn:epc:id:sgtin:4012345.011111.987"),
    PageOf("excise:event-item", "officer", query="?uri=nothing"),
    PageOf("etrade:corridors", "officer"),
    PageOf("etrade:corridor", "officer", _with("cn"), query="?way=out&level=hs6&period=year"),
    PageOf("etrade:corridor", "officer", _with("cn")),
    PageOf("etrade:corridor", "officer", _with("nobody"), status=404),
    PageOf("etrade:corridor-rows", "officer", _with("cn"), query="?way=in&side=exports"),
    PageOf("etrade:corridor-rows", "officer", _with("cn"), query="?way=in&side=beside", status=404),
    PageOf("etrade:make-mapping", "officer", _of("table")),
    PageOf("etrade:mappings", "officer"),
    PageOf("etrade:mapping", "officer", _of("mapping")),
    PageOf("etrade:sources", "operator"),
    PageOf("etrade:add-source", "operator"),
    PageOf("etrade:source", "operator", _of("source")),
    PageOf("etrade:targets", "operator"),
    PageOf("etrade:add-target", "operator"),
    PageOf("etrade:target", "operator", _of("target")),
    PageOf("etrade:document", "officer", _of("refused_row")),
    PageOf("etrade:duties", "officer"),
    PageOf("etrade:hs-codes", "officer"),
    PageOf("etrade:hs-codes", "officer", query="?q=beans"),
    PageOf("etrade:hs-code", "officer", _with("2022", "0713")),
    PageOf("etrade:hs-code", "officer", _with("2022", "999999"), status=404),
    PageOf("etrade:places", "officer"),
    PageOf("etrade:units", "officer"),
    PageOf("etrade:currencies", "officer"),
    PageOf("etrade:cases", "officer"),
    PageOf("etrade:cases", "elsewhere"),
    PageOf("etrade:cases", "officer", query="?state=every"),
    PageOf("etrade:case", "officer", _of("case")),
    PageOf("etrade:case", "officer", _of("missing")),
    PageOf("etrade:case", "officer", _of("answered_case")),
    PageOf("etrade:case", "approver", _of("dismissed_case")),
    PageOf("etrade:case-corridors", "officer"),
    PageOf("etrade:case-corridor", "officer", _of("judged")),
    PageOf("etrade:matches", "officer"),
    PageOf("etrade:ask-match", "officer"),
    PageOf("etrade:match", "officer", _of("matched")),
    PageOf("etrade:match", "officer", _of("match_waits")),
    PageOf("etrade:match", "approver", _of("match_held")),
    PageOf("etrade:send", "officer"),
    PageOf("etrade:send-check", "officer", _with("cn")),
    PageOf("etrade:send-check", "officer", _with("nobody"), status=404),
    PageOf("excise:stamps", "officer"),
    PageOf("excise:stamps", "auditor"),
    PageOf("excise:stamp-ask", "officer"),
    PageOf("excise:stamp-request", "officer", _of("stamp_request")),
    PageOf("excise:stamp-request", "approver", _of("stamp_request")),
    PageOf("excise:stamp-request", "approver", _of("stamp_approved")),
    PageOf("excise:stamp-request", "officer", _of("stamp_issued")),
    PageOf("excise:stamp-approve", "approver", _of("stamp_request")),
    PageOf("excise:stamp-refuse", "approver", _of("stamp_request")),
    PageOf("excise:stamp-batch", "officer", _of("stamp_batch")),
    PageOf("excise:stamp-batch", "approver", _of("stamp_batch")),
    PageOf("excise:stamp-act", "officer", _of("stamp_batch")),
    PageOf("excise:stamp-offer", "officer", _of("stamp_batch")),
    PageOf("excise:stamp-handovers", "officer"),
    PageOf("excise:stamp-handover", "officer", _of("stamp_sent")),
    PageOf("excise:stamp-handover", "officer", _of("stamp_coming")),
    PageOf("excise:stamp-check", "visitor"),
    PageOf("excise:stamp-check", "visitor", query="?code=nothing"),
    PageOf("stamp-scanned", "visitor", _parts("stamp_code")),
    PageOf("stamp-scanned", "visitor", _parts("stamp_cancelled")),
    PageOf("excise:stamp-inspect", "officer"),
    PageOf("exchange:desks", "officer", status=403),
    PageOf("exchange:record", "officer", _with("0" * 64), status=404),
    PageOf("exchange:agreement", args=lambda found: [uuid7()], status=404),
]

NO_PAGES = {
    # Answers of another kind: files, JSON, redirects.
    "health": "JSON for monitors",
    "metrics": "text for monitors",
    "node-card": "the card itself",
    "mfa_download_recovery_codes": "a text file",
    "mfa_login_webauthn": "JSON for the sign-in page",
    "account_email": "leads to the profile",
    "exchange:record_token": "a file",
    "exchange:record_receipt": "a file",
    "exchange:record_file": "a file",
    "exchange:record_pair": "a file",
    "exchange:own_card_file": "a file",
    "etrade:original": "a file",
    "etrade:act-source": "a button",
    "etrade:act-target": "a button",
    "excise:stamp-issue": "a button",
    "excise:stamp-close": "a button",
    "excise:stamp-codes": "a file",
    "excise:stamp-sheet": "a file",
    "excise:stamp-worker": "a script",
    "excise:stamp-keys": "JSON for the inspectors' page",
    "excise:stamp-list": "a file for the inspectors' page",
    # What the nodes of partners call.
    "exchange-inbox": "protocol",
    "exchange-outbox": "protocol",
    "exchange-receipts": "protocol",
    "exchange-keys": "protocol",
    "exchange-held": "protocol",
    "exchange-wanted": "protocol",
    "exchange-returned": "protocol",
    "exchange-checkpoint": "protocol",
    "exchange-consistency": "protocol",
    "exchange-witness": "protocol",
    "exchange-attachment": "protocol",
    "exchange-chunk": "protocol",
    "exchange-subject-key": "protocol",
    "exchange-attachment-arrived": "protocol",
    # Buttons: they answer POST alone, with a page that is listed or that a journey looks at.
    "set_language": "button",
    "retry-job": "button",
    "accounts:grant": "button",
    "accounts:revoke": "button",
    "accounts:activate": "button",
    "accounts:link": "button; a journey looks at its answer",
    "exchange:remove_desk": "button",
    "exchange:recover_streams": "button",
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
