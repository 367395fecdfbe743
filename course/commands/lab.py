"""`course lab`, `course open` and `course demo`: the three commands that end in a page in the browser."""

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course.paths import DOTENV, START_HERE, home, shown
from course.terminal import say, wrapped
from stages.s2_llms.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.lab import RunningLab

NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Print the address only, open no browser.")]
LabPort = Annotated[int, typer.Option(min=1, max=65535, help="Port to try first; the next free one is taken.")]


def lab(no_browser: NoBrowser = False, port: LabPort = 8888) -> None:
    """Start JupyterLab on the first page.

    Finds or starts the practice provider, then JupyterLab in this terminal; Ctrl-C stops both. If JupyterLab already
    runs, its address is printed and nothing is started.

    \b
    Examples:
      course lab
      course lab --no-browser --port 9000

    Exit codes: 0 stopped by you, or one runs already; 1 it could not start; 2 wrong usage.
    """
    show(START_HERE, browser=not no_browser, port=port)


def open_lesson(
    lesson: Annotated[str, typer.Argument(help="A lesson's id, as `course list` shows it.")],
    no_browser: NoBrowser = False,
    port: LabPort = 8888,
) -> None:
    """Open one lesson.

    It opens in the JupyterLab that runs; if none does, one is started.

    \b
    Examples:
      course open s2.1
      course open s2.3 --no-browser

    Exit codes: 0 opened; 1 there is no such lesson, or JupyterLab could not start; 2 wrong usage.
    """
    from course.lessons import catalogue, find

    show(find(lesson, catalogue()).file, browser=not no_browser, port=port)


def demo(
    no_browser: NoBrowser = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to try first; the next free one is taken.")] = 8501,
) -> None:
    """Start the support desk (Streamlit).

    Finds or starts the practice provider, then the Streamlit app in this terminal; Ctrl-C stops both.

    \b
    Examples:
      course demo
      course demo --no-browser

    Exit codes: 0 stopped by you; 1 it could not start; 2 wrong usage.
    """
    from course.demo import serve
    from course.lab import free_port
    from stages.s2_llms.practice import find_or_start

    _read_dotenv()
    folder = home(os.environ)
    provider = find_or_start(folder / "provider", owner_pid=os.getpid())
    chosen = free_port(port)
    _say_if_busy(port, chosen)
    say(f"Practice provider: {provider.url}")
    say("Starting the support desk. This takes some seconds.")
    serve(chosen, folder, lambda: _announce("The support desk", f"http://127.0.0.1:{chosen}", not no_browser))
    say("The support desk is stopped.")


def show(notebook: Path, *, browser: bool, port: int) -> None:
    """Open this notebook in the JupyterLab that runs, or start one on it."""
    from course import lab as jupyter

    if not notebook.is_file():
        raise CourseError(f"{shown(notebook)} is missing: take it back with `git checkout -- {shown(notebook)}`.")
    _read_dotenv()
    folder = home(os.environ)
    try:
        with jupyter.only_one(folder) as write_down:
            _start(notebook, folder, write_down, browser, port)
    except jupyter.LabRuns:
        other = jupyter.wait_for(folder)
        say(f"JupyterLab already runs (process {other.pid}). Nothing new was started.")
        _announce(shown(notebook), other.address(notebook), browser, stop=False)


def _start(notebook: Path, folder: Path, write_down: "Callable[[RunningLab], None]", browser: bool, port: int) -> None:
    from course import lab as jupyter
    from stages.s2_llms.practice import find_or_start, without_proxy

    provider = find_or_start(folder / "provider", owner_pid=os.getpid())
    chosen = jupyter.free_port(port)
    _say_if_busy(port, chosen)
    say(f"Practice provider: {provider.url}")
    say("Starting JupyterLab. This takes some seconds.")
    this = jupyter.RunningLab(chosen, secrets.token_urlsafe(24), os.getpid())
    write_down(this)
    address = this.address(notebook)
    jupyter.serve(this, folder, without_proxy(os.environ), lambda: _announce(shown(notebook), address, browser))
    say("JupyterLab is stopped. Your work is saved in the notebooks; your progress in `course progress`.")


def _read_dotenv() -> None:
    """Take settings and keys from the file .env; what is in the environment already wins. Says names, never values."""
    from dotenv import dotenv_values

    given = {name: value for name, value in dotenv_values(DOTENV).items() if value and name not in os.environ}
    if given:
        os.environ.update(given)
        say(f"From .env: {', '.join(given)}.")


def _announce(what: str, address: str, browser: bool, *, stop: bool = True) -> None:
    from course.lab import open_browser

    say()
    say(f"{what} is open at:")
    say(f"  {address}", "bold")
    if browser and not open_browser(address):
        say("No browser window could be opened from here: copy the address into a browser.")
    if stop:
        say("Press Ctrl-C in this terminal to stop.")
    sys.stdout.flush()


def _say_if_busy(wanted: int, chosen: int) -> None:
    if chosen != wanted:
        say(wrapped(f"Port {wanted} is used by another program, so port {chosen} is used."))
