"""The list of options without effect in the provider's README, from the tables in the wires' modules.

python tests/practice_provider/options_without_effect.py     prints the list as it should stand there
"""

import importlib
import pkgutil
from collections.abc import Iterator

from practice_provider import wires


def tables() -> Iterator[tuple[str, list[str]]]:
    """Give each wire's module that accepts options without effect, and the options."""
    for module in pkgutil.iter_modules(wires.__path__):
        known = vars(importlib.import_module(f"{wires.__name__}.{module.name}"))
        named = [value for name, value in known.items() if "NO_EFFECT" in name or "WITHOUT_EFFECT" in name]
        if options := sorted({option for table in named for option in table}):
            yield module.name, options


def lines() -> list[str]:
    """Give the list as it stands in the README: a module each, unless another has said the same."""
    said: set[tuple[str, ...]] = set()
    rows = []
    for name, options in tables():
        if tuple(options) not in said:
            rows.append(f"- {name.replace('_', ' ')}: {', '.join(f'`{option}`' for option in options)}")
        said.add(tuple(options))
    return rows


if __name__ == "__main__":
    print("\n".join(lines()))
