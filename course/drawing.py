"""The kit for all drawings of the course: a page, things that always look the same, and arrows between them.

A drawing is a script in notebooks/drawings/ that writes an SVG of the same name beside it. Text stays text, every
page says in words what it shows, and each kind of thing has a shape and a border of its own, so that a drawing can be
read on a dark page, in grey print, and by someone who sees no colours. Plots are not made here: matplotlib does that.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

INK, PAPER, SOFT = "#1b2733", "#ffffff", "#5b6b7a"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

Kind = Literal["program", "provider", "person", "store", "note", "key"]


@dataclass(frozen=True)
class Look:
    """How one kind of thing is drawn: fill, border, width of the border, and its dashes."""

    fill: str
    border: str
    width: float = 2
    dash: str = ""
    radius: int = 10


LOOKS: dict[Kind, Look] = {
    "program": Look("#e8f1fb", "#1f5fa8"),
    "provider": Look("#f3ecfa", "#6b3fa0", 3),
    "person": Look("#fdf3e3", "#a8620f", 2, "", 28),
    "store": Look("#e9f6ec", "#2c7a45", 2, "", 2),
    "note": Look("#f6f7f9", "#5b6b7a", 1.5, "5 4"),
    "key": Look("#fdeaea", "#b3261e", 2, "2 3"),
}


@dataclass(frozen=True)
class Box:
    """A thing on the page; `at` are its left and top, in the page's units."""

    x: float
    y: float
    width: float
    height: float

    def side(self, name: Literal["left", "right", "top", "bottom"], shift: float = 0) -> tuple[float, float]:
        """The middle of a side, moved along the side by `shift`."""
        middle_x, middle_y = self.x + self.width / 2, self.y + self.height / 2
        return {
            "left": (self.x, middle_y + shift),
            "right": (self.x + self.width, middle_y + shift),
            "top": (middle_x + shift, self.y),
            "bottom": (middle_x + shift, self.y + self.height),
        }[name]


@dataclass
class Page:
    """One drawing. `title` names it, `says` tells in words what can be seen, for those who cannot see it."""

    width: int
    height: int
    title: str
    says: str
    _parts: list[str] = field(default_factory=list)

    def box(self, kind: Kind, x: float, y: float, width: float, height: float, title: str, *lines: str) -> Box:
        """Draw a thing with a bold title and smaller lines below it."""
        look = LOOKS[kind]
        dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{look.radius}" '
            f'fill="{look.fill}" stroke="{look.border}" stroke-width="{look.width:g}"{dash}/>'
        )
        top = y + height / 2 - (len(lines) * 18) / 2 + 5
        self.text(x + width / 2, top, title, bold=True)
        for number, line in enumerate(lines, 1):
            self.text(x + width / 2, top + number * 18, line, size=13)
        return Box(x, y, width, height)

    def frame(self, x: float, y: float, width: float, height: float, label: str) -> None:
        """Draw a thin border around things that belong together; the label stands in its upper left corner."""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="14" fill="none" '
            f'stroke="{SOFT}" stroke-width="1.2"/>'
        )
        self.text(x + 16, y + 24, label, size=14, bold=True, anchor="start", colour=SOFT)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: int = 15,
        bold: bool = False,
        anchor: str = "middle",
        colour: str = INK,
        mono: bool = False,
    ) -> None:
        """Write words; `y` is their baseline."""
        weight = ' font-weight="600"' if bold else ""
        family = " font-family=\"ui-monospace, 'DejaVu Sans Mono', Consolas, monospace\"" if mono else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}{family}>'
            f"{escape(words)}</text>"
        )

    def arrow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        label: str = "",
        *,
        dashed: bool = False,
        above: bool = True,
        tip: bool = True,
    ) -> None:
        """Draw an arrow, or without its tip a line; the label stands above or below the middle."""
        dash = ' stroke-dasharray="6 5"' if dashed else ""
        marker = ' marker-end="url(#tip)"' if tip else ""
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{INK}" stroke-width="1.8"{dash}{marker}/>'
        )
        if label:
            self.text((x1 + x2) / 2, (y1 + y2) / 2 + (-8 if above else 20), label, size=13, colour=SOFT)

    def dot(self, x: float, y: float) -> None:
        """Mark a moment on a time line."""
        self._parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"/>')

    def svg(self) -> str:
        """The page as SVG text."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" aria-labelledby="title says" font-family="{FONT}">'
        )
        tip = (
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" '
            f'orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="{INK}"/></marker></defs>'
        )
        paper = (
            f'<rect x="1" y="1" width="{self.width - 2}" height="{self.height - 2}" rx="14" fill="{PAPER}" '
            'stroke="#d5dbe1"/>'
        )
        words = f'<title id="title">{escape(self.title)}</title><desc id="says">{escape(self.says)}</desc>'
        return "\n".join([head, words, tip, paper, *self._parts, "</svg>", ""])

    def save(self, script: str) -> Path:
        """Write the SVG beside the script that draws it, under the same name."""
        path = Path(script).with_suffix(".svg")
        path.write_text(self.svg(), "utf-8", newline="\n")
        return path
