"""Answers from what was found: cited, checked, or not given. On the practice provider, with a real index."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from stages.s2_llms.app import open_chat
from stages.s2_llms.chat import Chat
from stages.s2_llms.providers import PROVIDERS
from stages.s3_rag import evaluating
from stages.s3_rag.answering import NOT_FOUND, answer, ask, checked, passages
from stages.s3_rag.chunks import Chunk
from stages.s3_rag.embeddings import open_embedder
from stages.s3_rag.search import Hit, Index
from stages.s3_rag.support import unheld, without_marks
from stages.s3_rag.sync import sync

from .conftest import WordEmbedder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the course's own for this module: its practice provider ends with the process."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_HOME", str(home))
        patch.setenv("PRACTICE_SPEED", "0")
        patch.delenv("COURSE_PROVIDER", raising=False)
        yield home


@pytest.fixture
def chat(home: Path) -> Iterator[Chat]:
    chat = open_chat(PROVIDERS["practice"])
    yield chat
    chat.close()


def hit(identity: str, text: str, cosine: float = 0.5) -> Hit:
    return Hit(Chunk(identity, identity.partition("#")[0], "Title", text, 0), 1.0, None, cosine, date(2026, 5, 4), "en")


HITS = [hit("tank#size", "The tank of the Duo holds 2.4 litres."), hit("price#tank", "A new tank costs £29.")]


def test_an_answer_cites_what_it_stands_on(chat: Chat) -> None:
    told = answer(chat, "What does a new tank cost?", HITS)
    assert told.found
    assert "£29" in told.text
    assert [one.chunk.id for one in told.cited] == ["price#tank"]
    assert told.unheld == ()


def test_what_the_documents_do_not_say_is_not_answered(chat: Chat) -> None:
    told = answer(chat, "Who won the match on Saturday?", HITS)
    assert (told.text, told.found, told.cited) == (NOT_FOUND, False, ())


def test_where_nothing_is_near_no_model_is_asked(chat: Chat) -> None:
    told = answer(chat, "What does a new tank cost?", HITS, least=0.6)
    assert (told.found, told.answer, len(told.shown)) == (False, None, 2)


def test_invented_citations_are_taken_out_and_told() -> None:
    text, cited, invented = checked(
        "It holds 2.4 l [tank#size, tank#colour]. See [1] and [a link](x) [no#where].", HITS
    )
    assert text == "It holds 2.4 l [tank#size]. See [1] and [a link](x)."
    assert ([one.chunk.id for one in cited], invented) == (["tank#size"], ("tank#colour", "no#where"))


@pytest.mark.parametrize(
    ("said", "objected"),
    [
        ("A tank costs £29 [price#tank].", ()),
        ("A tank costs £28 [price#tank].", ("£28",)),
        ("A tank costs £2 or 9.", ("£2", "9")),
        ("1. Order it for £29.\n2. Fill in 2,4 l.", ("2,4",)),
        ("The BL-K16 of your question costs £29.00.", ("£29.00",)),
        ("Twenty-nine pounds, and never again.", ()),
    ],
)
def test_figures_that_no_cited_passage_holds_are_told(said: str, objected: tuple[str, ...]) -> None:
    words = without_marks(said, [one.chunk.id for one in HITS])
    assert unheld(words, [HITS[1].chunk.told], "What does BL-K16 cost?") == objected


def test_a_document_cannot_end_its_own_tag_by_its_title() -> None:
    assert '"><script' not in passages([hit('a"><script#x', "text")])


def test_a_question_goes_through_the_index_to_an_answer(folder: Path, index: Path, chat: Chat) -> None:
    embed = open_embedder(PROVIDERS["practice"])
    sync(folder, index, embed)
    told = ask(Index(index, embed), chat, "How often should I descale the boiler?")
    assert "every two months" in told.text
    assert told.cited[0].chunk.document == "boiler"


def test_questions_are_measured_by_way_and_kind(folder: Path, index: Path, embed: WordEmbedder, tmp_path: Path) -> None:
    rows = [
        {"id": "1", "question": "BL-K16", "relevant": [{"passage": "tank#the-tank", "grade": 3}], "kind": "code"},
        {"id": "2", "question": "sachet", "relevant": [{"passage": "boiler#cleaning", "grade": 3}], "kind": "word"},
        {"id": "3", "question": "who knows", "relevant": [], "kind": "none"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    sync(folder, index, embed)
    told = evaluating.evaluate(Index(index, embed), evaluating.read(file), on_progress=lambda way: None)
    assert list(told["keywords"]) == ["all", "code", "word"]
    assert told["keywords"]["all"]["nDCG@10"].value == 1.0


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '{"id": 1, "question": "q", "relevant": [1]}', "[]"])
def test_a_bad_line_of_questions_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(evaluating.QuestionsError, match=r"questions\.jsonl, line 2"):
        evaluating.read(file)


APP = [sys.executable, "-m", "stages.s3_rag.app"]


def environ(home: Path) -> dict[str, str]:
    return {**os.environ, "COURSE_HOME": str(home), "PRACTICE_SPEED": "0", "COLUMNS": "200"}


def app(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*APP, *words], capture_output=True, text=True, env=environ(home), timeout=120)


@pytest.mark.slow
def test_the_app_indexes_finds_explains_answers_and_follows_changes(home: Path, folder: Path) -> None:
    made = app(home, "index", str(folder), "--json")
    assert len(json.loads(made.stdout)["added"]) == 5, made.stderr
    assert "BL-K16" in app(home, "search", "BL-K16").stdout
    assert "boiler#cleaning" in app(home, "explain", "descaling").stdout
    told = app(home, "ask", "How often should I descale the boiler?")
    assert "every two months" in told.stdout
    assert "boiler#cleaning" in told.stderr
    (folder / "tank.md").unlink()
    assert app(home, "sync").stdout.startswith("0 added, 0 changed, 1 removed, 4 unchanged")
    assert json.loads(app(home, "stats", "--json").stdout)["documents"] == 4
    other = app(home, "index", str(folder.parent))
    assert (other.returncode, "name another one: --index" in other.stderr) == (2, True)
    nothing = app(home, "ask", "Who won the match on Saturday?")
    assert (nothing.returncode, nothing.stdout.strip()) == (1, NOT_FOUND)


@pytest.mark.slow
def test_a_first_run_that_was_killed_is_gone_on_with_by_sync(home: Path, tmp_path: Path) -> None:
    folder, index = tmp_path / "many", tmp_path / "index"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number}.md").write_text(f"# Part {number}\n\nIt costs £{number}.\n", encoding="utf-8")
    words = [*APP, "index", str(folder), "--index", str(index)]
    with subprocess.Popen(words, env=environ(home), stderr=subprocess.DEVNULL) as first:
        while not (index / "FOLDER").exists() and first.poll() is None:
            time.sleep(0.01)
        first.kill()
    assert not (index / "CURRENT").exists()
    done = app(home, "sync", "--index", str(index))
    assert done.stdout.startswith("400 added"), done.stderr


@pytest.mark.slow
def test_the_app_says_what_to_do_without_an_index(tmp_path: Path) -> None:
    for words in (["search", "x"], ["stats"], ["sync"], ["index", str(tmp_path / "nowhere")]):
        done = app(tmp_path / "home", *words)
        assert done.returncode == 2, words
        assert "index" in done.stderr or "is no folder" in done.stderr
        assert "Traceback" not in done.stderr
