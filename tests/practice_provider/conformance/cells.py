"""The cells of the grid: each is a test in each of its modes, and a mark in the README."""

from dataclasses import dataclass

from .asks import CAPABILITIES, Capability
from .column import Column, Mode, Noticed
from .columns import COLUMNS

WORKS, REFUSED = "✓", "–"
UNNOTICED = "not noticed"


@dataclass(frozen=True)
class Cell:
    """One row of one of the tables 'capabilities', 'errors', 'streams', in one column and one mode."""

    table: str
    row: str
    column: Column
    mode: Mode
    mark: str

    def __str__(self) -> str:
        return f"{self.column.title} / {self.row} / {self.mode}"

    def told(self) -> tuple[str, str, str, str]:
        """What the README says about it: table, row, column, mark."""
        return self.table, self.row, self.column.title, self.mark


def _mark(capability: Capability, column: Column) -> str | None:
    """What the grid shows; None where there is nothing to test."""
    lack = column.lacks.get(capability.name)
    if lack is None:
        return WORKS
    return REFUSED if lack.refusal is not None else None


def _name(noticed: Noticed) -> str:
    if noticed is None:
        return UNNOTICED
    return (noticed[0] if isinstance(noticed, tuple) else noticed).__name__


CELLS: tuple[Cell, ...] = tuple(
    [
        Cell("capabilities", capability.name, column, mode, mark)
        for capability in CAPABILITIES
        for column in COLUMNS
        if (mark := _mark(capability, column)) is not None
        for mode in column.modes
    ]
    + [
        Cell("errors", kind, column, mode, f"{failure.status} {failure.name}")
        for column in COLUMNS
        for kind, failure in column.failures.items()
        for mode in column.modes
    ]
    + [
        Cell("streams", kind, column, mode, _name(noticed))
        for column in COLUMNS
        for kind, noticed in column.breaks.items()
        for mode in column.modes
        if mode.stream
    ]
)
