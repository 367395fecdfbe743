"""All sets together: checksums, size, a README and a licence for each, and the articles of the library."""

import csv
import hashlib
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from stages.s2_llms.articles import load_articles

from .corpus import ARTICLES, DATASETS, HELP, articles, distinct_share, nearest

SETS = ("help_centre", "manuals", "shop", "tickets", "photos", "voice", "questions", "judge", "attacks", "vectors")
KINDS = {"current", "outdated", "near", "contra", "translation"}


@pytest.mark.parametrize("sums", sorted(DATASETS.rglob("SHA256SUMS")), ids=lambda path: str(path.parent.name))
def test_the_checksums_are_those_of_the_files(sums: Path):
    for line in sums.read_text(encoding="utf-8").splitlines():
        expected, name = line.split(maxsplit=1)
        assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize("name", SETS)
def test_a_set_says_what_it_is_how_it_was_made_and_under_which_licence(name: str):
    readme = (DATASETS / name / "README.md").read_text(encoding="utf-8")
    assert len(readme.split()) > 100
    assert "how made" in readme.lower() or "how it was made" in readme.lower()
    assert "CC BY 4.0" in readme or "licence" in readme.lower()
    assert (DATASETS / name / "SHA256SUMS").is_file()
    assert f"({name}/README.md)" in (DATASETS / "README.md").read_text(encoding="utf-8")


def test_what_is_committed_is_small():
    listed = subprocess.run(["git", "ls-files", "-z", "datasets"], cwd=DATASETS.parent, capture_output=True, check=True)
    files = [DATASETS.parent / name for name in listed.stdout.decode().split("\0") if name]
    assert sum(path.stat().st_size for path in files) <= 60e6


def test_the_library_is_as_large_and_as_mixed_as_planned():
    rows = list(csv.DictReader((HELP / "library.csv").read_text(encoding="utf-8").splitlines()))
    library = load_articles(HELP / "library")
    assert {row["id"] for row in rows} == {article.id for article in library}
    assert len(library) + len(load_articles()) >= 120
    counts = Counter(row["kind"] for row in rows)
    assert set(counts) == KINDS
    assert min(counts.values()) >= 5
    known = {path.stem for path in articles(*ARTICLES)}
    assert not [row["id"] for row in rows if row["of"] and row["of"] not in known]
    languages = Counter(article.language for article in library)
    assert languages["de"] >= 5
    assert languages["es"] >= 5


@pytest.mark.parametrize("path", list(articles(*ARTICLES[1:])), ids=lambda path: path.stem)
def test_an_article_has_the_form_of_the_others(path: Path):
    (article,) = [one for one in load_articles(path.parent) if one.id == path.stem]
    assert 180 <= len(article.body.replace("|", " ").split()) <= 520
    assert re.search(r"^\|.*\|\n\|[-:| ]+\|$", article.body, re.MULTILINE)
    assert not article.body.startswith("#")
    assert article.published <= article.updated
    assert not re.search(r"https?://(?!\S*\.example\b)", article.body)


def test_the_update_set_changes_adds_and_deletes():
    before = {path.stem for path in articles(*ARTICLES[:2])}
    changed, added = load_articles(HELP / "updates" / "changed"), load_articles(HELP / "updates" / "added")
    deleted = (HELP / "updates" / "deleted.txt").read_text(encoding="utf-8").split()
    assert {article.id for article in changed} | set(deleted) <= before
    assert not {article.id for article in added} & before
    old = {article.id: article for article in (*load_articles(), *load_articles(HELP / "library"))}
    assert not [a.id for a in changed if a.version != old[a.id].version + 1 or a.body == old[a.id].body]
    assert {str(article.updated) for article in (*changed, *added)} == {"2026-12-01"}


def test_the_articles_are_written_and_not_stamped():
    bodies = [article.body for article in (*load_articles(), *load_articles(HELP / "library"))]
    assert distinct_share(bodies) > 0.9
    for index, body in enumerate(bodies):
        assert nearest([body], bodies[:index])[0] < 0.5
