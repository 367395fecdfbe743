"""Settings and keys from the file .env reach what the course command starts."""

import os
from pathlib import Path

import pytest

from course.commands import lab


def test_env_file_adds_what_is_not_set_and_says_names_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-from-the-file\nCOURSE_LEARNER=from-the-file\nEMPTY=\n", "utf-8")
    monkeypatch.setattr(lab, "DOTENV", tmp_path / ".env")
    monkeypatch.setattr(os, "environ", {"COURSE_LEARNER": "from-the-environment"})
    lab._read_dotenv()
    assert os.environ == {"COURSE_LEARNER": "from-the-environment", "OPENAI_API_KEY": "sk-from-the-file"}
    said = capsys.readouterr().out
    assert "OPENAI_API_KEY" in said
    assert "sk-from-the-file" not in said


def test_without_the_file_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "DOTENV", tmp_path / ".env")
    lab._read_dotenv()
    assert capsys.readouterr().out == ""
