"""What tenders declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.house import House, Page, kept_record

VIEW, ASK, AWARD = "solar.tender.view", "solar.tender.ask", "solar.tender.award"
AWARD_BY_PROGRAM = "solar.tender.award-by-program"
INBOX, QUOTE = "solar.quote.view", "solar.quote.write"
_HERE = "isthmus.apps.solar.tenders"

HOUSE = House(
    access_rules=(
        Rule(
            VIEW,
            _("See requests for solar quotes"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(ASK, _("Ask for solar quotes"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
        Rule(AWARD, _("Award solar tenders"), frozenset({Role.APPROVER}), Reach.NODE),
        # A token is never an approver: who lets a program decide gives it the operator's part.
        Rule(AWARD_BY_PROGRAM, _("Award solar tenders by program"), frozenset({Role.OPERATOR}), Reach.NODE),
        Rule(INBOX, _("See requests for solar quotes from abroad"), frozenset(Role), Reach.NODE),
        # No role sees the quotes of all makers: they compete.
        Rule(QUOTE, _("Quote for solar systems"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
    ),
    event_words={
        "solar.tender-asked": _("Asked for solar quotes"),
        "solar.tender-withdrawn": _("Withdrew a request for solar quotes"),
        "solar.tender-rate": _("Stated a rate for comparing solar quotes"),
        "solar.tender-awarded": _("Decided about solar quotes"),
        "solar.quote-sealed": _("Sealed a solar quote"),
        "solar.quote-opened": _("Opened a solar quote"),
        "solar.accepted": _("Tested a delivery of solar systems"),
        "solar.warranty-said": _("Wrote about a warranty of solar systems"),
    },
    organisation_paths={
        "solar.Tender": "organisation_id",
        "solar.MakerQuote": "organisation_id",
    },
    record_types=(
        kept_record(_HERE, "solar.quote-request", _("Request for solar quotes"), "QuoteRequestV1", "request"),
        kept_record(_HERE, "solar.quote-seal", _("Seal of a solar quote"), "QuoteSealV1", "seal"),
        kept_record(_HERE, "solar.quote", _("Solar quote"), "QuotationV1", "quote"),
        kept_record(_HERE, "solar.award", _("Award of a solar tender"), "AwardV1", "award"),
        kept_record(
            _HERE, "solar.acceptance", _("Acceptance of solar systems"), "AcceptanceV1", "acceptance"
        ),
        kept_record(
            _HERE,
            "solar.warranty-ticket",
            _("Warranty ticket of solar systems"),
            "WarrantyTicketV1",
            "ticket",
        ),
    ),
    pages=(
        Page(VIEW, _("Tenders"), "solar:tenders"),
        Page(VIEW, _("Lots"), "solar:lots"),
        Page(INBOX, _("Requests from abroad"), "solar:requests"),
        Page(QUOTE, _("Your quotes"), "solar:quotes"),
    ),
)
