"""What the provider takes from the environment, and what it refuses."""

from pathlib import Path

import pytest

from practice_provider.settings import Settings, SettingsError


def test_without_variables_the_defaults_hold():
    assert Settings.from_env({"PATH": "/bin"}) == Settings(1.0, "127.0.0.1", 32 * 1024 * 1024, None)


def test_speed_and_home_are_read(tmp_path: Path):
    settings = Settings.from_env({"PRACTICE_SPEED": "2.5", "PRACTICE_HOME": str(tmp_path / "new")})
    assert (settings.speed, settings.home) == (2.5, tmp_path / "new")


def test_an_empty_variable_counts_as_not_set():
    assert Settings.from_env({"PRACTICE_SPEED": "", "PRACTICE_HOME": ""}) == Settings()


@pytest.mark.parametrize("value", ["fast", "-1", "nan", "inf", "1,5"])
def test_a_speed_that_is_none_is_refused_with_its_value(value: str):
    with pytest.raises(SettingsError, match=f"PRACTICE_SPEED='{value}'"):
        Settings.from_env({"PRACTICE_SPEED": value})


@pytest.mark.parametrize(
    ("name", "near"),
    [("PRACTICE_SPEDE", "PRACTICE_SPEED"), ("PRACTICE_HOUSE", "PRACTICE_HOME"), ("PRACTICE_", "PRACTICE_")],
)
def test_an_unknown_variable_names_the_nearest_known_one(name: str, near: str):
    with pytest.raises(SettingsError, match=f"unknown variable {name}: did you mean {near}"):
        Settings.from_env({name: "1"})


def test_a_home_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="is a file"):
        Settings.from_env({"PRACTICE_HOME": str(tmp_path / "file")})
