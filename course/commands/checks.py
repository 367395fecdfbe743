"""`course doctor` and `course check`: is this machine ready, and do the notebooks still say what they say?"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course.paths import notebook_files, shown
from course.terminal import Progress, columns, say, say_json, wrapped

if TYPE_CHECKING:
    from course.doctor import Finding
    from course.execution import CellReport

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]


def doctor(as_json: Json = False) -> None:
    """Check that this machine is ready.

    Everything that the course needs is tried, and each failed line says what to do. Keys are never shown.

    \b
    Examples:
      course doctor
      course doctor --json

    Exit codes: 0 ready (there may be warnings); 1 something that the course needs is missing.
    """
    from course.doctor import CHECKS, examine

    findings: list[Finding] = []
    with Progress("Checking", "check") as progress:
        for number, finding in enumerate(examine(os.environ), 1):
            progress.at(min(number + 1, len(CHECKS)), len(CHECKS))
            findings.append(finding)
    failed = [f for f in findings if f.outcome == "failed"]
    if as_json:
        say_json({"ready": not failed, "checks": [vars(finding) for finding in findings]})
    else:
        _say_findings(findings)
    raise typer.Exit(1 if failed else 0)


def _say_findings(findings: "list[Finding]") -> None:
    from course.terminal import STYLES

    for finding in findings:
        style = None if finding.outcome == "ok" else STYLES[finding.outcome]
        for line in columns([(f"{finding.outcome:<7}", f"{finding.name}: {finding.text}")]):
            say(line, style)
        if finding.fix:
            say(wrapped(f"What to do: {finding.fix}", " " * 9))
    say()
    failed = sum(f.outcome == "failed" for f in findings)
    warnings = sum(f.outcome == "warning" for f in findings)
    verdict = f"{failed} of {len(findings)} checks failed." if failed else "Ready: the course can run here."
    say(verdict + (f" Warnings: {warnings}." if warnings else ""))


def check(
    notebooks: Annotated[list[Path], typer.Argument(help="Notebooks, or folders with notebooks.")],
    timeout_s: Annotated[int, typer.Option("--timeout-s", min=1, help="Seconds that one cell may take.")] = 600,
    as_json: Json = False,
) -> None:
    """Execute again, compare with what is saved.

    Each notebook gets a fresh kernel, and every output must be the same as the saved one. The files are not changed.
    The run has its own empty learner's folder and the practice provider, whatever COURSE_PROVIDER says, so it costs
    nothing. Pictures are not compared.

    \b
    Examples:
      course check notebooks/s2_llms/01_first_calls.ipynb
      course check notebooks

    Exit codes: 0 all the same; 1 a cell differs or fails; 2 wrong usage.
    """
    from course.execution import clean_environment, compare

    paths = notebook_files(notebooks)
    with clean_environment(os.environ) as environ, Progress("Checking") as progress:
        reports = []
        for report in compare(paths, environ, timeout_s=timeout_s):
            progress.at(report.cell, report.cells)
            reports.append(report)
    failed = [report for report in reports if report.outcome == "failed"]
    if as_json:
        say_json({"same": not failed, "cells": [vars(report) for report in reports]})
    else:
        for path in paths:
            _say_notebook(path, [report for report in reports if report.notebook == str(path)])
    raise typer.Exit(1 if failed else 0)


def _say_notebook(path: Path, reports: "Iterable[CellReport]") -> None:
    reports = list(reports)
    failed = [report for report in reports if report.outcome == "failed"]
    if not failed:
        say(wrapped(f"{shown(path)}: all {len(reports)} cells give the saved outputs."))
        return
    say(wrapped(f"{shown(path)}: {len(failed)} of {len(reports)} cells differ or fail."), "bold red")
    for report in failed:
        say(f"  {report.label}")
        for line in report.problem.splitlines():
            say(f"    {line}")
