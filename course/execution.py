"""Run notebooks in fresh kernels: once for an author, who keeps the new outputs, and once to compare with the old.

A run never touches the learner's own state: it gets a home of its own, the practice provider, and no proxy on the way
to this machine. The strict comparison is nbval's, in a pytest of its own; `course.nbval_report` tells what it saw.
https://nbclient.readthedocs.io https://nbval.readthedocs.io
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.s2_llms.errors import CourseError
from stages.s2_llms.practice import without_proxy

from .lab import kernel_encryption
from .notebooks import Notebook
from .paths import REPOSITORY, shown

ANSI = re.compile(r"\x1b\[[0-9;]*m")
NBVAL_CONFIG = Path(__file__).with_name("nbval.ini")


@dataclass(frozen=True)
class CellReport:
    """What the strict run saw in one code cell. `outcome` is 'passed', 'failed' or 'skipped'."""

    notebook: str
    cell: int  # 1 is the first code cell
    cells: int  # how many code cells this notebook has
    label: str  # In[7]: and the first line of the cell
    outcome: str
    problem: str = ""


@contextlib.contextmanager
def clean_environment(environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment for a run that must come out the same on every machine; its home is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        ours = {"COURSE_HOME": folder, "COURSE_PROVIDER": "practice"}
        yield dict(environ) | ours | without_proxy(environ)


def execute(
    path: Path, notebook: Notebook, environ: Mapping[str, str], *, timeout_s: int, progress: Callable[[int, int], None]
) -> Notebook:
    """The notebook with the outputs of a fresh kernel, started in the notebook's folder.

    Raises:
        CourseError: a cell failed, or took longer than the timeout; the message shows the cell.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    code_cells = [i for i, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    counted = {index: number for number, index in enumerate(code_cells, 1)}

    def starting(cell_index: int, **_: Any) -> None:
        if cell_index in counted:
            progress(counted[cell_index], len(code_cells))

    client = NotebookClient(
        nbformat.from_dict(notebook),
        timeout=timeout_s,
        kernel_name="python3",
        config=Config(KernelManager={"transport_encryption": kernel_encryption()}),
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=starting,
    )
    try:
        with _interruptible(client):
            done: Notebook = client.execute(env=dict(environ), stderr=subprocess.DEVNULL)  # its log is not for authors
        return done
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as exc:
        raise CourseError(f"{shown(path)} was left as it is, because a cell failed:\n{plain(str(exc))}") from exc


def compare(paths: list[Path], environ: Mapping[str, str], *, timeout_s: int) -> Iterator[CellReport]:
    """Run the notebooks strictly and say for each code cell, as soon as it is done, how it compares.

    Raises:
        CourseError: the comparison itself could not run.
    """
    options = ["--nbval", f"--nbval-cell-timeout={timeout_s}", "-c", str(NBVAL_CONFIG), f"--rootdir={REPOSITORY}"]
    options += ["-p", "nbval.plugin", "-p", "course.nbval_report", "--capture=no", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *map(str, paths)]
    variables = dict(environ) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONIOENCODING": "utf-8"}
    variables.pop("PYTEST_ADDOPTS", None)
    said: list[str] = []
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as pytest:
        try:
            for line in pytest.stderr or ():
                if line.startswith('{"notebook"'):
                    yield CellReport(**json.loads(line))
                else:
                    said.append(line)
        finally:
            _stop(pytest)
    if pytest.returncode not in (0, 1, 5):  # passed, differences, a notebook without code
        raise CourseError(
            f"The comparison could not run (pytest ended with {pytest.returncode}):\n{''.join(said[-20:])}"
        )


def plain(text: str) -> str:
    """The text without terminal colours.

    >>> plain("\\x1b[31mred\\x1b[0m")
    'red'
    """
    return ANSI.sub("", text)


@contextlib.contextmanager
def _interruptible(client: Any) -> Iterator[None]:
    """Ctrl-C is Ctrl-C: nbclient takes the signal for itself, stops its kernel, and then trips over its absence."""
    try:
        yield
    except (AssertionError, RuntimeError) as exc:
        if getattr(client, "_async_cleanup_kernel_future", None) is not None:
            raise KeyboardInterrupt from exc
        raise


def _stop(process: "subprocess.Popen[str]") -> None:
    """Let it finish if it has, or interrupt it so that it can shut its kernel down."""
    if process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1 if os.name == "nt" else 5)
    if process.poll() is None:
        process.terminate()
