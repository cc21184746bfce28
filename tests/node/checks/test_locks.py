"""The lock holds what the project asks for, with hashes, without addresses; licences are free."""

from email.message import Message
from pathlib import Path

import pytest

from isthmus.node.checks import documented, licences, locks

HASH = "    --hash=sha256:" + "0" * 64
LOCK = f"django==5.2.1 \\\n{HASH} \\\n{HASH}\nsqlparse==0.5.3 ; sys_platform == 'linux' \\\n{HASH}\n"
PROJECT = """[project]
dependencies = ["Django[argon2]>=5.2,<5.3"]
[dependency-groups]
dev = []
"""
REQUIRES = {"django": ["sqlparse>=0.3", "tzdata; sys_platform == 'win32'", "argon2-cffi; extra == 'argon2'"]}


def test_a_lock_is_read_by_names_versions_and_hashes():
    assert locks.read_lock(LOCK) == ({"django": "5.2.1", "sqlparse": "0.5.3"}, [])


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("-i https://example.org/simple", "line 1 holds an address"),
        ("--find-links wheels", "line 1 holds an address or an option"),
        ("pip @ https://example.org/pip.whl", "line 1 holds an address"),
        ("django>=5", "line 1 cannot be read"),
        ("django==5.2.1", "django has no hash"),
    ],
)
def test_addresses_and_missing_hashes_are_named(line: str, finding: str):
    _, found = locks.read_lock(line + "\n")
    assert len(found) == 1
    assert found[0].startswith(finding)


def test_what_the_project_asks_for_is_followed_through_the_packages():
    pins = {"django": "5.2.1", "sqlparse": "0.2"}
    assert sorted(locks.unmet(["Django[argon2]>=5.2,<5.3", "lxml>=6"], pins, REQUIRES.get)) == [
        'django asks for argon2-cffi; extra == "argon2", which is not in the lock',
        "django asks for sqlparse>=0.3, but the lock holds sqlparse 0.2",
        "pyproject.toml asks for lxml>=6, which is not in the lock",
    ]


def test_the_two_locks_must_agree(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(PROJECT.replace("[argon2]", ""))
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-dev.lock").write_text(LOCK.replace("5.2.1", "5.2.2"))
    assert locks.findings_in(tmp_path, REQUIRES.get) == [
        "django is 5.2.1 in requirements.lock, but 5.2.2 in requirements-dev.lock"
    ]


def test_an_old_lock_is_named(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text(PROJECT.replace("[argon2]>=5.2,<5.3", ">=6"))
    (tmp_path / "requirements.lock").write_text(LOCK)
    (tmp_path / "requirements-dev.lock").write_text(LOCK)
    assert locks.findings_in(tmp_path, REQUIRES.get) == [
        "requirements-dev.lock: pyproject.toml asks for Django>=6, but the lock holds django 5.2.1",
        "requirements.lock: pyproject.toml asks for Django>=6, but the lock holds django 5.2.1",
    ]


@pytest.mark.parametrize(
    ("licence", "copyleft"),
    [
        ("MIT", False),
        ("BSD-3-Clause AND Apache-2.0", False),
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU Affero General Public License v3", True),
        ("GNU General Public License v2 or later (GPLv2+)", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("MIT OR GPL-3.0-only", False),
        ("GPLv3", True),
        ("MPL-2.0", False),
    ],
)
def test_copyleft_is_told_from_the_lesser_and_the_free(licence: str, *, copyleft: bool):
    assert licences.is_copyleft(licence) is copyleft


def test_a_package_under_the_gpl_and_one_without_licence_are_named():
    packages = [("free", ["MIT"]), ("caught", ["GPL-3.0-only"]), ("silent", []), ("choice", ["GPLv2", "MIT"])]
    assert licences.findings_among(packages) == ["caught is under GPL-3.0-only", "silent states no licence"]


def test_every_exception_has_a_reason_and_a_package():
    pins, _ = locks.read_lock((locks.ROOT / "requirements-dev.lock").read_text(encoding="utf-8"))
    for name, reason in licences.EXCEPTIONS.items():
        assert name in pins
        assert len(reason) > 10


def test_a_licence_is_read_from_where_the_package_states_it():
    data = Message()
    assert licences.stated(data) == []
    data["License"] = "BSD\n\nwith the whole text"
    assert licences.stated(data) == ["BSD"]
    data["Classifier"] = "License :: OSI Approved"
    data["Classifier"] = "License :: OSI Approved :: MIT License"
    assert licences.stated(data) == ["MIT License"]
    data["License-Expression"] = "Apache-2.0"
    assert licences.stated(data) == ["Apache-2.0"]


def test_the_settings_page_lists_every_variable():
    page = documented.page()
    from isthmus.kit.config import variable_names

    for name in [*variable_names(), *documented.TEST_VARIABLES]:
        assert f"`{name}`" in page
    assert "| one of `en`, `fr`, `zh-hans`, `ro`, `ar` | `en` |" in page
    assert "| path | empty |" in page
    assert documented.gate() == []


def test_a_settings_page_that_lags_behind_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(documented, "PAGE", tmp_path / "settings.md")
    monkeypatch.setattr(documented, "ROOT", tmp_path)
    documented.write()
    assert documented.gate() == []
    documented.PAGE.write_text(
        documented.page().replace("ISTHMUS_THREADS", "ISTHMUS_WORKERS"), encoding="utf-8"
    )
    assert ["ISTHMUS_THREADS" in line for line in documented.gate()] == [True]
    documented.PAGE.write_text(documented.page() + "More.\n", encoding="utf-8")
    assert documented.gate() == ["docs/guide/settings.md says more than the code"]
