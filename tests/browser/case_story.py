"""What does not tally between the two nodes: cases in each state that their pages can show."""

from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.etrade.cases.services.deciding import ask_partner, decide
from isthmus.apps.etrade.cases.services.reconciling import corridors, reconcile_corridor
from isthmus.apps.etrade.models import Case
from isthmus.apps.etrade.records import AnswerV1, QueryV1
from isthmus.exchange.records import AgreementV1
from isthmus.exchange.services import agreements
from isthmus.exchange.services.inbox import receive
from isthmus.trust.models import Partner
from isthmus.wire import codec
from tests.apps.etrade.cases.corridor import export_of, import_of, lodge_export, lodge_import, trade
from tests.foreign import ForeignNode, terms

OFFICER = "ဒေါ်ခင်မျိုးဆွေထက်ထက်အောင်"
WORDS = "Getrocknet: Kraftfahrzeugsteuerangelegenheiten und Außenwirtschaftsüberwachung haben nachgewogen."


def tell(customs: Organisation, cn: ForeignNode, partner: Partner) -> dict[str, Any]:
    """Declarations of both sides that do not all tally; one case asked about and answered, one dismissed."""
    kinds = (("etrade.query/1", "mm", "cn", QueryV1), ("etrade.answer/1", "cn", "mm", AnswerV1))
    grants = [(kind, giver, taker, sorted(model.model_fields)) for kind, giver, taker, model in kinds]
    content = terms(grants=grants, title="Questions about what does not tally")
    about = agreements.propose(AgreementV1.model_validate_json(codec.encode(content)), actor="Thiri Aung")
    answer = {"agreement": str(about.uuid), "digest": about.digest, "decision": "signed", "reason": ""}
    receive(partner, [cn.send("exchange.agreement-answer/1", answer)])
    trade(customs)
    for number, changes in (
        (21, {"hs_code": "071339"}),
        (22, {"net_kg": "12000"}),
        (23, {"cif_value": "31000"}),
    ):
        lodge_export(export_of(number), customs)
        lodge_import(import_of(number, **changes), customs)
    lodge_export(export_of(24, fob_value="250000"), customs)
    lodge_import(import_of(24, cif_value="98000"), customs)
    lodge_export(export_of(30, departure_date="2026-02-01"), customs)
    lodge_import(import_of(28, arrival_date="2026-06-20"), customs)
    lodge_export(export_of(28), customs)
    for corridor in corridors():
        reconcile_corridor(corridor)
    asked, dismissed = Case.objects.get(reason="hs-shift"), Case.objects.get(reason="quantity-gap")
    query = ask_partner(asked, actor=OFFICER)
    body = {
        "number": "CN-A-1",
        "query_number": query.number,
        "outcome": "corrected",
        "answer": "It is 0713.39.",
    }
    receive(partner, [cn.send("etrade.answer/1", body, subject=query.number, agreement=about.uuid)])
    decide(dismissed, "dismiss", actor=OFFICER, ground="other", note=WORDS)
    return {
        "case": Case.objects.get(reason="low-value", imported__number="MM-2026-00024"),
        "missing": Case.objects.get(reason="missing-import"),
        "answered_case": asked,
        "dismissed_case": dismissed,
        "judged": asked.corridor,
    }
