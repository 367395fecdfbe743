"""Checks of the machine: Python, disk, memory, the learner's folder, ports, proxy."""

import os
import platform
import shutil
import sys
import tempfile
import urllib.parse
from collections.abc import Mapping

from course.paths import REPOSITORY, home

from .finding import Finding, failed, ok, warning

OLDEST, TOO_NEW = (3, 11), (3, 14)
GIB = 1024**3
DISK_NEEDED_GIB, DISK_WANTED_GIB = 0.2, 2.0
MEMORY_NEEDED_GIB, MEMORY_WANTED_GIB = 0.5, 2.0
PORTS = {8888: "JupyterLab", 8501: "the support desk"}
PROXY_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
LOOPBACK = ("127.0.0.1", "localhost")


def python(name: str, environ: Mapping[str, str]) -> Finding:
    """A Python that the course supports, in the project's own environment, with 64 bits."""
    found = f"{platform.python_version()} at {sys.executable}"
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        fix = "Install Python 3.11, 3.12 or 3.13 from python.org, and run `python3 start.py` with it."
        return failed(name, found, fix)
    if sys.maxsize < 2**32:
        return failed(name, f"{found}, a 32-bit build", "Install a 64-bit Python and run `python3 start.py` with it.")
    if sys.prefix == sys.base_prefix:
        return warning(name, f"{found}, not in an environment of its own", "Run `python3 start.py` once; it makes one.")
    return ok(name, found)


def disk(name: str, environ: Mapping[str, str]) -> Finding:
    """Room for notebooks, logs and what lessons write."""
    free = shutil.disk_usage(REPOSITORY).free / GIB
    text = f"{free:.1f} GiB free where the course is"
    if free < DISK_NEEDED_GIB:
        return failed(name, text, "Free at least 2 GiB: empty the trash, or delete what you do not need.")
    if free < DISK_WANTED_GIB:
        return warning(name, text, "2 GiB are comfortable: lessons write indexes and logs.")
    return ok(name, text)


def memory(name: str, environ: Mapping[str, str]) -> Finding:
    """Memory that is free now, for JupyterLab, a kernel and the practice provider."""
    import psutil

    memory = psutil.virtual_memory()
    text = f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GiB available"
    if memory.available / GIB < MEMORY_NEEDED_GIB:
        return failed(name, text, "Close other programs: the course needs half a GiB, better two.")
    if memory.available / GIB < MEMORY_WANTED_GIB:
        return warning(name, text, "Close other programs: two GiB are comfortable.")
    return ok(name, text)


def folder(name: str, environ: Mapping[str, str]) -> Finding:
    """The learner's folder can be written to."""
    place = home(environ)
    try:
        existing = next(p for p in (place, *place.parents) if p.exists())
        with tempfile.NamedTemporaryFile(dir=existing):
            pass
    except (OSError, StopIteration) as exc:
        fix = "Give yourself the right to write there, or name another folder in COURSE_HOME."
        return failed(name, f"{place} cannot be written to: {exc}", fix)
    return ok(name, f"{place} can be written to")


def ports(name: str, environ: Mapping[str, str]) -> Finding:
    """The usual ports; a busy one is no problem, because the next free one is taken."""
    from course.lab import free_port, running

    busy = [f"{port} ({what})" for port, what in PORTS.items() if free_port(port) != port]
    if lab := running(home(environ)):
        return ok(name, f"JupyterLab of this course runs on port {lab.port}")
    if busy:
        return ok(name, f"{', '.join(busy)} used by another program; the next free one will be taken")
    return ok(name, f"{' and '.join(map(str, PORTS))} are free")


def proxy(name: str, environ: Mapping[str, str]) -> Finding:
    """A proxy that is told to leave this machine's own addresses alone."""
    upper = {key.upper(): value for key, value in environ.items() if value}
    set_here = [f"{key}={_without_password(upper[key])}" for key in PROXY_NAMES if key in upper]
    if not set_here:
        return ok(name, "no proxy is set")
    spared = {part.strip() for part in upper.get("NO_PROXY", "").split(",")}
    if "*" in spared or spared >= set(LOOPBACK):
        return ok(name, f"{', '.join(set_here)}; NO_PROXY spares this machine")
    value = ",".join([*filter(None, sorted(spared)), *(host for host in LOOPBACK if host not in spared)])
    command = f"setx NO_PROXY {value}" if os.name == "nt" else f"export NO_PROXY={value}"
    fix = f"The course's own commands do it by themselves. For programs that you start yourself: {command}"
    return warning(name, f"{', '.join(set_here)}, and NO_PROXY does not spare this machine", fix)


def _without_password(address: str) -> str:
    """A proxy's address without the user name and password that may stand in it.

    >>> _without_password("http://ada:secret@proxy.example:3128")
    'http://…@proxy.example:3128'
    """
    parts = urllib.parse.urlsplit(address if "//" in address else f"//{address}")
    return address.replace(parts.netloc, f"…@{parts.netloc.rpartition('@')[2]}") if "@" in parts.netloc else address
