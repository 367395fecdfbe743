"""The `course` command: one table of commands, and what every command has in common.

Errors that the course raises on purpose become one message and exit code 1; wrong usage is 2, Ctrl-C 130. Help is plain
text (no boxes), so that it reads well in 60 columns and in a screen reader. Nothing heavy is imported before a command
needs it: `course --help` must answer at once. https://typer.tiangolo.com
"""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from course.commands import authors, checks, lab, lessons, models, provider
from course.terminal import complain
from stages.s2_llms.errors import CourseError


class CourseGroup(TyperGroup):
    """The commands in the order of the table, with expected errors told in one message."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except CourseError as exc:
            complain(str(exc))
            raise typer.Exit(1) from exc


app = typer.Typer(
    cls=CourseGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def start(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """The learner's tools. Without a command: `course lab`.

    \b
    Examples:
      course              start JupyterLab on the first page
      course doctor       check this machine
      course open s2.1    open a lesson

    Exit codes: 0 all is well; 1 a problem was found, and said; 2 wrong usage; 130 stopped with Ctrl-C.
    """
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("ai-engineering-course"))
    elif ctx.invoked_subcommand is None:
        lab.lab()


COMMANDS: dict[str, Callable[..., None]] = {
    "lab": lab.lab,
    "demo": lab.demo,
    "doctor": checks.doctor,
    "models": models.models,
    "list": lessons.list_lessons,
    "open": lab.open_lesson,
    "progress": lessons.progress,
    "check": checks.check,
}
GROUPS = {"provider": provider.app, "notebooks": authors.app}

for name, command in COMMANDS.items():
    app.command(name)(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Windows may not know every letter of a title
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    app(prog_name="course")
