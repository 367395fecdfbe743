"""The help centre: what every article must be, and what the loader says about one that is not."""

import hashlib
import re
from pathlib import Path

import pytest

from stages.s2_llms.articles import HELP_CENTRE, Article, ArticleError, load_articles, read_article

ARTICLES = load_articles()
PRODUCTS = {"Brewline One", "Brewline Duo", "Brewline Grind"}


def test_there_are_fourteen_articles_with_unique_ids_and_titles() -> None:
    assert len(ARTICLES) == 14
    assert len({article.id for article in ARTICLES}) == len({article.title for article in ARTICLES}) == 14


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_an_article_is_complete_and_of_readable_length(article: Article) -> None:
    assert 250 <= len(article.body.split()) <= 500
    assert re.search(r"^\|.*\|\n\|[-:| ]+\|$", article.body, re.MULTILINE), "every article has a table"
    assert article.body.startswith("## ") is False, "an article begins with a paragraph"
    assert set(article.products) <= PRODUCTS
    assert article.products
    assert article.published <= article.updated
    assert article.version >= 1
    assert article.audience in {"customer", "business"}
    assert article.language == "en-GB"


def test_the_checksums_are_those_of_the_files() -> None:
    listed = dict(reversed(line.split()) for line in (HELP_CENTRE / "SHA256SUMS").read_text().splitlines())
    found = {f"{a.id}.md": hashlib.sha256((HELP_CENTRE / f"{a.id}.md").read_bytes()).hexdigest() for a in ARTICLES}
    assert found == listed, "run `sha256sum *.md` without README.md if the change is meant"


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        (r"One(?: is ready in|,) (\d+) seconds", {"45"}),
        (r"(\d+) minutes on the Brewline Duo", {"8", "45"}),  # heating; descaling
        (r"(\d\.\d) litres on the Brewline One and", {"1.6", "0.8"}),  # tank; drip tray
        (r"(\d)-year warranty", {"2"}),
        (r"BL-S(\d\d)", {"54", "58"}),
        (r"\b([A-Z]{2}-\d{4}-\d{5})\b", {"BO-2409-00731"}),
        (r"order (?:number)?,? for example (\S+?)[,.]? ", {"BL-10482"}),
    ],
)
def test_the_articles_do_not_contradict_each_other(pattern: str, allowed: set[str]) -> None:
    said = {match for article in ARTICLES for match in re.findall(pattern, article.body)}
    assert said
    assert said <= allowed


HEAD = """id: pump
title: The pump
version: 1
published: 2026-01-02
updated: 2026-01-03
products: [Brewline One]
audience: customer
language: en-GB"""


def write(folder: Path, head: str, name: str = "pump") -> Path:
    path = folder / f"{name}.md"
    path.write_text(f"---\n{head}\n---\n# The pump\n\nIt pumps.\n", encoding="utf-8")
    return path


def test_the_title_line_is_not_part_of_the_body(tmp_path: Path) -> None:
    assert read_article(write(tmp_path, HEAD)).body == "It pumps."


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD.replace("version: 1\n", ""), r"lacks \['version'\]"),
        (HEAD + "\nauthor: me", r"has unknown \['author'\]"),
        (HEAD.replace("version: 1", "version: one"), "version is 'one', it must be of type int"),
        (HEAD.replace("2026-01-02", "2 January"), "published is '2 January'"),
        (HEAD.replace("id: pump", "id: pomp"), "the id is 'pomp', it must be the file's name"),
        ("title: [", "must begin with a YAML head"),
    ],
)
def test_a_faulty_head_is_refused_with_the_file_and_the_reason(tmp_path: Path, head: str, said: str) -> None:
    with pytest.raises(ArticleError, match=said) as caught:
        read_article(write(tmp_path, head))
    assert "pump.md" in str(caught.value)


def test_a_file_without_a_head_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="No article"):
        load_articles(tmp_path)
    (tmp_path / "bare.md").write_text("# Bare\n")
    with pytest.raises(ArticleError, match=r"bare\.md must begin with a YAML head"):
        load_articles(tmp_path)
