"""Search your own documents, and ask them: an app for the terminal.

    python -m stages.s3_rag.app index ~/Documents
    python -m stages.s3_rag.app ask "How often do I descale?"
    python -m stages.s3_rag.app --help

Answers go to stdout, all else to stderr, so that it works in a pipe.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from stages.s2_llms.errors import CourseError
from stages.s2_llms.providers import Settings

from .embeddings import Remembered, open_embedder
from .progress import shown
from .reranking import FEATURES, WEIGHTS
from .search import Hit, Search, Way
from .search import stats as stats_of
from .stores import DEFAULT, bring_up_to_date, chosen, open_search, open_store
from .sync import Report, sync

app = typer.Typer(no_args_is_help=True, add_completion=False, help=(__doc__ or "").splitlines()[0])
out, err = Console(soft_wrap=True, highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)

Where = Annotated[Path | None, typer.Option("--index", help="Where the index lies. Default: .course/index.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for a program.")]
How = Annotated[Way, typer.Option("--way", help="Words, meanings, or both.")]
Count = Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")]
POLL_S = 2.0
SHOWN = 20  # files that could not be read, on the screen; `stats` and --json tell all


@app.command("index")
def make_index(
    folder: Annotated[Path, typer.Argument(help="A folder with .md, .txt, .html, .pdf files.")],
    index: Where = None,
    as_json: AsJson = False,
) -> None:
    """Index a folder. Stopped half-way, it goes on where it was; run again, it does only what is new."""
    _sync(folder, index, as_json)


@app.command("sync")
def sync_again(
    folder: Annotated[Path | None, typer.Argument(help="Default: the folder that was indexed.")] = None,
    index: Where = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until Ctrl-C, and follow every change.")] = False,
    thorough: Annotated[bool, typer.Option("--thorough", help="Read every file, whatever its time says.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date: what is new, changed or gone."""
    with _told():
        folder = folder or _folder_of(_place(index))
        embed = _embedder(_place(index))  # once: it looks for the practice provider, and a watch goes on for hours
    report = _sync(folder, index, as_json, thorough=thorough, embed=embed)
    try:
        while watch:
            time.sleep(POLL_S)
            report = _sync(folder, index, as_json, quiet_unless_changed=report, embed=embed)
    except KeyboardInterrupt:
        err.print("No longer watching.")


@app.command()
def search(question: str, index: Where = None, k: Count = 5, way: How = "hybrid", as_json: AsJson = False) -> None:
    """Show the passages that fit a question best."""
    with _told():
        hits = _open(index).search(question, k, way)
    if as_json:
        _print_json([_plain(hit) for hit in hits])
    for hit in [] if as_json else hits:
        out.print(f"[bold]{hit.chunk.title}[/bold]  {hit.chunk.id}", markup=True)
        out.print(_shortened(hit.chunk.text), markup=False)
        out.print()
    _say_if_empty(hits)


@app.command()
def explain(question: str, index: Where = None, k: Count = 10, as_json: AsJson = False) -> None:
    """Show why these passages: what words and what meaning add to each."""
    with _told():
        opened = _open(index)
        hits = opened.search(question, k)
    if as_json:
        _print_json([_plain(hit) for hit in hits])
        return
    table = Table(Column("passage", overflow="fold"), "BM25", "cosine", *FEATURES, "score")
    for hit in hits:
        table.add_row(
            hit.chunk.id,
            f"{hit.keywords:.2f}",
            f"{hit.cosine:.3f}",
            *map("{:.2f}".format, hit.parts),
            f"{hit.score:.2f}",
        )
    out.print(table)
    err.print(
        "score = words + meaning + coverage + codes. words and meaning are BM25 and cosine, brought to 0 … 1 among "
        f"the candidates; coverage is the share of your words, codes the share of your codes. Each times its learned "
        f"weight: {', '.join(f'{name} {weight:g}' for name, weight in zip(FEATURES, WEIGHTS, strict=True))}."
    )
    _say_if_empty(hits)


@app.command()
def ask(
    question: str,
    index: Where = None,
    least: Annotated[float, typer.Option(help="Do not answer when nothing is as near as this (0 to 1).")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the documents, with citations; exit code 1 where they do not say."""
    from stages.s2_llms.app import open_chat  # a second to import, which a search need not wait for

    from .answering import ask as ask_documents

    with _told():
        opened = _open(index)
        chat = open_chat(Settings.from_env(os.environ).provider)
        told = ask_documents(opened, chat, question, least=least)
    if as_json:
        cited = [_plain(hit) for hit in told.cited]
        checks = {"invented": told.invented, "unheld": told.unheld}
        _print_json({"answer": told.text, "found": told.found, "cited": cited, **checks})
    else:
        out.print(told.text, markup=False)
        for hit in told.cited:
            err.print(f"  {hit.chunk.id}: {hit.chunk.title}", markup=False)
        if told.unheld:
            err.print(f"Not in the cited passages: {', '.join(told.unheld)}. Check before you rely on it.")
    if told.answer is not None and told.answer.cost_usd:
        err.print(f"${told.answer.cost_usd:.5f}, {told.answer.tokens} tokens", style="dim")
    raise typer.Exit(0 if told.found else 1)


@app.command("eval")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines: id, question, relevant [{passage, grade}], kind.")],
    index: Where = None,
    as_json: AsJson = False,
) -> None:
    """Measure the search on questions whose right passages are known."""
    from . import evaluating

    with _told():
        asked = evaluating.read(questions)
        told = evaluating.evaluate(_open(index), asked, on_progress=lambda way: err.print(f"{way} …", style="dim"))
    if as_json:
        plain = {w: {k: {n: m.value for n, m in row.items()} for k, row in kinds.items()} for w, kinds in told.items()}
        _print_json(plain)
        return
    for name in evaluating.METRICS:
        table = Table("kind", "n", *told, title=name)
        for kind in told["hybrid"]:
            means = [told[way][kind][name] for way in told]
            cells = [str(mean).partition(", n")[0] if kind == "all" else f"{mean.value:.3f}" for mean in means]
            table.add_row(kind, str(len(means[0].values)), *cells)
        out.print(table)


@app.command()
def stats(index: Where = None, as_json: AsJson = False) -> None:
    """Say what the index holds."""
    with _told():
        told = stats_of(_place(index))
    if as_json:
        _print_json(told)
        return
    for name, value in told.items():
        shown = ", ".join(f"{v} {k or 'unsaid'}" for k, v in value.items()) if name == "languages" else value
        if name != "unreadable":
            out.print(f"{name.replace('_', ' '):12}{shown}", markup=False)
    for reason in told["unreadable"].values():
        out.print(f"unreadable  {reason}", markup=False)


def _place(index: Path | None) -> Path:
    return index or Settings.from_env(os.environ).home / "index"


def _embedder(place: Path) -> Remembered:
    return Remembered(open_embedder(Settings.from_env(os.environ).provider), place / "vectors.sqlite")


def _open(index: Path | None) -> Search:
    stats_of(_place(index))  # says how to make one, before a provider is started
    return open_search(_place(index), _embedder(_place(index)))


def _sync(
    folder: Path,
    index: Path | None,
    as_json: bool,
    *,
    thorough: bool = False,
    quiet_unless_changed: Report | None = None,
    embed: Remembered | None = None,
) -> Report:
    place, folder = _place(index), folder.expanduser()
    with _told():
        _same_folder(folder.resolve(), place)
    with _told(), shown(err, quiet=quiet_unless_changed is not None) as on_progress:
        embed = embed or _embedder(place)
        sent_before = embed.sent
        note = place / "FOLDER"
        if folder.is_dir() and not note.exists():
            note.write_text(str(folder.resolve()), encoding="utf-8")  # `sync` goes on with it after a first run's kill
        report = sync(folder, place, embed, thorough=thorough, on_progress=on_progress)
        note.write_text(str(folder.resolve()), encoding="utf-8")
        if (store := chosen()) != DEFAULT:
            with closing(open_store(store, place, embed.model)) as opened:
                bring_up_to_date(opened, place, on_progress=on_progress)
    before = quiet_unless_changed
    if before is None or not report.is_nothing or report.unreadable != before.unreadable:
        sent = embed.sent - sent_before
        _print_json(asdict(report) | {"sent": sent}) if as_json else _tell(report, sent)
    return report


def _tell(report: Report, sent: int) -> None:
    remembered = f" ({report.embedded - sent:,} of them remembered)" if sent < report.embedded else ""
    out.print(
        f"{len(report.added):,} added, {len(report.changed):,} changed, {len(report.removed):,} removed, "
        f"{report.unchanged:,} unchanged; {report.chunks:,} passages, {report.embedded:,} embedded{remembered}; "
        f"{report.seconds:.1f} s"
    )
    if report.others:
        kinds = ", ".join(f"{count:,} {ending}" for ending, count in report.others.items())
        err.print(f"{sum(report.others.values()):,} files of other kinds are left out: {kinds}", markup=False)
    if report.unreadable:
        err.print(f"{len(report.unreadable):,} could not be read; what was indexed of them before stays:")
    for reason in list(report.unreadable.values())[:SHOWN]:
        err.print(f"  {reason}", style="yellow", markup=False)
    if len(report.unreadable) > SHOWN:
        err.print(f"  … and {len(report.unreadable) - SHOWN:,} more: python -m stages.s3_rag.app stats", markup=False)


def _same_folder(folder: Path, place: Path) -> None:
    """An index follows one folder: syncing it with another would remove everything. Before there is one, any may be."""
    if (place / "CURRENT").exists() and (place / "FOLDER").exists() and (before := _folder_of(place)) != folder:
        raise CourseError(f"The index in {place} is of {before}. For {folder} name another one: --index FOLDER")


def _folder_of(place: Path) -> Path:
    try:
        return Path((place / "FOLDER").read_text(encoding="utf-8"))
    except OSError as exc:
        raise CourseError(f"Nothing was indexed in {place} yet. Name a folder: app index FOLDER") from exc


@contextmanager
def _told() -> Iterator[None]:
    """Errors of ours end the program with their words and exit code 2, Ctrl-C with 130."""
    try:
        yield
    except KeyboardInterrupt:
        err.print(
            "Stopped. The index is as it was, and what was embedded is kept: the same command goes on from there."
        )
        raise typer.Exit(130) from None
    except (CourseError, NotADirectoryError) as exc:
        err.print(str(exc), style="red", markup=False)
        raise typer.Exit(2) from exc


def _plain(hit: Hit) -> dict[str, Any]:
    told = {"id": hit.chunk.id, "title": hit.chunk.title, "page": hit.chunk.page, "score": hit.score}
    parts = dict(zip(FEATURES, hit.parts, strict=False))
    return told | {"keywords": hit.keywords, "cosine": hit.cosine, "parts": parts, "text": hit.chunk.text}


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _shortened(text: str, letters: int = 400) -> str:
    return text if len(text) <= letters else f"{text[:letters].rsplit(' ', 1)[0]} …"


def _say_if_empty(hits: list[Hit]) -> None:
    if not hits:
        err.print("Nothing was found. Try other words, or index more documents.")


if __name__ == "__main__":
    app()
