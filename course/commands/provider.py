"""`course provider …`: start and stop the practice provider, order its faults, read what reached it.

Faults, limits and the journal belong to a key. Each run of a lesson has a key of its own, which `lesson.key` shows in
its notebook; with `--key` you look into that one and disturb nobody else.
"""

import json
import os
import shlex
import sys
from typing import Annotated, Any

import typer

from course import running_provider
from course.loopback import ask
from course.paths import provider_home
from course.terminal import columns, say, say_json, wrapped

app = typer.Typer(help="The practice provider: start, stop, faults, journal.", no_args_is_help=True)
Key = Annotated[str, typer.Option(help="Whose faults and journal; `lesson.key` in a lesson.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]


@app.command()
def start(
    print_env: Annotated[bool, typer.Option("--print-env", help="Print the variables for a shell instead.")] = False,
    key: Key = "practice",
    as_json: Json = False,
) -> None:
    """Find or start the practice provider.

    It runs in the background and stops by itself after an hour without requests. With --print-env the variables that
    point the vendors' SDKs at it are printed in your shell's language.

    \b
    Examples:
      course provider start
      eval "$(course provider start --print-env)"

    Exit codes: 0 it runs; 1 it could not start; 2 wrong usage.
    """
    from stages.s2_llms.practice import find_or_start

    provider = find_or_start(provider_home(os.environ))
    variables = provider.key(_practice_key(key)).env()
    if print_env:
        say("\n".join(_assignment(name, value) for name, value in variables.items()))
    elif as_json:
        say_json({"url": provider.url, "pid": provider.pid, "env": variables})
    else:
        say(f"The practice provider runs at {provider.url} (process {provider.pid}).")
        say(f"What comes in, live, and faults at a click: {provider.url}/practice/")


@app.command()
def stop(as_json: Json = False) -> None:
    """Stop the practice provider.

    Exit codes: 0 it is stopped, or none ran; 1 it did not obey.
    """
    provider = running_provider.find(provider_home(os.environ))
    if provider:
        running_provider.stop(provider)
    if as_json:
        say_json({"stopped": bool(provider), "pid": provider.pid if provider else None})
    else:
        say(f"Stopped (process {provider.pid})." if provider else "No practice provider runs: nothing to stop.")


@app.command()
def status(as_json: Json = False) -> None:
    """Say whether it runs, and where.

    Exit codes: 0 it runs; 1 it does not.
    """
    provider = running_provider.find(provider_home(os.environ))
    if as_json:
        say_json({"running": bool(provider)} | (running_provider.health(provider) if provider else {}))
    elif provider:
        say(f"The practice provider runs at {provider.url} (process {provider.pid}).")
    else:
        say("No practice provider runs. `course provider start` starts it; lessons start it themselves.")
    raise typer.Exit(0 if provider else 1)


@app.command()
def logs(lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of the last lines.")] = 50) -> None:
    """Print the last lines of its log.

    Exit codes: 0 printed; 1 there is no log yet.
    """
    text = running_provider.log(provider_home(os.environ))
    say("\n".join(text.splitlines()[-lines:]))


@app.command()
def kinds(as_json: Json = False) -> None:
    """List the kinds of fault that the provider knows.

    Exit codes: 0 listed; 1 the provider does not run.
    """
    told = _kinds()
    if as_json:
        say_json(told)
    else:
        say("\n".join(columns([[name, row["sign"], row["words"]] for name, row in told.items()])))


@app.command()
def fault(
    kind: Annotated[
        str | None,
        typer.Argument(help="For example rate_limit; `course provider kinds` lists all.", show_default=False),
    ] = None,
    key: Key = "practice",
    count: Annotated[int | None, typer.Option(min=1, help="The next so many requests.")] = None,
    rate: Annotated[float | None, typer.Option(min=0, max=1, help="Each request with this probability.")] = None,
    seed: Annotated[int | None, typer.Option(help="Which requests --rate picks; the same seed picks the same.")] = None,
    for_s: Annotated[float | None, typer.Option("--for-s", min=0, help="For so many seconds from now.")] = None,
    retry_after_s: Annotated[float | None, typer.Option("--retry-after-s", help="Send a Retry-After header.")] = None,
    delay_s: Annotated[float | None, typer.Option("--delay-s", help="Seconds, for slow ones and stall.")] = None,
    after: Annotated[int | None, typer.Option(help="Frames of the stream that arrive first.")] = None,
    skip: Annotated[int | None, typer.Option(min=0, help="Let so many requests pass first.")] = None,
    route: Annotated[str | None, typer.Option(help="Only this vendor, or a piece of a path: /chat/.")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Call off all faults of this key.")] = False,
    as_json: Json = False,
) -> None:
    """Order, list or clear faults.

    With KIND a fault is ordered, without it the ordered ones are listed.

    \b
    Examples:
      course provider fault rate_limit --count 2
      course provider fault server --rate 0.2
      course provider fault
      course provider fault --clear

    Exit codes: 0 done; 1 the provider does not run or refuses; 2 wrong usage.
    """
    if clear and kind:
        raise typer.BadParameter("give KIND or --clear, not both")
    address = _control(key, "faults")
    options = {
        "count": count,
        "rate": rate,
        "seed": seed,
        "for_s": for_s,
        "retry_after_s": retry_after_s,
        "delay_s": delay_s,
        "after": after,
        "skip": skip,
        "route": route,
    }
    if clear:
        ask("DELETE", address, key=key)
    elif kind:
        ask("POST", address, {"kind": kind} | {k: v for k, v in options.items() if v is not None}, key=key)
    answer = ask("GET", address, key=key)
    if as_json:
        say_json(answer)
    else:
        _say_faults(answer["faults"], key)


@app.command()
def journal(
    key: Key = "practice",
    limit: Annotated[int, typer.Option(min=1, help="How many of the last requests.")] = 20,
    as_json: Json = False,
) -> None:
    """Show what one key has sent.

    The last requests with this key, as they reached the provider.

    \b
    Examples:
      course provider journal --key practice-ada
      course provider journal --limit 1 --json

    Exit codes: 0 shown; 1 the provider does not run.
    """
    address = _control(key, "journal")
    entries = ask("GET", address, key=key)["entries"][-limit:]
    if as_json:
        say_json({"entries": entries})
    elif not entries:
        say(f"Nothing has arrived with the key {key!r} since its last reset.")
    else:
        say("\n".join(columns([_journal_row(entry) for entry in entries])))


@app.command()
def reset(key: Key = "practice", as_json: Json = False) -> None:
    """Forget everything about one key.

    Its faults, limits, speed, journal and counters; other keys notice nothing.

    Exit codes: 0 done; 1 the provider does not run.
    """
    address = _control(key, "reset")
    ask("POST", address, {}, key=key)
    if as_json:
        say_json({"reset": key})
    else:
        say(f"The key {key!r} is as new.")


def _control(key: str, what: str) -> str:
    """The address of a control call for this key."""
    _practice_key(key)
    return f"{running_provider.must_find(provider_home(os.environ)).url}/practice/{what}"


def _practice_key(key: str) -> str:
    """The key, if it is one that the provider accepts.

    Raises:
        BadParameter: it is not.
    """
    if not key.startswith("practice"):
        raise typer.BadParameter(f"{key!r} is not a practice key: it must begin with 'practice'")
    return key


def _assignment(name: str, value: str) -> str:
    """One variable in the language of the user's shell."""
    if sys.platform == "win32":
        return f"$env:{name} = {json.dumps(value)}"
    return f"export {name}={shlex.quote(value)}"


def _kinds() -> dict[str, Any]:
    """The kinds of fault by name, with what the provider says about each."""
    address = f"{running_provider.must_find(provider_home(os.environ)).url}/practice/kinds"
    return {row["kind"]: row for group in ask("GET", address)["groups"] for row in group["kinds"]}


def _say_faults(faults: list[dict[str, Any]], key: str) -> None:
    if not faults:
        say(f"No fault is ordered for the key {key!r}.")
        return
    say(f"Ordered for the key {key!r}, tried in this order:")
    kinds = _kinds()
    for row in faults:
        say(
            wrapped(
                f"{row['kind']}: {', '.join(_fault_details(row, kinds[row['kind']]['options'])) or 'every request'}",
                "  ",
            )
        )


def _fault_details(row: dict[str, Any], options: list[str]) -> list[str]:
    """What is worth saying about one ordered fault: what is left of it, and the options that its kind uses."""
    shown = {"left", "left_s", "fired", "rate", "route", *options}
    shown |= {"seed"} if row["rate"] is not None else set()
    shown |= {"skip"} if row["skip"] else set()
    words = {"left": "requests left", "left_s": "seconds left", "fired": "times so far"}
    return [
        f"{words.get(k, k)} {value:g}" if isinstance(value, int | float) else f"{k} {value}"
        for k, value in row.items()
        if k in shown and value is not None
    ]


def _journal_row(entry: dict[str, Any]) -> list[str]:
    remarks = [
        entry["model"],
        entry["stream"] and "stream",
        entry["fault"] and f"fault {entry['fault']}",
        entry["retry"] and f"retry {entry['retry']}",
        entry["tokens_in"] is not None and f"{entry['tokens_in']} tokens in, {entry['tokens_out'] or 0} out",
    ]
    what = f"{entry['method']} {entry['route']} ({', '.join(filter(None, remarks))})"
    return [str(entry["n"]), f"{entry['at_s']:.2f} s", str(entry["status"]), what]
