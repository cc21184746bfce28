"""The addresses of the pages under ``/exchange/``; what nodes call stands in ``protocol_urls``."""

from django.urls import path, register_converter

from isthmus.exchange.views import (
    agreements,
    alarms,
    bundles,
    ceremony,
    countersigning,
    desks,
    drafting,
    dry_run,
    erasure,
    files,
    keys,
    log,
    partners,
    quarantine,
    records,
    recovery,
    streams,
    witnesses,
)
from isthmus.kit.ids import NODE_ID_PATTERN

app_name = "exchange"


class _Text:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Leaf(_Text):
    """A leaf hash in hex."""

    regex = "[0-9a-f]{64}"


class Kid(_Text):
    """The thumbprint of a certificate in base64url."""

    regex = "[A-Za-z0-9_-]{43}"


class Node(_Text):
    """A node's id."""

    regex = NODE_ID_PATTERN.strip("^$")


register_converter(Leaf, "leaf")
register_converter(Kid, "kid")
register_converter(Node, "node")

urlpatterns = [
    path("records/", records.records, name="records"),
    path("records/<leaf:leaf>/", records.record, name="record"),
    path("records/<leaf:leaf>/verify/", records.verify, name="verify_record"),
    path("records/<leaf:leaf>/token/", records.token, name="record_token"),
    path("records/<leaf:leaf>/receipt/", records.receipt, name="record_receipt"),
    path("records/<leaf:leaf>/countersign/", countersigning.countersign, name="countersign"),
    path("records/<leaf:leaf>/pair/", countersigning.pair, name="record_pair"),
    path("records/<leaf:leaf>/erase/", erasure.record, name="erase_record"),
    path("records/<leaf:leaf>/files/<leaf:digest>/", files.file, name="record_file"),
    path("records/<leaf:leaf>/files/<leaf:digest>/erase/", erasure.file, name="erase_file"),
    path("erasures/", erasure.erasures, name="erasures"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", drafting.parties, name="draft_parties"),
    path("agreements/new/records/", drafting.flows, name="draft_flows"),
    path("agreements/new/fields/<int:number>/", drafting.fields, name="draft_fields"),
    path("agreements/new/terms/", drafting.terms, name="draft_terms"),
    path("agreements/new/check/", drafting.check, name="draft_check"),
    path("agreements/new/dry-run/", drafting.dry_run, name="draft_dry_run"),
    path("agreements/new/discard/", drafting.discard, name="draft_discard"),
    path("agreements/<uuid:uuid>/", agreements.agreement, name="agreement"),
    path("agreements/<uuid:uuid>/dry-run/", dry_run.dry_run, name="dry_run"),
    path("agreements/<uuid:uuid>/<slug:how>/", agreements.answer, name="answer_agreement"),
    path("partners/", partners.partners, name="partners"),
    path("partners/add/", partners.add, name="add_partner"),
    path("partners/our-card/", partners.own_card, name="own_card"),
    path("partners/our-card/file/", partners.own_card_file, name="own_card_file"),
    path("partners/keys/", keys.keys, name="keys"),
    path("partners/keys/roll/<slug:purpose>/", keys.roll, name="roll_key"),
    path("partners/keys/<kid:kid>/", keys.own_key, name="own_key"),
    path("partners/keys/<kid:kid>/revoke/", keys.revoke, name="revoke_key"),
    path("partners/keys/<kid:kid>/destroy/", keys.destroy, name="destroy_key"),
    path("partner/<node:node_id>/keys/<kid:kid>/revoke/", keys.revoke_of_partner, name="revoke_partner_key"),
    path("partner/<node:node_id>/", partners.partner, name="partner"),
    path("partner/<node:node_id>/ceremony/", ceremony.ceremony, name="ceremony"),
    path("partner/<node:node_id>/suspend/", partners.suspend, name="suspend_partner"),
    path("partner/<node:node_id>/resume/", partners.resume, name="resume_partner"),
    path("partner/<node:node_id>/forget/", partners.forget, name="forget_partner"),
    path("partner/<node:node_id>/streams/", streams.streams, name="streams"),
    path("partner/<node:node_id>/streams/<int:pk>/thaw/", streams.thaw, name="thaw"),
    path("partner/<node:node_id>/streams/recover/", recovery.recover, name="recover_streams"),
    path("partner/<node:node_id>/streams/<int:pk>/epoch/", recovery.begin_epoch, name="begin_epoch"),
    path("partner/<node:node_id>/requests/<int:pk>/<slug:how>/", recovery.decide, name="decide_offer"),
    path("partner/<node:node_id>/bundle/", bundles.save, name="save_bundle"),
    path("partner/<node:node_id>/bundle/read/", bundles.read, name="read_bundle"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("quarantine/<leaf:leaf>/", quarantine.quarantined, name="quarantined"),
    path("quarantine/<leaf:leaf>/run/", quarantine.run_again, name="run_again"),
    path("quarantine/<leaf:leaf>/dismiss/", quarantine.dismiss, name="dismiss"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/<int:pk>/", alarms.alarm, name="alarm"),
    path("alarms/<int:pk>/clear/", alarms.clear, name="clear_alarm"),
    path("desks/", desks.desks, name="desks"),
    path("desks/<int:pk>/remove/", desks.remove, name="remove_desk"),
    path("log/", log.log, name="log"),
    path("log/entries/<leaf:leaf>/", log.entry, name="log_entry"),
    path("log/witnesses/", witnesses.witnesses, name="witnesses"),
    path("log/split-views/<int:pk>/", witnesses.split_view, name="split_view"),
    path("log/split-views/<int:pk>/decide/", witnesses.decide, name="decide_split"),
    path("log/checkpoints/", log.checkpoints, name="checkpoints"),
    path("log/checkpoints/<int:pk>/", log.checkpoint, name="checkpoint"),
    path("log/verify/", log.verify, name="verify_log"),
    path("log/verify/<uuid:job_id>/", log.verification, name="log_verification"),
    path("log/verify/<uuid:job_id>/stop/", log.stop, name="stop_log_verification"),
]
