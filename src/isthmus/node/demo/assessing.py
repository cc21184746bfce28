"""The assessment of the demonstration: Moldova and the Maldives answer one questionnaire, and score it.

The answers are invented. On one of them the two do not agree: the Maldives think that they estimate the gap
between duty due and duty paid each year, and Moldova has seen one estimate only.
"""

from hashlib import sha256
from typing import Any

from isthmus.accounts.models import Organisation
from isthmus.apps.excise.assessment.models import Assessment, AssessmentDraft, AssessmentStatement
from isthmus.apps.excise.assessment.queries import standing
from isthmus.apps.excise.assessment.services import introducing, stating
from isthmus.exchange import queries
from isthmus.kit import clock
from isthmus.node.demo.countries import BY_ID
from isthmus.ui.papers import files as papers

Answer = dict[str, Any]
Kind = AssessmentStatement.Kind
Draft = AssessmentDraft.Kind

ACT_MD, ACT_MV = "Fiscal Code, Title IV (sample)", "Act 31/79 (sample)"
ANSWERS: dict[str, dict[str, tuple[int, str, str]]] = {
    "md": {
        "registration.operators": (3, "One register for the whole country.", ACT_MD),
        "registration.closure": (3, "Licences end with the entry of the firm.", ACT_MD),
        "licensing.conditions": (4, "In the Code, with a check list and time limits.", ACT_MD),
        "licensing.suspension": (4, "By order of the director, at once.", "Order 17/2024 (sample)"),
        "licensing.groups": (4, "Kind, groups and place.", "Order 18/2024 (sample)"),
        "marking.need": (4, "Stamps on all spirits and on wine for the country.", "Decision 7/2006 (sample)"),
        "marking.identity": (3, "Random numbers with a check.", "Order 21/2025 (sample)"),
        "marking.destruction": (4, "By number, before two witnesses.", "Order 21/2025 (sample)"),
        "marking.offline": (3, "By telephone, most stamps.", "Manual of inspectors (sample)"),
        "movement.receipt": (4, "The receiver's signed receipt ends it.", "Records of movements"),
        "returns.explained": (4, "Every step and rounding, with the act.", "Guide for firms (sample)"),
        "returns.rates": (1, "The rates of 2024 and after wait to be confirmed.", ACT_MD),
        "returns.refunds": (2, "By rule; the limit is not measured.", ACT_MD),
        "control.risk": (2, "A yearly plan, checked each quarter.", "Plan of 2026 (sample)"),
        "analytics.figures": (4, "At any time.", "Page of figures"),
        "analytics.gap": (1, "One estimate, by others.", "Study of 2021 (sample)"),
        "data-protection.access": (4, "By role and office.", "Rules of access (sample)"),
        "data-protection.incident": (3, "Tried last year.", "Exercise of 2025 (sample)"),
    },
    "mv": {
        "registration.operators": (2, "Importers are entered; resorts not yet all.", ACT_MV),
        "registration.closure": (1, "When customs notices.", "Practice (sample)"),
        "licensing.conditions": (2, "In internal rules.", "Circular 4/2022 (sample)"),
        "licensing.suspension": (3, "By the minister, in days.", "Circular 4/2022 (sample)"),
        "licensing.groups": (2, "The kind of dealing only.", "Circular 4/2022 (sample)"),
        "marking.need": (0, "There are no stamps yet.", ""),
        "marking.destruction": (0, "There are no stamps yet.", ""),
        "marking.offline": (1, "Inspectors look at labels.", ""),
        "movement.receipt": (3, "The bonded store signs for what arrives.", "Records of movements"),
        "returns.explained": (1, "When a firm asks.", ""),
        "returns.refunds": (1, "Case by case.", ""),
        "control.risk": (1, "By experience of officers.", ""),
        "analytics.figures": (1, "In the yearly report.", ""),
        "analytics.gap": (3, "We estimate it each year.", "Yearly report of customs (sample)"),
        "data-protection.access": (3, "By role.", "Rules of access (sample)"),
        "data-protection.incident": (1, "We know whom to call.", ""),
    },
}
"""By node and clause: the score of oneself, the answer in words, and its evidence."""
SCORES: dict[str, dict[str, tuple[int, str]]] = {
    "md": {
        "registration.closure": (1, "Seen on the study visit."),
        "licensing.conditions": (2, "The circular was shown to us."),
        "licensing.suspension": (2, "Weeks rather than days."),
        "analytics.gap": (1, "We saw one estimate, of 2021."),
        "data-protection.access": (3, "Seen on the study visit."),
    },
    "mv": {
        "registration.closure": (3, "Shown on two firms."),
        "licensing.suspension": (4, "Shown on a sample importer."),
        "marking.need": (4, "The decision was given to us."),
        "marking.offline": (3, "Tried in a shop."),
        "analytics.figures": (3, "Most figures name their source."),
    },
}
"""By node: how it scores the other one's answers, and why."""


def _who() -> str:
    return BY_ID[queries.me()].email("approver")


def _told(row: Assessment) -> Answer:
    found = standing.stated(row)
    return {
        "number": row.number,
        "own": sorted(kind for kind, own in found if own),
        "partner": sorted(kind for kind, own in found if not own),
        "differing": list(standing.all_differing(found)),
        "signed": bool(row.signed_leaf),
    }


def assessment(number: str = "") -> Answer:
    """Where the assessment stands here; an empty number where it is not known yet."""
    rows = Assessment.objects.filter(number=number) if number else Assessment.objects.all()
    row = rows.order_by("pk").first()
    if row is None:
        return {"number": "", "own": [], "partner": [], "differing": [], "signed": False}
    return _told(row)


def open_assessment(partner: str) -> Answer:
    """Open the assessment with a partner; the one that is open already where there is one."""
    row = Assessment.objects.filter(partner=partner).first()
    if row is None:
        office = Organisation.objects.get(code=BY_ID[queries.me()].organisations[0].code)
        row = stating.open_assessment(office, partner, actor=_who())
    return _told(row)


def state_answers(number: str) -> Answer:
    """Answer the clauses of this country and state the answers with its counters."""
    row = Assessment.objects.get(number=number)
    for clause, (score, text, evidence) in ANSWERS[queries.me()].items():
        stating.note(row, Draft.ANSWER, clause, score, actor=_who(), text=text, evidence=evidence)
    stating.send_answers(row, actor=_who())
    return _told(row)


def state_scores(number: str) -> Answer:
    """Score the partner's answers and state the scores."""
    row = Assessment.objects.get(number=number)
    for clause, (score, text) in SCORES[queries.me()].items():
        stating.note(row, Draft.SCORE, clause, score, actor=_who(), text=text)
    stating.send_scores(row, actor=_who())
    return _told(row)


def state_result(number: str) -> Answer:
    """State the result, with what still differs."""
    row = Assessment.objects.get(number=number)
    stating.send_result(row, actor=_who())
    return _told(row)


def sign_result(number: str) -> Answer:
    """Sign the partner's result."""
    row = Assessment.objects.get(number=number)
    stating.agree(row, "We agree to this result (sample).", actor=_who())
    row.refresh_from_db()
    return _told(row)


def introduce(giver: str, taker: str) -> Answer:
    """Make the introduction twice, as PDF and as DOCX: what it says in short, and whether the bytes agree."""
    day = clock.now().date()
    made = introducing.introduction(giver, taker, day=day)
    again = introducing.introduction(giver, taker, day=day)
    same = all(
        sha256(papers.made(made, kind)).digest() == sha256(papers.made(again, kind)).digest()
        for kind in papers.KINDS
    )
    return {"same": same, "fits": made.sections[0].text[1], "sources": len(made.sources)}


KEYS = (
    assessment,
    open_assessment,
    state_answers,
    state_scores,
    state_result,
    sign_result,
    introduce,
)
"""What can be asked for here."""
