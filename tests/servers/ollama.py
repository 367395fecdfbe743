"""A real Ollama for tests and lessons: build it once, then run it on loopback with a model that we made.

    python tests/servers/ollama.py install      build Ollama from its Go module (8 minutes, once; needs go, gcc and g++)
    python tests/servers/ollama.py serve        start it, print one line of JSON, stay until standard input ends
    python tests/servers/ollama.py where        print where the build is, or would be

Everything it writes is in one cache folder outside the repository. No weights are downloaded: the model comes from
`tiny_gguf.py`, says the same sentence to everyone, and is small enough to load in a moment.
Source: https://docs.ollama.com/development and https://go.dev/ref/mod#module-zip (why headers are missing)
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import platformdirs
from filelock import FileLock

VERSION = "0.17.4"
MODEL = "tiny"
HERE = Path(__file__).resolve().parent
CACHE = platformdirs.user_cache_path("practice-provider-servers", appauthor=False)
BINARY = CACHE / f"ollama-{VERSION}" / ("ollama.exe" if os.name == "nt" else "ollama")
START_TIMEOUT_S = 60.0
MODELFILE = 'FROM {file}\nTEMPLATE """{{{{ .Prompt }}}}"""\nPARAMETER temperature 0\nPARAMETER num_ctx 2048\n'


class ServerError(Exception):
    """Ollama can't be built or started; the message says why and what to do."""


# ---- build -----------------------------------------------------------------------------------------------------

HEADERS = {"nlohmann/json.hpp": "nlohmann-json3-dev", "stb/stb_image.h": "libstb-dev"}  # header → Debian package
TOOLS = ("go", "gcc", "g++")


def missing_tools() -> list[str]:
    """Give what a build needs and this machine lacks."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def install() -> Path:
    """Give the Ollama program; builds it when it is not in the cache yet.

    Raises:
        ServerError: a tool is missing, or the build failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "ollama.lock"):
        if BINARY.exists():
            return BINARY
        if lacking := missing_tools():
            raise ServerError(f"to build Ollama {VERSION} install {', '.join(lacking)}, or put a build at {BINARY}")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            _build(Path(folder))
            BINARY.parent.mkdir(exist_ok=True)
            (Path(folder) / BINARY.name).replace(BINARY)
    return BINARY


def _build(folder: Path) -> None:
    include = _headers(folder)
    module, version = "github.com/ollama/ollama", f"-X github.com/ollama/ollama/version.Version={VERSION}"
    flags = {"CGO_ENABLED": "1", "CGO_CFLAGS": "-O2 -g0", "CGO_CXXFLAGS": f"-O2 -g0 {include}"}
    command = ["go", "install", "-buildvcs=false", "-ldflags", f"-s -w {version}", f"{module}@v{VERSION}"]
    _run(command, {"GOBIN": str(folder), "GOTOOLCHAIN": "local", **flags})


def _headers(folder: Path) -> str:
    """Put the headers that the module's archive lacks into the folder, and give the compiler's options for them."""
    (folder / "miniaudio").mkdir()
    shutil.copyfile(HERE / "miniaudio_stub.h", folder / "miniaudio" / "miniaudio.h")
    for header, package in HEADERS.items():
        if not any((place / header).exists() for place in map(Path, ("/usr/include", "/usr/local/include"))):
            _unpack(package, folder)
    return f"-I{folder} -I{folder / 'usr/include'}"


def _unpack(package: str, folder: Path) -> None:
    """Fetch a Debian package and unpack it here, which needs no rights on the machine."""
    if shutil.which("apt-get") is None:
        raise ServerError(f"install the headers that Debian has in {package} where the compiler finds them")
    _run(["apt-get", "download", "-q", package], {}, folder)
    for archive in folder.glob(f"{package}_*.deb"):
        _run(["dpkg-deb", "-x", str(archive), str(folder)], {})


def _run(command: Sequence[str], more: Mapping[str, str], folder: Path | None = None) -> None:
    done = subprocess.run(command, env=os.environ | more, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise ServerError(f"{' '.join(command[:3])} … failed:\n{(done.stderr or done.stdout)[-3000:]}")


# ---- run -------------------------------------------------------------------------------------------------------


@contextmanager
def running() -> Iterator[str]:
    """Run Ollama with our model on a free port of loopback, and give its address.

    Raises:
        ServerError: it is not built, or does not start.
    """
    if not BINARY.exists():
        raise ServerError(f"Ollama {VERSION} is not built: run `{Path(sys.executable).name} {Path(__file__)} install`")
    with tempfile.TemporaryDirectory(prefix="ollama-") as folder:
        port = _free_port()
        environ = _environment(Path(folder), port)
        log = Path(folder) / "serve.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [BINARY, "serve"], env=environ, stdout=output, stderr=output, start_new_session=True
            )
        try:
            _wait(server, port, log)
            _create(Path(folder), environ)
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Nothing of the person's own Ollama is read or written."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OLLAMA_")}
    own = {"HOME": str(folder), "OLLAMA_MODELS": str(folder / "models"), "OLLAMA_HOST": f"127.0.0.1:{port}"}
    return kept | own | {"OLLAMA_NO_CLOUD": "1", "OLLAMA_KEEP_ALIVE": "5m", "NO_PROXY": "127.0.0.1,localhost"}


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline_s:
            raise ServerError(f"Ollama did not start. It said:\n{log.read_text('utf-8', 'replace')[-3000:]}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/api/version")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _create(folder: Path, environ: Mapping[str, str]) -> None:
    file = folder / "tiny.gguf"
    _run([sys.executable, str(HERE / "tiny_gguf.py"), str(file)], {})
    (folder / "Modelfile").write_text(MODELFILE.format(file=file), "utf-8")
    _run([str(BINARY), "create", MODEL, "-f", str(folder / "Modelfile")], environ)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End its whole group: Ollama starts a process of its own for each model."""
    if os.name == "nt":
        server.terminate()
    else:
        os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


# ---- the command -----------------------------------------------------------------------------------------------


def main() -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["install", "serve", "where"])
    what = parser.parse_args().what
    try:
        if what != "serve":
            print(install() if what == "install" else BINARY)
            return 0
        with running() as url:
            print(json.dumps({"url": url, "model": MODEL, "pid": os.getpid()}), flush=True)
            sys.stdin.read()
    except ServerError as problem:
        print(f"ollama: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
