"""`course notebooks …`: for authors. Execute, bring to the normal form, begin a new lesson."""

import os
from pathlib import Path
from typing import Annotated

import typer

from course.paths import NOTEBOOKS, notebook_files, shown
from course.terminal import say, wrapped

app = typer.Typer(help="For authors: execute, clean, begin a new lesson.", no_args_is_help=True)
Files = Annotated[list[Path] | None, typer.Argument(help="Notebooks or folders; without any: all lessons.")]


@app.command()
def run(
    notebooks: Files = None,
    timeout_s: Annotated[int, typer.Option("--timeout-s", min=1, help="Seconds that one cell may take.")] = 600,
) -> None:
    """Execute in place, then clean.

    Each notebook gets a fresh kernel, with its own empty learner's folder and the practice provider. A notebook in
    which a cell fails is left as it was.

    \b
    Examples:
      course notebooks run notebooks/s2_llms
      course notebooks run

    Exit codes: 0 executed; 1 a cell failed, or an output names a folder of this machine; 2 wrong usage.
    """
    from course.execution import clean_environment, execute
    from course.notebooks import machine_paths, normalise, read, write
    from course.terminal import Progress

    complaints = []
    for path in notebook_files(notebooks or [NOTEBOOKS]):
        with clean_environment(os.environ) as environ, Progress(shown(path)) as progress:
            executed = execute(path, read(path), environ, timeout_s=timeout_s, progress=progress.at)
        normal = normalise(executed)
        write(path, normal)
        say(f"{shown(path)}: executed.")
        complaints += [f"{shown(path)}: {complaint}" for complaint in machine_paths(normal)]
    for complaint in complaints:
        say(wrapped(f"Change the cell: {complaint}."), "yellow")
    raise typer.Exit(1 if complaints else 0)


@app.command()
def clean(
    notebooks: Files = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; say what would change.")] = False,
) -> None:
    """Bring to the normal form.

    Nothing is executed. What changes from run to run or from machine to machine is taken out: counters, timings,
    ids, versions, the remarks in pictures.

    \b
    Examples:
      course notebooks clean
      course notebooks clean --check notebooks/s2_llms

    Exit codes: 0 all are in normal form now; 1 with --check, some are not; 2 wrong usage.
    """
    from course.notebooks import is_normal, normalise, read, write

    others = [path for path in notebook_files(notebooks or [NOTEBOOKS]) if not is_normal(path)]
    for path in others:
        if not check:
            write(path, normalise(read(path)))
        say(f"{shown(path)}: {'not in normal form' if check else 'cleaned'}.")
    if check and others:
        say("`course notebooks clean` does it.")
    elif not others:
        say("All notebooks are in normal form.")
    raise typer.Exit(1 if check and others else 0)


@app.command()
def new(
    lesson: Annotated[str, typer.Argument(help="The new lesson's id, for example s2.2.")],
    title: Annotated[str, typer.Argument(help="Its title.")],
    minutes: Annotated[int, typer.Option(min=1, help="How long a learner needs.")] = 30,
) -> None:
    """Lay out an empty lesson.

    It has the shape of every lesson and goes to the right place. Nothing is ever overwritten.

    \b
    Examples:
      course notebooks new s2.2 "Tools and structured output"

    Exit codes: 0 laid out; 1 there is such a lesson already; 2 wrong usage.
    """
    from course.template import lay_out

    path = lay_out(lesson, title, minutes)
    say(f"{shown(path)} is laid out. Next:")
    say(wrapped(f"course open {lesson.lower()}    write it", "  "))
    say(wrapped(f"course notebooks run {shown(path)}", "  "))
