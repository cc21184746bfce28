"""What every application keeps to: really registered, the same rooms, nothing of another application."""

import ast
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import Model

from isthmus.exchange.application import Application

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "isthmus"
APPLICATIONS = sorted(path.parent for path in (SOURCES / "apps").glob("*/__init__.py"))
OURS = [config for config in apps.get_app_configs() if config.name.startswith("isthmus.")]
LAYERS = [
    "isthmus.ui",
    "isthmus.search",
    "isthmus.jobs",
    "isthmus.accounts",
    "isthmus.trust",
    "isthmus.exchange",
]
ROOMS = {
    "analytics",
    "api",
    "apps",
    "cli",
    "documents",
    "feeds",
    "formats",
    "forms",
    "house",
    "houses",
    "jobs",
    "kernel",
    "migrations",
    "models",
    "params",
    "queries",
    "records",
    "rules",
    "schemas",
    "sections",
    "services",
    "sinks",
    "static",
    "templates",
    "templatetags",
    "urls",
    "views",
    "wording",
}


def named(items: list[Path]) -> list[str]:
    return [item.name for item in items]


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_the_registered_configuration_is_our_own(config: AppConfig):
    """Django falls back to a plain AppConfig, silently, where a module holds two candidates."""
    assert type(config).__module__ == f"{config.name}.apps"
    assert type(config).__dict__["default"] is True


def test_every_folder_with_an_apps_module_is_installed():
    folders = {path.parent for path in SOURCES.rglob("apps.py")}
    assert folders == {Path(config.path) for config in OURS}


def test_every_application_folder_is_an_application_of_the_node():
    assert {f"isthmus.apps.{path.name}" for path in APPLICATIONS} == set(settings.ISTHMUS_APPLICATIONS)
    for path in APPLICATIONS:
        application = apps.get_app_config(path.name).application
        assert isinstance(application, Application)
        assert application.name == path.name


def unknown_rooms(house: Path) -> list[str]:
    """Entries of a house that are neither a room nor a house of the same kind within it."""
    found = []
    for entry in sorted(house.iterdir()):
        name = entry.name.removesuffix(".py")
        # A room that has grown is split by meaning: ``desk_forms`` stands beside ``forms``.
        if name in {"__init__", "__pycache__"} or ROOMS.intersection([name, *name.split("_")]):
            continue
        if entry.is_dir() and (entry / "__init__.py").is_file():
            found += [f"{name}/{inner}" for inner in unknown_rooms(entry)]
        else:
            found.append(entry.name)
    return found


@pytest.mark.parametrize("house", APPLICATIONS, ids=named(APPLICATIONS))
def test_an_application_has_the_rooms_that_all_have(house: Path):
    assert unknown_rooms(house) == []


def test_a_room_of_its_own_making_is_named(tmp_path: Path):
    (tmp_path / "tariff").mkdir()
    for name in (
        "__init__.py",
        "models.py",
        "tariff/__init__.py",
        "tariff/rules.py",
        "tariff/stuff.py",
        "desk_forms.py",
        "x.py",
    ):
        (tmp_path / name).write_text("")
    assert unknown_rooms(tmp_path) == ["tariff/stuff.py", "x.py"]


@pytest.mark.parametrize("house", APPLICATIONS, ids=named(APPLICATIONS))
def test_an_application_says_what_it_is_for_and_does_nothing_on_import(house: Path):
    body = ast.parse((house / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)


def rank(name: str) -> int:
    """The height of an application's layer; all folders of ``apps`` stand on one height."""
    return LAYERS.index(name) if name in LAYERS else len(LAYERS)


def related(model: type[Model]) -> list[type[Model]]:
    fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field.related_model for field in fields if isinstance(field.related_model, type)]


@pytest.mark.parametrize(
    "model", [model for config in OURS for model in config.get_models()], ids=lambda model: model._meta.label
)
def test_foreign_keys_stay_in_the_application_or_point_down(model: type[Model]):
    own = model._meta.app_config.name
    for other in related(model):
        name = other._meta.app_config.name
        assert name == own or not name.startswith("isthmus.") or rank(name) < rank(own), other._meta.label
