"""Citations: numbers for ids, harmless Markdown, and the passage that a sentence rests on."""

from hypothesis import given
from hypothesis import strategies as st

from capstone.citations import harmless, loose_figures, readable, sources
from capstone.marking import highlighted
from capstone.passages import Passage
from stages.s2_llms.articles import load_articles

ARTICLES = {article.id: article for article in load_articles()}
KNOWN = {
    f"{name}#steps": Passage(f"{name}#steps", name, article.title, article.body, 0)
    for name, article in ARTICLES.items()
    if name in {"descaling", "error-e07", "warranty"}
}
PAGES = {f"m.pdf#page-{n}": Passage(f"m.pdf#page-{n}", "m.pdf", "Manual", "", 0, n) for n in (3, 4)}


def link(number: int) -> str:
    return f"#source-{number}"


def marked(name: str, *claims: str) -> str:
    body = ARTICLES[name].body
    return highlighted(body, [Passage(name, name, "", body, 0)], claims)


def test_sources_are_numbered_in_order_of_appearance_and_keep_their_sentences() -> None:
    answer = "Use one sachet [descaling#steps]. E07 is heat [error-e07#steps]. Rinse twice. Wait [descaling#steps]."
    first, second = sources(answer, KNOWN)
    assert (first.number, first.first.document, second.number) == (1, "descaling", 2)
    assert second.first.document == "error-e07"
    assert {"Use one sachet", "Wait"} <= {*first.claims}


def test_two_pages_of_a_manual_are_two_sources_and_one_page_is_one() -> None:
    answer = "Fill it. [m.pdf#page-3] Press it. [m.pdf#page-4] Wait. [m.pdf#page-3]"
    assert [source.first.name for source in sources(answer, PAGES)] == ["Manual, page 3", "Manual, page 4"]


def test_a_passage_that_was_not_shown_is_neither_a_source_nor_a_link() -> None:
    assert sources("Trust me [made-up#steps].", KNOWN) == ()
    assert readable("Trust me [made-up#steps].", KNOWN, link) == "Trust me."


def test_figures_in_a_marker_of_several_sources_are_no_figures_of_the_answer() -> None:
    pages = {name: Passage(name, "m.pdf", "Manual", "It holds 2 l.", 0) for name in ("m.pdf#page-14", "m.pdf#page-15")}
    answer = "It holds 2 l [m.pdf#page-14, m.pdf#page-15]."
    assert loose_figures(answer, "How much?", sources(answer, pages)) == ()


def test_brackets_that_cite_nothing_stay_as_they_are() -> None:
    assert readable("Press [OK].", KNOWN, link) == "Press \\[OK\\]."


def test_a_citation_becomes_a_numbered_link() -> None:
    shown = readable("Rinse [descaling#steps, warranty#steps].", KNOWN, link)
    assert shown == "Rinse [\\[1\\]](#source-1) [\\[2\\]](#source-2)."


def test_a_marker_that_is_still_arriving_is_not_shown() -> None:
    assert readable("Use one sachet [desca", KNOWN, link) == "Use one sachet"


def test_an_answer_cannot_load_a_picture_run_html_or_write_a_heading() -> None:
    shown = harmless("# Big\n![x](http://a.test/p.png) <img src=x> [a](http://b.test) $1$ :red[x] `code`")
    assert shown.startswith("\\# Big")
    for forbidden in ("![", "<img", "[a](", ":red[x]"):
        assert forbidden not in shown.replace("\\[", "").replace("\\<", "")


@given(st.text())
def test_any_answer_can_be_shown(answer: str) -> None:
    readable(answer, KNOWN, link)
    marked("descaling", *(claim for source in sources(answer, KNOWN) for claim in source.claims))


@given(st.sampled_from(sorted(ARTICLES)), st.text())
def test_marking_adds_marks_and_changes_no_word(name: str, claim: str) -> None:
    body = ARTICLES[name].body
    shown = marked(name, claim, body.splitlines()[0])
    assert shown.replace("<mark>", "").replace("</mark>", "").split() == body.split()


def test_the_sentence_that_an_answer_quotes_is_marked_and_no_other() -> None:
    sentence = "The warranty of every Brewline machine and grinder is 2 years long and begins on the day of delivery."
    shown = marked("warranty", sentence)
    assert f"<mark>{sentence}</mark>" in shown
    assert shown.count("<mark>") == 1


def test_a_table_row_is_marked_cell_by_cell_so_that_it_stays_a_table() -> None:
    shown = marked("shipping", "Standard to Ireland: 5 to 7 working days, £12.50.")
    assert "| <mark>Standard, Ireland</mark> | <mark>5 to 7 working days</mark> | <mark>£12.50</mark> |" in shown


def test_a_list_item_is_marked_without_its_number() -> None:
    shown = marked("descaling", "Switch the machine off and let it cool for 30 minutes.")
    assert "1. <mark>Switch the machine off and let it cool for 30 minutes.</mark>" in shown


def test_nothing_is_marked_where_the_article_says_nothing_like_it() -> None:
    assert marked("returns", "Zebras graze at dawn near the river.") == ARTICLES["returns"].body


def test_a_sentence_outside_the_cited_passage_is_not_marked() -> None:
    body = "Wait 5 minutes.\n\n## Later\n\nWait 5 minutes."
    start = body.index("## Later")
    shown = highlighted(body, [Passage("a#later", "a", "", body[start:], start)], ["Wait 5 minutes."])
    assert shown == "Wait 5 minutes.\n\n## Later\n\n<mark>Wait 5 minutes.</mark>"
