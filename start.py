#!/usr/bin/env python3
# ruff: noqa: PTH100, PTH111, PTH118, PTH120, PTH207, RUF005, UP010, UP030, UP032
# mypy: ignore-errors
"""The one command of the course: makes the private environment .venv once, then opens the lessons.

    python3 start.py             the lessons, in JupyterLab
    python3 start.py demo        the app that the course builds, in your browser
    python3 start.py test        all checks of the course
    python3 start.py --help      the rest

This file only looks at the Python that runs it, so it is written for every Python since 2.7: an old one must get far
enough to say what is wrong. The work is done by requirements/install.py. Nothing outside this folder is changed,
except the package cache of uv.
"""

from __future__ import print_function

import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OLDEST, NEWEST = (3, 11), (3, 13)
SUPPORTED = ["3.13", "3.12", "3.11"]

# Where Pythons are found that may not be on PATH; {0} is "3.12", {1} is "312".
HIDING_PLACES = [
    "~/.pyenv/versions/{0}.*/bin/python3",
    "/opt/homebrew/bin/python{0}",
    "/usr/local/bin/python{0}",
    "/Library/Frameworks/Python.framework/Versions/{0}/bin/python3",
    "~/AppData/Local/Programs/Python/Python{1}/python.exe",
    "~/.pyenv/pyenv-win/versions/{0}.*/python.exe",
]

HOW_TO_GET_ONE = """\
  Debian, Ubuntu   sudo apt install python3 python3-venv      (Debian 12, Ubuntu 24.04 or newer)
  macOS            brew install python@3.13                   or the installer of python.org
  Windows          winget install Python.Python.3.13          or the installer of python.org
  anywhere         pyenv install 3.13, conda create -n course python=3.13, or uv python install 3.13"""


def pythons_on_this_machine():
    """Return the path of one Python for each supported version, newest first; nothing is started."""
    # pyenv's shims are left out: one stands for every version that is installed, and most of them only print an error
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if not folder.endswith("shims")]
    found = []
    for version in SUPPORTED:
        patterns = [os.path.join(folder, "python" + version) for folder in folders]
        patterns += [os.path.expanduser(place).format(version, version.replace(".", "")) for place in HIDING_PLACES]
        matches = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
        found += matches[:1]
    return found


def wrong_python():
    """Return what to say to the reader whose Python is too old or too new."""
    has = "start.py needs Python 3.11 to 3.13; this is Python {0}.{1}.{2} ({3}).".format(
        sys.version_info[0], sys.version_info[1], sys.version_info[2], sys.executable
    )
    others = pythons_on_this_machine()
    if others:
        wanted = " ".join(["start.py"] + sys.argv[1:])
        quoted = ['"' + path + '"' if " " in path else path for path in others]
        lines = ["  {0} {1}".format(path, wanted) for path in quoted]
        return "\n".join([has, "", "This machine has one that fits. Run:"] + lines)
    return "\n".join([has, "", "No Python that fits was found on this machine. How to get one:", HOW_TO_GET_ONE])


def main():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        print(wrong_python(), file=sys.stderr)
        return 1
    sys.path.insert(0, os.path.join(HERE, "requirements"))
    import install

    return install.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
