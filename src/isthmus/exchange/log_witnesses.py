"""What partners cosigned of this node's log, held against the log while it is walked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from isthmus.exchange.models import Cosignature
from isthmus.wire import merkle


@dataclass
class CosignedHeads:
    """Partners' cosigned heads, met one after another; ``size`` is the largest that held, ``by`` whose."""

    size: int = 0
    by: list[str] = field(default_factory=list)
    _waiting: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    _failed: bool = False

    def __post_init__(self) -> None:
        rows = Cosignature.objects.values_list("size", "root", "partner__node_id")
        for size, root, node_id in rows.order_by("size", "partner__node_id"):
            self._waiting.setdefault(size, []).append((root, node_id))

    def meet(self, frontier: merkle.Frontier, tell: Callable[[str], None]) -> None:
        """Compare what was cosigned at this size with the log; ``tell`` takes the first finding in words."""
        cosigned = self._waiting.pop(frontier.size, [])
        if not cosigned:
            return
        root = frontier.root().hex()
        held = [node_id for found, node_id in cosigned if found == root]
        if held:
            self.size, self.by = frontier.size, held
        others = [node_id for found, node_id in cosigned if found != root]
        if others and not self._failed:
            self._failed = True
            tell(f"The first {frontier.size} entries are not those that {', '.join(others)} cosigned.")

    def finish(self, size: int, tell: Callable[[str], None]) -> None:
        """What is left was cosigned over more entries than there are."""
        if self._waiting:
            longest = max(self._waiting)
            names = ", ".join(node_id for _root, node_id in self._waiting[longest])
            tell(f"The log ends after {size} entries, but {names} cosigned it over {longest}.")
