"""The form of an advice on an alarm."""

from dataclasses import dataclass

from isthmus.ui.text import Text


@dataclass(frozen=True, slots=True)
class Advice:
    """One alarm code: what it means, and what an operator does about it, step by step.

    ``heals`` says that the node clears the alarm by itself once the matter is over. ``stops`` says that
    something stands still until a person has acted.
    """

    code: str
    title: Text
    meaning: Text
    steps: tuple[Text, ...]
    heals: bool = False
    stops: bool = False
