"""run.py from a fresh copy: it installs once, repairs itself, and passes on what the command says.

A tiny lock with one package of our own stands for the real one, installed offline with its hash.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = """
import sys, pathlib, tiny
print("tiny", tiny.VERSION, "in", pathlib.Path.cwd().name, sys.argv[1:])
sys.exit(3)
"""


def make_wheel(folder: Path, version: str) -> str:
    """A package of one line; returns its line in a lock."""
    path = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"tiny=={version} \\\n    --hash=sha256:{digest}\n"


class Project:
    """A copy of run.py in a folder with a space in its name, with a command of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my isthmus"
        self.wheels = folder / "wheels"
        self.elsewhere = folder / "elsewhere"
        package = self.root / "src" / "isthmus" / "node"
        for place in (package / "checks", self.wheels, self.elsewhere):
            place.mkdir(parents=True)
        shutil.copy(ROOT / "run.py", self.root)
        (package / "__main__.py").write_text(COMMAND)
        (package / "checks" / "__main__.py").write_text(COMMAND)
        self.lock = self.root / "requirements.lock"
        self.lock.write_text(make_wheel(self.wheels, "1.0"))
        (self.root / "requirements-dev.lock").write_text(self.lock.read_text())

    def command(self, *arguments: str, python: str = sys.executable) -> list[str]:
        return [python, str(self.root / "run.py"), "--find-links", str(self.wheels), *arguments]

    def run(
        self, *arguments: str, expect: int = 3, python: str = sys.executable
    ) -> subprocess.CompletedProcess[str]:
        without_uv = {**os.environ, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            self.command(*arguments, python=python),
            cwd=self.elsewhere,
            env=without_uv,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stderr
        return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One installation for the tests that only look at it."""
    made = Project(tmp_path_factory.mktemp("bootstrap"))
    first = made.run("doctor", "--json")
    assert "Installing 1 packages from requirements.lock" in first.stderr
    return made


@pytest.fixture
def run_py() -> ModuleType:
    spec = util.spec_from_file_location("bootstrap", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_command_gets_its_arguments_its_folder_and_its_exit_code(project: Project):
    done = project.run("verify", "a file", "--json")
    assert done.stdout == "tiny 1.0 in elsewhere ['verify', 'a file', '--json']\n"


def test_the_second_run_says_and_installs_nothing(project: Project):
    assert project.run("doctor").stderr == ""


def test_without_a_command_the_demo_runs(project: Project):
    assert project.run().stdout == "tiny 1.0 in elsewhere ['demo']\n"


def test_checks_run_in_the_projects_folder(project: Project):
    assert project.run("check", "locks").stdout == "tiny 1.0 in my isthmus ['locks']\n"


def test_benchmarks_are_found_by_name(project: Project):
    bench = project.root / "bench"
    bench.mkdir(exist_ok=True)
    (bench / "fast.py").write_text("import sys; print('fast', sys.argv[1:])")
    (bench / "slow.py").write_text("import sys; sys.exit('too slow')")
    assert project.run("bench", "fast", "--seconds", "1", expect=0).stdout == "fast ['--seconds', '1']\n"
    both = project.run("bench", expect=1)
    assert both.stdout == "fast []\n"
    assert "Below their limit or broken: slow." in both.stderr
    assert "There are: fast, slow." in project.run("bench", "medium", expect=1).stderr


def test_a_file_of_the_current_folder_does_not_stand_in_for_a_module(project: Project):
    trap = project.elsewhere / "tiny.py"
    trap.write_text("raise SystemExit('trapped')")
    try:
        assert project.run("doctor").stdout.startswith("tiny 1.0")
    finally:
        trap.unlink()


def test_a_moved_folder_still_works(project: Project, tmp_path: Path):
    moved = tmp_path / "moved"
    shutil.copytree(project.root, moved, symlinks=True)
    done = subprocess.run(
        [sys.executable, moved / "run.py", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (3, "")
    paths = subprocess.run(
        [moved / ".venv/bin/python", "-c", "import sys; print(sys.path)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(moved / "src") in paths.stdout


def test_an_interrupted_installation_is_made_anew_and_a_new_lock_is_followed(tmp_path: Path):
    project = Project(tmp_path)
    project.run("doctor")
    (project.root / ".venv" / "isthmus-install.json").write_text('{"state": "installing"}')
    (project.root / ".venv" / "bin" / "pip").write_text("half a file")
    repaired = project.run("doctor")
    assert "not whole: building it anew" in repaired.stderr
    assert repaired.stdout.startswith("tiny 1.0")
    assert project.run("doctor").stderr == ""
    assert not (project.root / "var" / "broken-environment").exists()

    (project.root / ".venv" / "isthmus-install.json").write_text('{"state": "installing"}')
    its_own = project.run("doctor", python=str(project.root / ".venv" / "bin" / "python"))
    assert its_own.stdout.startswith("tiny 1.0"), "run by the environment that is built anew"

    project.lock.write_text(make_wheel(project.wheels, "2.0"))
    assert project.run("doctor").stdout.startswith("tiny 2.0")

    (project.root / ".venv" / "bin" / "python").unlink()  # what a system upgrade can do
    assert project.run("doctor").stdout.startswith("tiny 2.0")


def test_two_at_once_install_once(tmp_path: Path):
    project = Project(tmp_path)
    both = [
        subprocess.Popen(
            project.command("doctor"),
            cwd=project.elsewhere,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [3, 3]
    assert [out for out, _ in answers] == ["tiny 1.0 in elsewhere ['doctor']\n"] * 2
    assert sum("Installing 1 packages" in talk for _, talk in answers) == 1


def test_a_changed_package_is_refused_and_the_next_run_repairs(tmp_path: Path):
    project = Project(tmp_path)
    honest = project.lock.read_text()
    make_wheel(project.wheels, "1.0")
    project.lock.write_text(honest.replace("sha256:", "sha256:0000")[:-5] + "\n")
    refused = project.run("doctor", expect=1)
    assert "The packages could not be installed" in refused.stderr
    assert "holds every package of requirements.lock" in refused.stderr
    assert refused.stdout == ""
    project.lock.write_text(honest)
    assert project.run("doctor").stdout.startswith("tiny 1.0")


def test_a_folder_of_packages_that_is_not_there_is_named(tmp_path: Path, run_py: ModuleType, capsys):
    assert run_py.main(["--find-links", str(tmp_path / "none"), "doctor"]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert run_py.main(["--find-links"]) == 1
    assert "--find-links needs a folder" in capsys.readouterr().err


def test_where_debian_lacks_python3_venv_its_name_is_said(
    run_py: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        run_py.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name
    )
    with pytest.raises(run_py.StopError, match="sudo apt install python3-venv"):
        run_py.create(None)


def test_an_older_python_gets_a_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "version", "3.9.2 (default)")
    source = compile((ROOT / "run.py").read_text(encoding="utf-8"), "run.py", "exec")
    with pytest.raises(SystemExit) as caught:
        exec(source, {"__name__": "__main__"})
    assert caught.value.code == "Isthmus needs Python 3.11 or newer; this is Python 3.9.2."


def test_ctrl_c_is_quiet(run_py: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_py, "prepare", interrupted)
    assert run_py.main(["doctor"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.parametrize(
    ("arguments", "handed"),
    [
        ([], ["-n", "auto"]),
        (["-q", "tests/wire"], ["-n", "auto", "-q", "tests/wire"]),
        (["-n0", "-x"], ["-n0", "-x"]),
        (["-n", "4"], ["-n", "4"]),
        (["--pdb"], ["--pdb"]),
    ],
)
def test_tests_use_all_processors_unless_told_otherwise(
    run_py: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], handed: list[str]
):
    seen: list[list[object]] = []
    monkeypatch.setattr(run_py, "hand_over", lambda command, *, folder: seen.append([*command, folder]))
    run_py.run_tests(arguments)
    assert seen == [[run_py.PYTHON, "-m", "pytest", *handed, run_py.ROOT]]


def test_translations_are_compiled_when_their_source_is_newer(
    run_py: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    calls: list[object] = []

    def ran(command: list[object], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command[-1])
        return subprocess.CompletedProcess(command, 0, "", "")

    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    monkeypatch.setattr(run_py, "CATALOGUES", tmp_path)
    monkeypatch.setattr(run_py.subprocess, "run", ran)
    run_py.compile_catalogues()
    source.with_suffix(".mo").write_text("")
    os.utime(source, (1, 1))
    run_py.compile_catalogues()
    assert calls == ["compile"]
    os.utime(source.with_suffix(".mo"), (0, 0))
    run_py.compile_catalogues()
    assert calls == ["compile", "compile"]


def test_help_needs_no_installation(tmp_path: Path):
    shutil.copy(ROOT / "run.py", tmp_path)
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py", "--help"], capture_output=True, text=True, check=True
    )
    assert "python3 run.py test" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.py"]
