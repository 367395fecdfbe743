"""Is this machine ready for the course? A table of checks; each says what it saw and, if that is bad, what to do.

Nothing is changed and nothing is sent: the checks read, start a kernel and a practice provider, and stop them again.
"""

from collections.abc import Iterator, Mapping

from .finding import Check, Finding, failed
from .installed import kernel, keys, packages, progress_file, provider, settings, weights
from .machine import disk, folder, memory, ports, proxy, python

__all__ = ["CHECKS", "Finding", "examine"]

CHECKS: dict[str, Check] = {
    "Python": python,
    "Packages": packages,
    "Embedding weights": weights,
    "Disk": disk,
    "Memory": memory,
    "Your folder": folder,
    "Progress": progress_file,
    "Ports": ports,
    "Proxy": proxy,
    "Settings": settings,
    "Keys": keys,
    "Practice provider": provider,
    "Kernel": kernel,
}


def examine(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Make all checks, one after the other; each finding comes as soon as it is known."""
    for name, check in CHECKS.items():
        try:
            yield check(name, environ)
        except OSError as exc:
            yield failed(name, f"could not be checked: {exc}", "Read the message; it is the operating system's own.")
