#!/usr/bin/env python3
"""Start Isthmus from a fresh copy: makes its own Python environment, then runs what was asked.

python3 run.py                     the demo: seven nodes on this machine
python3 run.py test [ARGUMENTS]    the tests (arguments go to pytest)
python3 run.py check [GATES]       linters, types, layers, migrations, schemas, translations
python3 run.py bench [NAME]        the benchmarks, or one of them
python3 run.py COMMAND ...         any command of isthmus, such as doctor or verify

--find-links FOLDER                first of all: install from a folder of packages, without a network

Only the standard library is used here. Everything is installed below .venv in this folder, from the
lock files with their hashes; nothing outside this folder changes.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this has not installed anything yet
    sys.exit("Isthmus needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:
    sys.exit("Isthmus runs on Linux; on another system, run it in a Linux container or virtual machine.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "isthmus-install.json"
INSTALL_LOCK = ROOT / "var" / "install.lock"
INTERPRETER = str(Path(sys.executable).resolve())
"""Not that of an environment, which may be the very one that is built anew."""
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
CATALOGUES = ROOT / "src" / "isthmus" / "node" / "locale"
DEV_COMMANDS = {"test", "check", "bench"}
Command = list[str | Path]


class StopError(Exception):
    """The bootstrap cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """Write one line of progress where it does not mix with a command's data."""
    print(text, file=sys.stderr, flush=True)


# The environment: is it there, is it whole, is it of this lock?


def fingerprint(lock: Path) -> str:
    """SHA-256 of a lock file's bytes, in hexadecimal."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read_stamp() -> dict[str, str] | None:
    """What the last installation left: None where there is none, an empty stamp where it is unreadable."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {"state": "installing"}
    return stamp if isinstance(stamp, dict) else {"state": "installing"}


def write_stamp(stamp: dict[str, str]) -> None:
    """Replace the stamp in one step, so that a power cut leaves the old one or the new one."""
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    part.replace(STAMP)


def base_python() -> str:
    """The interpreter below the environment: a system upgrade changes it under our feet."""
    return str(PYTHON.resolve())


def is_current(kind: str) -> bool:
    """Whether the environment holds what the lock of this kind asks for."""
    stamp = read_stamp()
    return (
        stamp is not None
        and PYTHON.exists()
        and stamp.get("state") == "ready"
        and stamp.get("python") == base_python()
        and stamp.get(kind) == fingerprint(LOCKS[kind])
    )


def works() -> bool:
    """Whether the environment's interpreter starts and an earlier installation was not cut short."""
    stamp = read_stamp()
    if not PYTHON.exists() or (stamp is not None and stamp.get("state") != "ready"):
        return False
    if stamp is not None and stamp.get("python") != base_python():
        return False
    return subprocess.run([PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0


@contextlib.contextmanager
def one_at_a_time() -> Iterator[int]:
    """Let one process install; the others wait for it and then find the work done.

    Gives the lock's file descriptor. The installer inherits it, so that the lock outlives a killed run.py for
    as long as its installer still writes.
    """
    INSTALL_LOCK.parent.mkdir(parents=True, exist_ok=True)
    with INSTALL_LOCK.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another installation is running; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


def remove_environment() -> None:
    """Move a broken environment aside and delete it, and what an interrupted removal left."""
    aside = ROOT / "var" / "broken-environment"
    shutil.rmtree(aside, ignore_errors=True)
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        say("The environment in .venv is not whole: building it anew.")
        VENV.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


# Installing


def prepare(kind: str, find_links: str | None) -> None:
    """Bring the environment to the lock of this kind; cheap when it is there already."""
    if is_current(kind):
        return
    with one_at_a_time() as held_lock:
        if is_current(kind):
            return
        began = time.monotonic()
        uv = shutil.which("uv")
        if not works():
            remove_environment()
            create(uv)
        write_stamp({"state": "installing"})
        install(LOCKS[kind], uv, find_links, held_lock)
        link_sources()
        hashes = {name: fingerprint(lock) for name, lock in LOCKS.items()}
        # The development lock holds the whole runtime lock, so one installation serves both.
        held = {"runtime": hashes["runtime"]}
        if kind == "dev":
            held["dev"] = hashes["dev"]
        write_stamp({"state": "ready", "python": base_python(), **held})
        say(f"Installed in {time.monotonic() - began:.0f} s.")


def create(uv: str | None) -> None:
    """Make an empty environment, with uv where it is installed, else with the standard library."""
    if uv:
        command: Command = [uv, "venv", "--quiet", "--python", INTERPRETER, VENV]
        if subprocess.run(command, check=False, cwd=ROOT).returncode == 0:
            return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise StopError(
            "This Python cannot make environments: the Debian package python3-venv is missing.\n"
            "Install it once with: sudo apt install python3-venv"
        )
    say("Making the environment in .venv.")
    made = subprocess.run(
        [INTERPRETER, "-m", "venv", "--clear", VENV],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if made.returncode != 0:
        raise StopError(f"The environment could not be made:\n{(made.stdout + made.stderr).strip()}")


def install(lock: Path, uv: str | None, find_links: str | None, held_lock: int) -> None:
    """Install a lock file with its hashes; uv first, pip where uv is missing or finds no packages."""
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Installing {count} packages from {lock.name}; this happens once and takes about a minute.")
    source = ["--no-index", "--find-links", str(Path(find_links).absolute())] if find_links else []
    command: Command
    if uv:
        command = [uv, "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode"]
        command += [*source, *([] if sys.stderr.isatty() else ["--quiet"]), lock]
        if subprocess.run(command, check=False, cwd=ROOT, pass_fds=(held_lock,)).returncode == 0:
            return
        say("uv could not install; trying pip, which may know other package sources.")
    if not has_pip():
        ensure = subprocess.run(
            [PYTHON, "-m", "ensurepip"], capture_output=True, text=True, check=False, cwd=ROOT
        )
        if ensure.returncode != 0:
            raise StopError("The environment has no pip. Delete the folder .venv and start again.")
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", *source, "-r", lock]
    status, talk = follow(command, count, held_lock)
    if status != 0:
        advice = (
            f"Look whether the folder {find_links} holds every package of {lock.name}."
            if find_links
            else "Look at the network and the proxy, then start again: what was done is kept. "
            "Without a network, use --find-links FOLDER."
        )
        raise StopError(
            "\n".join(
                [*talk[-12:], f"The packages could not be installed (pip ended with {status}).", advice]
            )
        )


def has_pip() -> bool:
    """Whether the environment has pip of its own: one made by uv has not."""
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def follow(command: Command, count: int, held_lock: int) -> tuple[int, list[str]]:
    """Run pip, show how far it is, and keep what it says for the case that it fails."""
    live = sys.stderr.isatty()
    talk: list[str] = []
    seen = 0
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=ROOT,
        pass_fds=(held_lock,),
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            talk.append(line.rstrip())
            word = line.split()
            if line.startswith(("Collecting", "Requirement already satisfied")) and len(word) > 1:
                seen += 1
                note = f"{min(seen, count)} of {count}"
            elif line.startswith("Installing collected"):
                note = "unpacking"
            else:
                continue
            if live:
                print(f"\r  {note:<20}", end="", file=sys.stderr, flush=True)
    if live:
        print("\r" + " " * 24 + "\r", end="", file=sys.stderr, flush=True)
    return process.returncode, talk


def link_sources() -> None:
    """Put src on the environment's path by a relative line, which survives a move of the folder."""
    answer = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    packages = Path(answer.stdout.strip())
    (packages / "isthmus.pth").write_text(os.path.relpath(ROOT / "src", packages) + "\n", encoding="utf-8")


def compile_catalogues() -> None:
    """Compile the translations whose source is newer: the compiled files are not kept in the repository."""
    stale = [
        source
        for source in CATALOGUES.glob("*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists()
        or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        command: Command = [PYTHON, "-m", "isthmus.node.checks.catalogues", "compile"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        if done.returncode != 0:
            raise StopError(f"The translations could not be compiled:\n{(done.stdout + done.stderr).strip()}")


# Running


def hand_over(command: Command, *, folder: Path | None = None) -> None:
    """Become the command: its exit code, its signals and its Ctrl-C are then its own."""
    if folder is not None:
        os.chdir(folder)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], [str(part) for part in command])


def run_tests(arguments: list[str]) -> None:
    """Run pytest, on all processors unless the arguments say otherwise."""
    chosen = any(part.startswith(("-n", "--numprocesses", "--pdb")) for part in arguments)
    spread = [] if chosen else ["-n", "auto"]
    hand_over([PYTHON, "-m", "pytest", *spread, *arguments], folder=ROOT)


def run_benches(arguments: list[str]) -> int:
    """Run every benchmark, or the one named first with the remaining arguments."""
    found = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if path.stem != "__init__"}
    if arguments:
        name = arguments[0].removesuffix(".py")
        if name not in found:
            raise StopError(f"There is no benchmark {name!r}. There are: {', '.join(found) or 'none'}.")
        hand_over([PYTHON, found[name], *arguments[1:]], folder=ROOT)
    failed = []
    for name, path in found.items():
        say(f"== {name}")
        if subprocess.run([PYTHON, path], check=False, cwd=ROOT).returncode != 0:
            failed.append(name)
    if failed:
        say(f"Below their limit or broken: {', '.join(failed)}.")
    return 1 if failed else 0


def split_options(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Take this program's own option off the front: the folder of packages, and what remains."""
    if arguments[:1] == ["--find-links"]:
        if len(arguments) < 2:
            raise StopError("--find-links needs a folder.")
        return checked_folder(arguments[1]), arguments[2:]
    if arguments and arguments[0].startswith("--find-links="):
        return checked_folder(arguments[0].partition("=")[2]), arguments[1:]
    return None, arguments


def checked_folder(folder: str) -> str:
    """The folder of packages, or a line that says it is not there."""
    if not Path(folder).is_dir():
        raise StopError(f"The folder {folder} of --find-links does not exist.")
    return folder


def main(arguments: list[str]) -> int:
    """Prepare the environment, then run what was asked."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    try:
        find_links, rest = split_options(arguments)
        command = rest[0] if rest else "demo"
        prepare("dev" if command in DEV_COMMANDS else "runtime", find_links)
        compile_catalogues()
        if command == "test":
            run_tests(rest[1:])
        if command == "check":
            hand_over([PYTHON, "-m", "isthmus.node.checks", *rest[1:]], folder=ROOT)
        if command == "bench":
            return run_benches(rest[1:])
        # -P: a file in the current folder must not stand in for a module of ours.
        hand_over([PYTHON, "-P", "-m", "isthmus.node", *(rest or ["demo"])])
    except StopError as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
