"""Ten thousand files through a watched folder: files a second, and whether each was taken once.

`python bench/intake.py [COUNT] [--kill]` prints one line of JSON. It makes a node of its own in a temporary
folder and runs `isthmus etrade watch --once` beside it. With --kill, the first run is killed (SIGKILL) once
half of the files are dealt with, and a second one goes on; nothing may be lost or taken twice.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def _isthmus(*words: str) -> list[str]:
    return [sys.executable, "-m", "isthmus.node", *words]


def _prepare(home: Path, count: int) -> Path:
    """A node with an organisation, and a folder of files of which one in a hundred is damaged."""
    init = _isthmus("init", "--id", "mm", "--name", "Bench", "--url", "http://localhost:8123")
    subprocess.run(init, check=True, capture_output=True)
    organisation = _isthmus("organisation", "add", "customs", "--name", "Customs")
    subprocess.run(organisation, check=True, capture_output=True)
    from isthmus.apps.etrade.formats.samples import sample_declarations

    folder = home / "in"
    folder.mkdir()
    damaged = count // 100
    for name, content in sample_declarations(1, count - damaged, malformed=damaged):
        (folder / name).write_bytes(content)
    return folder


def _done(folder: Path) -> int:
    return sum(
        len(list(place.iterdir())) for name in ("done", "refused") if (place := folder / name).is_dir()
    )


def _run(folder: Path, *, kill_at: int | None = None) -> dict[str, Any]:
    command = _isthmus("etrade", "watch", str(folder), "--once", "--settle", "0", "--json")
    began = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    while kill_at is not None and running.poll() is None:
        if _done(folder) >= kill_at:
            running.kill()
            break
        time.sleep(0.02)
    said, _ = running.communicate()
    counts = json.loads(said) if said else {}
    return {"seconds": round(time.perf_counter() - began, 1), "exit": running.returncode, **counts}


def main(count: int, *, kill: bool) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["ISTHMUS_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")
        folder = _prepare(Path(home), count)
        killed = _run(folder, kill_at=count // 2) if kill else None
        import django

        django.setup()
        from isthmus.apps.etrade.models import Declaration, SourceDocument

        kept_at_kill = SourceDocument.objects.count()
        left_at_kill = sum(path.is_file() for path in folder.iterdir())
        run = _run(folder)
        numbers = list(Declaration.objects.values_list("number", flat=True))
        seconds = run["seconds"] + (killed["seconds"] if killed else 0)
        print(
            json.dumps(
                {
                    "files": count,
                    "killed": killed and {**killed, "kept": kept_at_kill, "left_in_folder": left_at_kill},
                    "run": run,
                    "documents": SourceDocument.objects.count(),
                    "declarations": len(numbers),
                    "doubled": len(numbers) - len(set(numbers)),
                    "left_in_folder": sum(path.is_file() for path in folder.iterdir()),
                    "files_a_second": round(count / seconds),
                }
            )
        )


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(counts[0] if counts else 10_000, kill="--kill" in sys.argv[1:])
