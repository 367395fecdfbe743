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
from pathlib import Path

import platformdirs

from . import exposure
from .announcement import Announcement, CannotStart
from .brains.choice import Choice, Kind
from .process import Options, detach, find_or_serve
from .settings import Settings, SettingsError, read_keys

LOOPBACK = ("127.0.0.1", "localhost")
EPILOG = """\
examples:
  python -m practice_provider                              serve until Ctrl-C
  python -m practice_provider --detach                     serve in the background
  eval "$(python -m practice_provider --print-env)"        … and point this shell's SDKs at it
  python -m practice_provider --print-env --shell powershell | Out-String | Invoke-Expression

another brain behind the same wires:
  python -m practice_provider --model upstream --upstream ollama
  python -m practice_provider --model upstream --upstream http://127.0.0.1:8080/v1 --upstream-model qwen3
  python -m practice_provider --model upstream --upstream https://api.example.com/v1 --upstream-key-env EXAMPLE_KEY \
         --upstream-model practice-large=big-model,practice-small=little-model,practice-embed=embedder
  python -m practice_provider --record recordings              ask the real vendors with the keys of this environment
  python -m practice_provider --record recordings --upstream anthropic=https://gateway.example.com/anthropic
  python -m practice_provider --replay recordings              … and play it without network and keys

variables:
  PRACTICE_SPEED   0: no simulated delay; 1: natural (default); 10: ten times faster
  PRACTICE_HOME    the folder that --home names otherwise
  PRACTICE_KEYS    the keys that are let in, with commas between them (default: any that begins with 'practice')
  PRACTICE_CONTROL_KEY  the key that everything under /practice asks for (default: none on this machine)
  PRACTICE_HOSTS   names by which clients may call this machine, with commas between them, such as provider
  PRACTICE_ALIASES other names for the models, such as gpt-6-sol=practice-large,gpt-6-luna=practice-small
A host that other machines can reach needs keys and a control key.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(
        prog="python -m practice_provider",
        description="Start the practice provider, or find the one that runs in this home, and print where it is. "
        "It speaks the wire protocols of OpenAI, Azure, Anthropic, Google, AWS and Ollama; any key that begins with "
        "'practice' will do.",
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
    add("--model", choices=["practice", "upstream"], default="practice", help="who answers (default: practice)")
    add(
        "--upstream",
        metavar="URL",
        help="with --model upstream: the base URL (with its /v1) of a server that speaks as OpenAI does, or ollama; "
        "with --record: addresses to use for vendors' own, as vendor=URL,vendor=URL",
    )
    add("--upstream-key-env", metavar="NAME", help="the environment variable that holds the upstream's key")
    add(
        "--upstream-model",
        metavar="NAME",
        default="",
        help="the upstream's model for every model of ours, or ours=theirs with commas between",
    )
    add("--record", type=Path, metavar="DIR", help="pass requests on to the real vendors, and write replies down here")
    add("--replay", type=Path, metavar="DIR", help="answer with what was recorded here")
    add("--keys-file", type=Path, metavar="FILE", help="let in only these keys, one a line (else: PRACTICE_KEYS)")
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
        if found.brain != options.brain.kind:
            text = f"in {found.home} runs a provider with another brain ({found.brain}, process {found.pid})"
            raise CannotStart(f"{text}: end it, or start yours in another --home")
        _warn(found, started, arguments)
        sys.stdout.buffer.write(f"{_printed(found, started, arguments)}\n".encode())
        sys.stdout.buffer.flush()

    try:
        options = _options(arguments)
        if options.brain.kind != "practice" and not options.log_to_file:
            from .brains import choosing  # imports an HTTP client, which the practice model does not need

            print(f"practice_provider: {choosing.summary(options.brain, os.environ)}", file=sys.stderr)
        if arguments.detach or arguments.print_env:
            detach(options, _child_words(options, arguments.keys_file), announce)
        else:
            find_or_serve(options, announce)
    except (CannotStart, SettingsError) as exc:
        print(f"practice_provider: {exc}", file=sys.stderr)
        return 2
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    settings = Settings.from_env(os.environ)
    home = arguments.home or settings.home or platformdirs.user_state_path("practice_provider", appauthor=False)
    keys = read_keys(arguments.keys_file) if arguments.keys_file else settings.keys
    settings = replace(settings, host=arguments.host or settings.host, home=home, keys=keys)
    exposure.check(settings)
    brain = _brain(arguments)
    if brain.kind in ("upstream", "record") and not os.environ.get("PRACTICE_SPEED"):
        settings = replace(settings, speed=0.0)  # a real model takes its own time
    return Options(
        settings=settings,
        home=home,
        port=arguments.port,
        owner_pid=arguments.owner_pid,
        idle_s=arguments.idle_s,
        log_to_file=arguments.log_to_file,
        brain=brain,
    )


def _brain(arguments: argparse.Namespace) -> Choice:
    """Read which brain is asked for.

    Raises: SettingsError for words that don't go together.
    """
    kinds: dict[Kind, bool] = {
        "upstream": arguments.model == "upstream",
        "record": arguments.record is not None,
        "replay": arguments.replay is not None,
    }
    asked = [kind for kind, is_asked in kinds.items() if is_asked]
    if len(asked) > 1:
        raise SettingsError(
            f"--{asked[0]} and --{asked[1]} don't go together: choose one".replace("--up", "--model up")
        )
    kind = asked[0] if asked else "practice"
    if arguments.upstream and kind not in ("upstream", "record"):
        raise SettingsError("--upstream says where to ask: say --model upstream or --record DIR with it")
    folder = arguments.record or arguments.replay
    return Choice(kind, arguments.upstream, arguments.upstream_key_env, arguments.upstream_model, folder)


def _child_words(options: Options, keys_file: Path | None) -> list[str]:
    """The command line of the process in the background. It names the file of keys: others can read its words."""
    words = ["--host", options.settings.host, "--port", str(options.port), "--idle-s", str(options.idle_s)]
    owner = [] if options.owner_pid is None else ["--owner-pid", str(options.owner_pid)]
    keys = [] if keys_file is None else ["--keys-file", str(keys_file.absolute())]
    return [
        *words,
        "--home",
        str(options.home.expanduser().absolute()),
        *owner,
        *keys,
        *options.brain.words(),
        "--log-to-file",
    ]


def _warn(found: Announcement, started: bool, arguments: argparse.Namespace) -> None:
    """Say on standard error what a person should know about the place where it answers."""
    if started and arguments.host and not exposure.is_loopback(arguments.host):
        warning = f"every computer that can reach {arguments.host} can now talk to this provider, and needs a key"
        print(f"practice_provider: {warning}; nothing is encrypted", file=sys.stderr)
    if not started and arguments.port and not found.url.endswith(f":{arguments.port}"):
        print(f"practice_provider: one runs in this home already; --port {arguments.port} is ignored", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
