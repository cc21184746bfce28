"""Writes the database of a release as text, by that release's own code: what an upgrade test starts from.

Run it with the release's sources, in an empty folder, and commit what it writes::

    git worktree add ../release 3bf971b
    PYTHONPATH=../release/src:../release python tests/release/write_release.py tests/release/v0_1_0

Two invented nodes, `mm` and `cn`, exchange sample declarations: an agreement, records and receipts both ways,
a refusal, one record in quarantine, records that still wait, a stream frozen by a third node's two histories,
with its alarm, officers, a token, a finished job. Their private keys are sample keys of these two nodes,
sealed under a passphrase that stands beside them.
"""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

KIND = "etrade.export-declaration/1"
NODES = {"mm": ("Myanmar (sample)", "MM"), "cn": ("China (sample)", "CN")}
PASSPHRASE = "a passphrase for sample keys only"
LEFT_OUT = ("contenttypes", "auth.permission", "sessions")


def declaration(number: str) -> dict[str, Any]:
    return {
        "declaration_number": number,
        "consignee_name": "Ruili Wholesale (sample)",
        "items": [{"number": 1, "hs_code": "071331", "net_kg": "1120.5"}],
        "match": {"net_kg": "1120.5"},
    }


def card() -> Any:
    from isthmus.exchange.registry import offered_types
    from isthmus.trust.services import own_card
    from isthmus.wire.card import fingerprint_words, read_card

    token = own_card(offered_types())
    return {"card": token, "words": fingerprint_words(read_card(token))}


def furnish() -> Any:
    """Organisations, officers, a desk, a token, and a document that was read."""
    from isthmus.accounts import services as people
    from isthmus.accounts.credentials import issue_token
    from isthmus.accounts.models import Organisation
    from isthmus.accounts.roles import Role
    from isthmus.apps.etrade.formats.samples import sample_declarations
    from isthmus.apps.etrade.services import take_document
    from isthmus.exchange.services.desks import set_desk

    customs = people.create_organisation("customs", "Customs House (sample)", "agency", actor="sample")
    people.create_organisation("trade", "Trade Ministry (sample)", "ministry", actor="sample")
    for role in ("approver", "operator", "officer", "auditor"):
        officer = people.create_officer(
            f"{role}@node.example", f"{role.title()} (sample)", "seven calm rivers", actor="sample"
        )
        people.grant(officer, customs, role, actor="sample")
    set_desk(KIND, customs, actor="sample")
    trade = Organisation.objects.get(code="trade")
    issue_token(trade, "Trade system (sample)", Role.OFFICER, actor="sample")
    for name, content in sample_declarations(2026, 2, malformed=1):
        take_document(name, content, organisation=customs, actor="officer@node.example")
    return "furnished"


def meet(token: str, words: str) -> Any:
    from isthmus.trust.services import confirm, introduce

    return confirm(introduce(token, actor="sample"), words, actor="sample").state


def propose() -> Any:
    from isthmus.exchange.records import AgreementV1
    from isthmus.exchange.services import agreements
    from isthmus.wire import codec
    from tests.foreign import terms

    fields = ["consignee_name", "declaration_number", "items", "match.net_kg"]
    content = terms(grants=[(KIND, "cn", "mm", fields), (KIND, "mm", "cn", fields)])
    return str(
        agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="sample").uuid
    )


def sign(uuid: str) -> Any:
    from uuid import UUID

    from isthmus.exchange.models import Decision
    from isthmus.exchange.services import agreements

    return agreements.answer(UUID(uuid), Decision.SIGNED, actor="approver@node.example").state


def publish(partner: str, first: str, last: str) -> Any:
    from isthmus.accounts.models import Organisation
    from isthmus.apps.etrade.records import ExportDeclarationV1
    from isthmus.exchange import queries
    from isthmus.exchange.services import Outgoing
    from isthmus.exchange.services import publish as publish_records

    customs = Organisation.objects.get(code="customs")
    for number in range(int(first), int(last)):
        subject = f"{queries.me().upper()}-{number}"
        body = {**declaration(subject), "exporter_name": "Strand Road Forwarders (sample)"}
        item = Outgoing(KIND, ExportDeclarationV1.model_validate(body), subject, customs.pk)
        publish_records([item], to=[partner])
    return int(last)


def waiting(partner: str) -> Any:
    from isthmus.exchange import queries
    from isthmus.exchange.delivery.turns import tokens_after

    out, _ = queries.stream_pair(queries.find_partner(partner))
    return tokens_after(out, out.settled_seq)


def receive(partner: str, failing: str) -> Any:
    """Take a batch; a handler that fails puts a record into quarantine."""
    from isthmus.exchange import queries, registry
    from isthmus.exchange.services.inbox import receive as take

    if failing == "failing":
        real = registry.resolve

        def fail(received: object) -> None:
            raise RuntimeError("the shelf is full")

        registry.resolve = lambda path: fail if path.endswith("receive_declaration") else real(path)
    return list(take(queries.find_partner(partner), json.load(sys.stdin)))


def settle(partner: str) -> Any:
    from isthmus.exchange import queries
    from isthmus.exchange.services.settle import settle as take

    out, _ = queries.stream_pair(queries.find_partner(partner))
    return list(take(out, json.load(sys.stdin)))


def refused() -> Any:
    """What a partner sends beyond the agreement is refused, with its place kept."""
    from isthmus.exchange.models import Direction, Record

    return Record.objects.filter(stream__direction=Direction.IN, verdict="refused").count()


def third() -> Any:
    """A third node that signs one number twice: a frozen stream, an alarm, both texts kept, its keys not."""
    from isthmus.exchange.models import Stream
    from isthmus.exchange.services.inbox import receive as take
    from isthmus.trust.services import confirm, introduce, suspend
    from tests.foreign import ForeignNode, terms

    foreign = ForeignNode(node_id="la", name="Laos (sample)", country="LA", url="http://la.example")
    partner = confirm(introduce(foreign.card_token, actor="sample"), foreign.words, actor="sample")
    kind = "exchange.agreement/1"
    grants = [(KIND, "la", "mm", ["declaration_number"])]
    take(partner, [foreign.send(kind, terms(grants=grants, parties=("la", "mm")))])
    foreign.seq, foreign.prev = 0, ""
    take(partner, [foreign.send(kind, terms(grants=grants, parties=("la", "mm")))])
    asleep = ForeignNode(node_id="th", name="Thailand (sample)", country="TH", url="http://th.example")
    known = confirm(introduce(asleep.card_token, actor="sample"), asleep.words, actor="sample")
    suspend(known, "Under maintenance (sample)", actor="sample")
    introduce(ForeignNode(node_id="vn", name="Vietnam (sample)", country="VN").card_token, actor="sample")
    return Stream.objects.get(partner=partner).state


def beyond(partner: str) -> Any:
    """One record with a field that the agreement keeps at home: signed here as a careless node would."""
    from isthmus.apps.etrade.records import ExportDeclarationV1
    from isthmus.exchange.models import Agreement
    from isthmus.exchange.services import Outgoing

    module: Any = import_module("isthmus.exchange.services.publish")
    real = module._cut

    def careless(item: Any, receiver: str, agreements: Any) -> Any:
        cut = real(item, receiver, agreements)
        return module._Cut({**cut.body, "agent_name": "not agreed (sample)"}, (), cut.agreement)

    module._cut = careless
    body = ExportDeclarationV1.model_validate(declaration("CN-BEYOND"))
    module.publish([Outgoing(KIND, body, "CN-BEYOND")], to=[partner])
    return Agreement.objects.count()


def housekeep() -> Any:
    """A walk over the log by the worker's queue, and the audit trail sealed into the log."""
    from isthmus.exchange.audit_trail import seal_audit_events
    from isthmus.jobs.runner import run_one
    from isthmus.jobs.services import enqueue

    enqueue("exchange.log-verify", actor="auditor@node.example")
    assert run_one("sample") is not None
    while seal_audit_events():
        pass
    return "kept"


def account() -> Any:
    """What the node holds, told without its models' help: every leaf in order, and the log's head."""
    from isthmus.exchange.log_check import check_log
    from isthmus.exchange.models import LogEntry, Record, Stream

    report = check_log()
    assert report.ok, report.findings
    return {
        "size": report.size,
        "root": report.root,
        "leaves": list(LogEntry.objects.order_by("index").values_list("leaf", flat=True)),
        "records": [
            [row.stream.name, row.seq, row.leaf, row.subject, row.verdict, row.effect]
            for row in Record.objects.select_related("stream").order_by("stream__name", "seq")
        ],
        "streams": [
            [row.name, row.state, row.last_seq, row.settled_seq] for row in Stream.objects.order_by("name")
        ],
    }


def dump() -> Any:
    """Every row of every table, times to the microsecond; and which migrations made the tables."""
    from django.apps import apps
    from django.core import serializers
    from django.db.migrations.recorder import MigrationRecorder

    models = [model for model in apps.get_models(include_auto_created=True) if _kept(model)]
    # Django's own JSON cuts times to milliseconds; a signed text has them whole.
    rows = [
        row for model in models for row in serializers.serialize("python", model._base_manager.order_by("pk"))
    ]
    ours = {
        config.label: Path(config.path)
        for config in apps.get_app_configs()
        if config.name.startswith("isthmus.")
    }
    applied = [
        [
            row.app,
            row.name,
            _digest(ours[row.app] / "migrations" / f"{row.name}.py") if row.app in ours else "",
        ]
        for row in MigrationRecorder.Migration.objects.order_by("app", "name")
    ]
    return {"migrations": applied, "rows": rows}


def _kept(model: Any) -> bool:
    label = model._meta.label_lower
    return not model._meta.proxy and not any(label.startswith(one) for one in LEFT_OUT)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(home: Path, step: str, *arguments: str, given: Any = None) -> Any:
    environment = {**os.environ, "ISTHMUS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "isthmus.node.settings"}
    done = subprocess.run(
        [sys.executable, __file__, "--step", step, *arguments],
        env=environment,
        input=json.dumps(given),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{home.name} {step}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def deliver(homes: dict[str, Path], sender: str, receiver: str, how: str = "well") -> None:
    answers = run(homes[receiver], "receive", sender, how, given=run(homes[sender], "waiting", receiver))
    assert run(homes[sender], "settle", receiver, given=answers) == [], (sender, receiver)


def make(home: Path, node_id: str) -> None:
    name, country = NODES[node_id]
    home.mkdir(mode=0o700)
    (home / "passphrase").write_text(PASSPHRASE, encoding="ascii")
    command = ["init", "--id", node_id, "--name", name, "--country", country]
    command += ["--url", f"http://{node_id}.example"]
    environment = {**os.environ, "ISTHMUS_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "isthmus.node", *command], env=environment, check=True)


def main(folder: Path) -> None:
    """Let the two nodes live a little, then write both down."""
    with tempfile.TemporaryDirectory() as place:
        homes = {node_id: Path(place) / node_id for node_id in NODES}
        for node_id, home in homes.items():
            make(home, node_id)
            run(home, "furnish")
        for here, there in (("mm", "cn"), ("cn", "mm")):
            shown = run(homes[there], "card")
            run(homes[here], "meet", shown["card"], shown["words"])
        number = run(homes["mm"], "propose")
        deliver(homes, "mm", "cn")
        run(homes["cn"], "sign", number)
        deliver(homes, "cn", "mm")
        for sender, receiver in (("mm", "cn"), ("cn", "mm")):
            run(homes[sender], "publish", receiver, "0", "5")
            deliver(homes, sender, receiver)
        run(homes["cn"], "publish", "mm", "5", "6")
        deliver(homes, "cn", "mm", "failing")
        run(homes["cn"], "beyond", "mm")
        deliver(homes, "cn", "mm")
        assert run(homes["mm"], "refused") == 1
        assert run(homes["mm"], "third") == "frozen"
        for node_id, home in homes.items():
            run(home, "publish", "cn" if node_id == "mm" else "mm", "10", "12")
            run(home, "housekeep")
            write(folder / node_id, home)


def write(folder: Path, home: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "account": run(home, "account"),
        **run(home, "dump"),
        "files": {
            str(path.relative_to(home)): path.read_text(encoding="utf-8")
            for path in sorted(home.rglob("*"))
            if path.is_file() and path.name != "worker-alive" and "sqlite3" not in path.name
        },
    }
    (folder / "node.json").write_text(
        json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8"
    )
    print(folder, len(gzip.compress((folder / "node.json").read_bytes())), "bytes compressed")


if __name__ == "__main__":
    if sys.argv[1] == "--step":
        import django

        django.setup(set_prefix=False)
        print(json.dumps(globals()[sys.argv[2]](*sys.argv[3:]), default=_plain))
    else:
        main(Path(sys.argv[1]))
