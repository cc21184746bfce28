import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from pydantic import ValidationError

from isthmus.kit.config import Config, parse_env_file, read_config, variable_names
from isthmus.kit.errors import BadInput, FieldFault


def faults_of(environment):
    with pytest.raises(BadInput) as caught:
        read_config(environment)
    assert caught.value.code == "config.invalid"
    assert caught.value.message.startswith("The settings cannot be used: ")
    return [fault.where for fault in caught.value.faults]


@pytest.fixture
def home(tmp_path):
    def write(text, encoding="utf-8"):
        (tmp_path / "isthmus.env").write_text(text, encoding=encoding)
        return {"ISTHMUS_HOME": str(tmp_path)}

    return write


class TestDefaults:
    def test_a_node_needs_no_settings(self):
        config = read_config({})
        assert config == Config()
        assert (config.node_id, config.url, config.bind) == (
            "node",
            "http://localhost:8000",
            "127.0.0.1:8000",
        )
        assert (config.home, config.language, config.time_zone) == (Path("var/node"), "en", "UTC")
        assert (config.reachable, config.debug, config.trusted_proxy) == (True, False, False)

    def test_paths_follow_the_home_folder(self):
        config = Config(home=Path("/srv/node"))
        assert config.database_address == "sqlite:////srv/node/node.sqlite3"
        assert config.keys_folder == Path("/srv/node/keys")
        assert config.passphrase_path == Path("/srv/node/passphrase")

    def test_paths_may_be_given(self):
        config = Config(database="postgres://u@h/db", passphrase_file=Path("/run/secret"))
        assert config.database_address == "postgres://u@h/db"
        assert config.passphrase_path == Path("/run/secret")

    def test_the_tolerance_of_clocks(self):
        assert Config(clock_tolerance_hours=2).clock_tolerance == timedelta(hours=2)

    def test_a_partner_is_called_where_its_card_says_unless_a_route_is_set(self):
        config = Config(routes="cn=http://10.0.0.5:8000, la=https://node.example.org")
        assert config.route_to("cn", "https://cn.example") == "http://10.0.0.5:8000"
        assert config.route_to("la", "https://la.example") == "https://node.example.org"
        assert config.route_to("md", "https://md.example") == "https://md.example"
        assert Config().route_to("cn", "https://cn.example") == "https://cn.example"

    @pytest.mark.parametrize("wrong", ["cn", "CN=http://x", "cn=ftp://x", "cn=http://x/path", "=http://x"])
    def test_a_route_names_a_node_and_an_address(self, wrong):
        assert faults_of({"ISTHMUS_ROUTES": wrong}) == ["ISTHMUS_ROUTES"]

    def test_the_tolerance_of_a_request_is_shorter_than_that_of_a_record(self):
        assert Config().request_tolerance == timedelta(hours=1) < Config().clock_tolerance

    def test_backups_are_locked_for_public_keys_and_nothing_else(self):
        first, second = "age1" + "q" * 58, "age1" + "z" * 58
        assert Config().backup_keys == ()
        assert Config(backup_recipients=f"{first}, {second},").backup_keys == (first, second)
        for wrong in ("age1short", first.upper(), f"{first};{second}", "AGE-SECRET-KEY-1" + "Q" * 58):
            assert faults_of({"ISTHMUS_BACKUP_RECIPIENTS": wrong}) == ["ISTHMUS_BACKUP_RECIPIENTS"]

    def test_cannot_be_changed(self):
        with pytest.raises(ValidationError):
            Config().debug = True

    def test_every_variable_has_a_description(self):
        assert all(field.description for field in Config.model_fields.values())
        assert variable_names()[:3] == ("ISTHMUS_HOME", "ISTHMUS_NODE_ID", "ISTHMUS_NODE_NAME")
        assert len(variable_names()) == len(Config.model_fields)


class TestVariables:
    def test_are_read_by_their_kind(self):
        config = read_config(
            {
                "ISTHMUS_NODE_ID": "mm",
                "ISTHMUS_COUNTRY": "MM",
                "ISTHMUS_REACHABLE": "no",
                "ISTHMUS_THREADS": "8",
                "ISTHMUS_POLL_SECONDS": "0.5",
                "ISTHMUS_TIME_ZONE": "Asia/Yangon",
                "ISTHMUS_DATABASE": "sqlite:///node.db",
                "PATH": "/usr/bin",
            }
        )
        assert (config.node_id, config.country, config.reachable) == ("mm", "MM", False)
        assert (config.threads, config.poll_seconds, config.time_zone) == (8, 0.5, "Asia/Yangon")
        assert config.database_address == "sqlite:///node.db"

    def test_an_empty_one_counts_as_not_given(self):
        assert read_config({"ISTHMUS_THREADS": "", "ISTHMUS_HOME": ""}) == Config()

    def test_those_of_the_tests_are_passed_over(self):
        assert read_config({"ISTHMUS_CONFORMANCE_DATA": "x", "ISTHMUS_TEST_DATABASE": "y"}) == Config()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("NODE_ID", "Myanmar"),
            ("NODE_NAME", "x" * 65),
            ("COUNTRY", "mm"),
            ("COUNTRY", "MMR"),
            ("URL", "localhost:8000"),
            ("URL", "ftp://node.example.org"),
            ("URL", "http://"),
            ("URL", "http://node.example.org/path"),
            ("URL", "http://node.example.org?x=1"),
            ("URL", "http://node.example.org#top"),
            ("URL", "http://user:word@node.example.org"),
            ("URL", "http://node.example.org:99999"),
            ("URL", "http://node.example.org:0"),
            ("URL", "http://[::1"),
            ("REACHABLE", "perhaps"),
            ("BIND", "8000"),
            ("DATABASE", "mysql://host/db"),
            ("LANGUAGE", "de"),
            ("TIME_ZONE", "Mars/Olympus"),
            ("TIME_ZONE", "../etc/passwd"),
            ("TIME_ZONE", "Asia"),
            ("THREADS", "0"),
            ("THREADS", "many"),
            ("POLL_SECONDS", "0"),
            ("RETRY_LIMIT_SECONDS", "0"),
            ("REQUEST_TIMEOUT_SECONDS", "-1"),
            ("ALARM_HOURS", "0"),
            ("CLOCK_TOLERANCE_HOURS", "-1"),
            ("LOG_LEVEL", "LOUD"),
            ("LOG_FORMAT", "xml"),
            ("UNKNOWN", "x"),
        ],
    )
    def test_a_wrong_one_is_named(self, name, value):
        assert faults_of({f"ISTHMUS_{name}": value}) == [f"ISTHMUS_{name}"]

    def test_all_wrong_ones_are_named_at_once(self):
        wrong = {"ISTHMUS_THREADS": "0", "ISTHMUS_COUNTRY": "x", "ISTHMUS_SPELT_WRONG": "1"}
        assert faults_of(wrong) == ["ISTHMUS_SPELT_WRONG", "ISTHMUS_COUNTRY", "ISTHMUS_THREADS"]

    @pytest.mark.parametrize(
        "address", ["https://node.example.org", "http://localhost:8001", "http://[::1]:8000"]
    )
    def test_an_address_loses_its_last_slash(self, address):
        assert read_config({"ISTHMUS_URL": address}).url == address
        assert read_config({"ISTHMUS_URL": f"{address}/"}).url == address

    def test_a_name_is_kept_composed(self):
        assert read_config({"ISTHMUS_NODE_NAME": "Cafe\u0301"}).node_name == "Café"


class TestEnvFile:
    def test_lines_are_names_and_values(self):
        text = "# comment\n\n ISTHMUS_NODE_ID = mm \nISTHMUS_NODE_NAME=\"Customs = good\"\nISTHMUS_URL='http://a'\n"
        assert parse_env_file(text) == {
            "ISTHMUS_NODE_ID": "mm",
            "ISTHMUS_NODE_NAME": "Customs = good",
            "ISTHMUS_URL": "http://a",
        }

    def test_another_line_is_named_by_its_number(self):
        with pytest.raises(BadInput) as caught:
            parse_env_file("ISTHMUS_NODE_ID=mm\n\nISTHMUS_DEBUG\n")
        assert caught.value.code == "config.env-file"
        assert caught.value.message == "isthmus.env, line 3: is not of the form NAME=value."
        assert caught.value.faults == (FieldFault("line 3", "is not of the form NAME=value"),)

    def test_is_read_from_the_home_folder(self, home):
        assert read_config(home("ISTHMUS_NODE_ID=mm\nISTHMUS_THREADS=2\n")).node_id == "mm"

    def test_the_environment_goes_before_the_file(self, home):
        environment = home("ISTHMUS_NODE_ID=mm\nISTHMUS_THREADS=2\n")
        config = read_config({**environment, "ISTHMUS_NODE_ID": "cn"})
        assert (config.node_id, config.threads) == ("cn", 2)

    def test_a_foreign_name_in_it_is_refused(self, home):
        assert faults_of(home("NODE_ID=mm\n")) == ["NODE_ID"]

    def test_a_mark_before_the_first_line_does_no_harm(self, home):
        assert read_config(home("ISTHMUS_NODE_ID=mm\n", encoding="utf-8-sig")).node_id == "mm"

    def test_what_is_not_utf_8_is_refused(self, home):
        with pytest.raises(BadInput) as caught:
            read_config(home("ISTHMUS_NODE_NAME=Café\n", encoding="latin-1"))
        assert caught.value.code == "config.env-file"
        assert caught.value.message.endswith("isthmus.env is not UTF-8 text.")


def test_a_look_at_the_settings_runs_no_code_of_the_model():
    # It happens several times in each exchange and each page.
    seen: list[str] = []
    assert settings.ISTHMUS
    sys.setprofile(lambda frame, event, _: seen.append(frame.f_code.co_qualname) if event == "call" else None)
    try:
        assert settings.ISTHMUS.node_id
    finally:
        sys.setprofile(None)
    assert set(seen) <= {"LazyObject.__getattribute__", "LazySettings.__getattr__"}
