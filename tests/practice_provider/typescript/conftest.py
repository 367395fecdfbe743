"""Node and the AI SDK for the tests of this folder: found, or installed into the user's cache folder."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import filelock
import platformdirs
import pytest

from ...servers.mcp_clients import Node, find_node

HERE = Path(__file__).parent


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
