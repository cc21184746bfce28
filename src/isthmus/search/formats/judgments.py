"""Which documents answer which question: the files of judgments that go with a collection.

Two forms: TREC's four columns (question, iteration, document, grade) and Cranfield's three (question,
document, grade). Cranfield grades from 1, a complete answer, to 4, of slight interest; a few of its lines
have 5 or -1, neither of which its description knows. Whatever has a grade of at least 1 counts as relevant
here, -1 and 0 do not.
"""

from collections.abc import Iterable

from isthmus.kit.errors import BadInput

LEAST_GRADE = 1


def read(lines: Iterable[str]) -> dict[str, set[str]]:
    """Question -> its relevant documents. BadInput names the line that cannot be read."""
    found: dict[str, set[str]] = {}
    for number, line in enumerate(lines, start=1):
        columns = line.split()
        if not columns:
            continue
        try:
            question, document, grade = columns[0], columns[-2], int(columns[-1])
        except (IndexError, ValueError):
            columns = []
        if len(columns) not in {3, 4}:
            raise BadInput(
                "search.judgment",
                f"Line {number} cannot be read as a judgment.",
                next_step="Write question, document and grade, or question, iteration, document and grade.",
            )
        if grade >= LEAST_GRADE:
            found.setdefault(question, set()).add(document)
    return found
