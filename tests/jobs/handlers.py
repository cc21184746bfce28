"""Handlers of the test jobs. They leave what they did in lists that each test empties."""

import threading

from isthmus.jobs.progress import Progress
from isthmus.kit.errors import BadInput

done: list[object] = []
started = threading.Event()
carry_on = threading.Event()


def double(progress: Progress, number: int = 1) -> dict[str, int]:
    done.append(number)
    progress.step(1, 1, "doubled")
    return {"answer": number * 2}


def break_down(progress: Progress) -> None:
    done.append("tried")
    raise RuntimeError("the printer is on fire")


def refuse_input(progress: Progress) -> None:
    raise BadInput("test.input", "The file is empty.", next_step="Choose another one.")


def count_to(progress: Progress, total: int) -> dict[str, int]:
    for number in range(1, total + 1):
        done.append(number)
        progress.step(number, total, f"number {number}")
    return {"counted": total}


def interrupted(progress: Progress) -> None:
    raise KeyboardInterrupt


def meet(progress: Progress) -> None:
    started.set()
    assert carry_on.wait(timeout=20)
    progress.step(1, 2)
    done.append("went on")
