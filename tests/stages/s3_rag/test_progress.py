"""What is told of a long work where no bar fits: how far it is, how fast, and how long it will last."""

from io import StringIO

from rich.console import Console

from stages.s3_rag.progress import Lines, shown


def test_a_file_gets_a_line_with_rate_and_time_left() -> None:
    console = Console(file=StringIO(), width=200)
    tell = Lines(console, every_s=0)
    tell("embedding", 256, 1_024)
    tell("embedding", 512, 1_024)
    first, second = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert first == "embedding 256 of 1,024"
    assert second.startswith("embedding 512 of 1,024, ")
    assert second.endswith("/s, about 0 s left")


def test_lines_are_not_told_more_often_than_asked() -> None:
    console = Console(file=StringIO())
    tell = Lines(console, every_s=60)
    for done in range(1_000):
        tell("reading", done, 1_000)
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]


def test_a_terminal_gets_bars_and_quiet_gets_nothing() -> None:
    for quiet in (False, True):
        console = Console(file=StringIO(), force_terminal=True, width=100)
        with shown(console, quiet=quiet) as on_progress:
            on_progress("reading", 5, 10)
        assert ("5/10" in console.file.getvalue()) is not quiet  # type: ignore[attr-defined]
