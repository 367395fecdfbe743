"""`course models`: do the vendors still serve the names of the model table?"""

import os
from typing import Annotated

import typer

from course.terminal import Progress, columns, say, say_json

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]


def models(as_json: Json = False) -> None:
    """Ask which models of the table are retired.

    Each vendor whose key is set in the environment is asked for the models that the lessons use. That costs nothing.

    \b
    Examples:
      export ANTHROPIC_API_KEY=...
      course models
      course models --json

    Exit codes: 0 no name is unknown to its vendor; 1 one is, or asking for it failed.
    """
    from course.models import Checked, check
    from stages.s2_llms.providers import MODELS_CHECKED

    found: list[Checked] = []
    with Progress("Asking", "model") as progress:
        for number, checked in enumerate(check(os.environ), 1):
            progress.at(number, number)
            found.append(checked)
    unknown = [row.model for row in found if row.state == "unknown"]
    if as_json:
        say_json({"table_checked": MODELS_CHECKED, "models": [vars(row) for row in found]})
    else:
        for line in columns([(row.provider, row.use, row.model, f"{row.state} {row.note}".strip()) for row in found]):
            say(line)
        say(f"\nThe table is in stages/s2_llms/providers.py. Its names were last checked on {MODELS_CHECKED}.")
        if unknown:
            say(f"Not served to this key: {', '.join(unknown)}. Put a newer name into the table.", "bold red")
    raise typer.Exit(1 if any(row.state in ("unknown", "failed") for row in found) else 0)
