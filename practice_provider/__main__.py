"""`python -m practice_provider`: start the practice provider, or find the one that runs.

It only reads the command line and prints; `process` does the work. A start prints one line of JSON on standard output,
or with --print-env the lines by which a shell points the vendors' SDKs here. Exit codes: 0 it runs or ran, 2 it can't.
Source: https://docs.python.org/3/library/argparse.html
"""

import argparse
import logging
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import platformdirs

from .announcement import Announcement, CannotStart
from .process import Options, detach, find_or_serve
from .settings import Settings, SettingsError

LOOPBACK = ("127.0.0.1", "localhost")
EPILOG = """\
examples:
  python -m practice_provider                              serve until Ctrl-C
  python -m practice_provider --detach                     serve in the background
  eval "$(python -m practice_provider --print-env)"        … and point this shell's SDKs at it
  python -m practice_provider --print-env --shell powershell | Out-String | Invoke-Expression

variables:
  PRACTICE_SPEED   0: no simulated delay; 1: natural (default); 10: ten times faster
  PRACTICE_HOME    the folder that --home names otherwise
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(
        prog="python -m practice_provider",
        description="Start the practice provider, or find the one that runs in this home, and print where it is. "
        "It speaks the wire protocols of OpenAI, Anthropic and Gemini; any key that begins with 'practice' will do.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = result.add_argument
    add("--host", default=None, help="address to listen on (default 127.0.0.1: this machine only)")
    add("--port", type=_whole(0, 65_535), default=0, help="port to listen on (default 0: any free one)")
    add(
        "--home",
        type=Path,
        metavar="DIR",
        help="its folder: there is one provider per home (default: PRACTICE_HOME, else the user's state folder)",
    )
    add("--owner-pid", type=_whole(1, 2**31 - 1), metavar="N", help="leave when this process has ended")
    add(
        "--idle-s",
        type=_seconds,
        default=3600.0,
        metavar="S",
        help="leave after so many seconds without a request for a model (default 3600)",
    )
    add("--detach", action="store_true", help="start it in the background and return as soon as it answers")
    add("--print-env", action="store_true", help="print lines for a shell instead of JSON; includes --detach")
    add("--shell", choices=sorted(SHELLS), default="posix", help="the shell that --print-env writes for")
    add("--log-to-file", action="store_true", help=argparse.SUPPRESS)  # said by --detach to the process that it starts
    return result


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


# ---- what is printed -------------------------------------------------------------------------------------------


def posix_line(name: str, value: str) -> str:
    """One variable for sh, bash or zsh.

    >>> posix_line("A", "it's")
    'export A=\\'it\\'"\\'"\\'s\\''
    """
    return f"export {name}={shlex.quote(value)}"


def powershell_line(name: str, value: str) -> str:
    """One variable for PowerShell.

    >>> powershell_line("A", "it's")
    "$env:A = 'it''s'"
    """
    return "$env:{} = '{}'".format(name, value.replace("'", "''"))


SHELLS: dict[str, Callable[[str, str], str]] = {"posix": posix_line, "powershell": powershell_line}


def _printed(found: Announcement, started: bool, arguments: argparse.Namespace) -> str:
    if not arguments.print_env:
        return found.line(started=started)
    line = SHELLS[arguments.shell]
    variables = found.variables() | past_proxy(os.environ)
    return "\n".join(line(name, value) for name, value in variables.items())


def past_proxy(environ: Mapping[str, str]) -> dict[str, str]:
    """Where a proxy is set, say that this machine is reached without it; otherwise say nothing.

    >>> past_proxy({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "intranet"})
    {'NO_PROXY': 'intranet,127.0.0.1,localhost'}
    """
    given = {name.upper(): value for name, value in environ.items() if value}
    if not given.keys() & {"HTTP_PROXY", "ALL_PROXY"}:
        return {}
    return {"NO_PROXY": ",".join(dict.fromkeys([*given.get("NO_PROXY", "").split(","), *LOOPBACK]).keys()).strip(",")}


# ---- the command -----------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = parser().parse_args(words)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("practice_provider").setLevel(logging.INFO if arguments.log_to_file else logging.WARNING)

    def announce(found: Announcement, started: bool) -> None:
        _warn(found, started, arguments)
        sys.stdout.buffer.write(f"{_printed(found, started, arguments)}\n".encode())
        sys.stdout.buffer.flush()

    try:
        options = _options(arguments)
        if arguments.detach or arguments.print_env:
            detach(options, _child_words(options), announce)
        else:
            find_or_serve(options, announce)
    except (CannotStart, SettingsError) as exc:
        print(f"practice_provider: {exc}", file=sys.stderr)
        return 2
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    settings = Settings.from_env(os.environ)
    home = arguments.home or settings.home or platformdirs.user_state_path("practice_provider", appauthor=False)
    return Options(
        settings=replace(settings, host=arguments.host or settings.host, home=home),
        home=home,
        port=arguments.port,
        owner_pid=arguments.owner_pid,
        idle_s=arguments.idle_s,
        log_to_file=arguments.log_to_file,
    )


def _child_words(options: Options) -> list[str]:
    """The command line of the process in the background."""
    words = ["--host", options.settings.host, "--port", str(options.port), "--idle-s", str(options.idle_s)]
    owner = [] if options.owner_pid is None else ["--owner-pid", str(options.owner_pid)]
    return [*words, "--home", str(options.home.expanduser().absolute()), *owner, "--log-to-file"]


def _warn(found: Announcement, started: bool, arguments: argparse.Namespace) -> None:
    """Say on standard error what a person should know about the place where it answers."""
    if started and not _is_loopback(arguments.host):
        warning = f"every computer that can reach {arguments.host} can now use this provider, with any practice key"
        print(f"practice_provider: warning: {warning}; without --host only this machine can", file=sys.stderr)
    if not started and arguments.port and not found.url.endswith(f":{arguments.port}"):
        print(f"practice_provider: one runs in this home already; --port {arguments.port} is ignored", file=sys.stderr)


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
