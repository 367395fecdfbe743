"""The few lines of JavaScript that Streamlit has no words for: clicks on citations, focus, and scrolling.

Nothing here receives data: the scripts are fixed texts. Without JavaScript the buttons below each answer still work.
Source: https://docs.streamlit.io/develop/concepts/custom-components/components-v2
"""

import streamlit as st

CLICKS = """
export default function () {
  // A citation in the text is a link to #source-…; it presses the button of the same name below the answer.
  const press = (source, tries) => {
    const button = document.querySelector(`.st-key-${source} button`);
    if (!button && tries) setTimeout(() => press(source, tries - 1), 100);
    button?.focus();  // where the focus returns when the article is closed
    button?.click();
  };
  const open = (event) => {
    const link = event.target.closest('a[href^="#source-"]');
    if (!link) return;
    event.preventDefault();
    press(link.hash.slice(1), 50);
  };
  document.addEventListener("click", open);
  if (location.hash.startsWith("#source-")) {  // pressed before this script was here: the browser followed the link
    const source = location.hash.slice(1);
    history.replaceState(history.state, "", location.pathname + location.search);
    press(source, 50);
  }
  return () => document.removeEventListener("click", open);
}
"""
SETTLE = """
export default function () {
  // Bring the first marked passage into view, without movement, and the keyboard into the dialog. The page is drawn
  // once more while the dialog opens and takes the focus away again, so we look as long as the dialog is open.
  const dialog = () => document.querySelector('[role="dialog"]');
  const scroll = setTimeout(() => dialog()?.querySelector("mark")?.scrollIntoView({ block: "center" }), 150);
  const focus = setInterval(() => {
    if (document.activeElement === document.body) dialog()?.focus({ preventScroll: true });
  }, 100);
  return () => [scroll, focus].forEach(clearTimeout);
}
"""
REVEAL = """
export default function () {
  // Bring the newest question to the top of the page, so that its answer can be read from the beginning.
  const timer = setTimeout(() => {
    const messages = document.querySelectorAll('[data-testid="stChatMessage"]');
    const question = messages[messages.length - 2];
    if (!question) return;
    question.style.scrollMarginTop = "5rem";
    question.scrollIntoView({ block: "start" });
  }, 100);
  return () => clearTimeout(timer);
}
"""
LEAVE = """
export default function () {
  // On a telephone the sidebar, from which this page was chosen, lies over it: close it once.
  if (window.innerWidth >= 768) return;
  const timer = setTimeout(() => {
    document.querySelector('[data-testid="stSidebarCollapseButton"] button[aria-expanded="true"]')?.click();
  }, 150);
  return () => clearTimeout(timer);
}
"""


def leave_sidebar(page: str) -> None:
    """Close the sidebar when this page has just been chosen in it, on a telephone."""
    st.components.v2.component("brewline_leave", js=LEAVE)(key=f"leave-{page}")


def listen_for_citations() -> None:
    """Make the `[1]` in answers open the article; without JavaScript the buttons below still do."""
    st.components.v2.component("brewline_citations", js=CLICKS)(key="citation-clicks")


def settle_dialog(name: str) -> None:
    """Show the first marked passage of the open dialog and move the keyboard there; `name` is the dialog's."""
    st.components.v2.component("brewline_settle", js=SETTLE)(key=f"settle-{name}")


def reveal(name: str) -> None:
    """Scroll to the newest question, once for each `name`."""
    st.components.v2.component("brewline_reveal", js=REVEAL)(key=f"reveal-{name}")
