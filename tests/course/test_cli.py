"""What every `course` command has in common: help, exit codes, errors, plain text, speed."""

import json
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from course.cli import app

HEAVY = (
    "jupyterlab",
    "nbformat",
    "nbclient",
    "streamlit",
    "openai",
    "anthropic",
    "google.genai",
    "numpy",
    "rich.table",
)
COMMANDS = [
    (),
    ("lab",),
    ("demo",),
    ("doctor",),
    ("models",),
    ("list",),
    ("open",),
    ("progress",),
    ("check",),
    *[("provider", name) for name in ("start", "stop", "status", "logs", "kinds", "fault", "journal", "reset")],
    *[("notebooks", name) for name in ("run", "clean", "new")],
]


def names(group):
    """All commands below a group, as tuples of words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from ((name, *rest) for rest in names(command))
        else:
            yield (name,)


def help_of(command, columns):
    return CliRunner().invoke(app, [*command, "--help"], terminal_width=columns, prog_name="course")


def test_the_list_of_commands_in_this_test_is_complete():
    assert {(), *names(typer.main.get_command(app))} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_fits_into_60_columns_and_names_the_exit_codes(command):
    result = help_of(command, 60)
    assert result.exit_code == 0
    assert [line for line in result.output.splitlines() if len(line) > 60] == []
    assert "Exit codes: 0" in result.output


def test_the_list_of_commands_is_not_cut_off_in_80_columns():
    for group in ((), ("provider",), ("notebooks",)):
        assert "..." not in help_of(group, 80).output.replace("[ARGS]...", "")


def test_help_loads_nothing_heavy():
    script = f"import sys, course.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_and_errors_are_plain_text_when_nobody_looks_at_a_terminal(course):
    assert "\x1b" not in course("--help").stdout
    error = course("open", "s9.9")
    assert error.returncode == 1
    assert error.stderr.startswith("Error: There is no lesson 's9.9'.")
    assert "\x1b" not in error.stdout + error.stderr


def test_wrong_usage_ends_with_2_and_says_where_help_is(course):
    result = course("opne")
    assert result.returncode == 2
    assert "course -h" in result.stderr


def test_a_mistyped_variable_is_an_error_without_a_traceback(course):
    result = course("list", COURSE_HOEM="x")
    assert result.returncode == 1
    assert "Did you mean COURSE_HOME?" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_version_is_printed(course):
    assert course("--version").stdout.strip()[0].isdigit()


def test_the_command_works_from_any_folder_and_lists_the_notebooks_entries(course, repository):
    rows = json.loads(course("list", "--json").stdout)
    for row in rows:
        entry = json.loads((repository / row["file"]).read_text(encoding="utf-8"))["metadata"]["course"]
        assert (row["id"], row["title"], row["minutes"]) == (entry["id"], entry["title"], entry["minutes"])
    assert [row["id"] for row in rows][:1] == ["0"]
    assert "s2.1" in [row["id"] for row in rows]


def test_an_unknown_lesson_is_answered_with_the_nearest_ones(course):
    said = course("open", "s2.77").stderr
    assert "Did you mean s2." in said
    assert "course list" in said


def test_progress_counts_each_solved_exercise_once(course, course_environment):
    from pathlib import Path

    from course.exercises.registry import load
    from course.progress import Progress

    first = load("s2.1")[0].id
    kept = Progress(Path(course_environment["COURSE_HOME"]))
    for outcome in ("incorrect", "correct", "correct"):
        kept.add("s2.1", first, outcome)
    kept.add("s2.1", "an-exercise-that-is-no-more", "correct")
    data = json.loads(course("progress", "--json").stdout)
    row = next(lesson for lesson in data["lessons"] if lesson["id"] == "s2.1")
    assert (data["solved"], row["solved"], row["state"]) == (1, 1, "begun")
    assert f"1 of {row['exercises']}" in course("progress").stdout


def test_lines_of_list_and_progress_fit_into_60_columns(course):
    for command in ("list", "progress"):
        assert [line for line in course(command, COLUMNS="60").stdout.splitlines() if len(line) > 60] == []
