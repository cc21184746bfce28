"""Long work of the exchange, done by the node's worker."""

from isthmus.exchange.log_check import check_log
from isthmus.jobs.progress import Progress

LISTED_FINDINGS = 100
"""Findings that a result names one by one; a log that was rewritten has thousands."""


def verify_log(progress: Progress) -> dict[str, object]:
    """Walk the whole log and return its size, root, checkpoints and what is not as it was written."""
    report = check_log(progress.step)
    return {
        "ok": report.ok,
        "size": report.size,
        "root": report.root,
        "checkpoints": report.checkpoints,
        "witnessed": report.witnessed,
        "witnesses": report.witnesses,
        "erased": report.erased,
        "found": len(report.findings),
        "findings": [
            {"leaf": finding.leaf, "what": finding.what} for finding in report.findings[:LISTED_FINDINGS]
        ],
    }
