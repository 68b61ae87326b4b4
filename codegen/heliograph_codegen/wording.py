# SPDX-License-Identifier: Apache-2.0
"""Words that errors share: names from a model in quotes, and what the author may have meant."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What YAML does not call printable, and the byte-order mark inside of a text."""

_SHOWN = 80
"""Characters of a name that are shown."""

_FEW = 20
"""So many names may be listed when none is near."""


def shown(text: str) -> str:
    """A text from the model for an error, cut when it is long."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def quoted(text: str) -> str:
    """A text from the model for an error, in quotes."""
    return f"'{shown(text)}'"


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest known name, else all names if they are few, else nothing."""
    names = sorted(set(known))
    folded = {each.casefold(): each for each in reversed(names)}
    near = difflib.get_close_matches(name[:_SHOWN].casefold(), folded, n=1)
    if near:
        return f"; did you mean '{folded[near[0]]}'?"
    return f"; known are: {', '.join(names)}" if 0 < len(names) <= _FEW else ""
