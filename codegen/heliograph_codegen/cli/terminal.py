# SPDX-License-Identifier: Apache-2.0
"""What commands say, and how: plain lines unless a person looks at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from heliograph_codegen.text import clean_text

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_WIDEST = 120
"""Columns beyond which prose is hard to read."""


def warn(line: str) -> None:
    """Say something that is no error."""
    print(f"warning: {line}", file=sys.stderr)


def shown(path: Path) -> Path:
    """A path as people write it: relative where that is shorter."""
    relative = Path(os.path.relpath(path))
    return relative if len(str(relative)) < len(str(path)) else path


def plain(text: object) -> str:
    """Text of a model on one line, without anything that a terminal could act upon or has no picture of."""
    line = " ".join(clean_text(str(text)).split())
    return line if line.isprintable() else "".join(each if each.isprintable() else _UNKNOWN for each in line)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at what is written."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns for prose."""
    return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)


def styled(text: str, style: str) -> str:
    """The text in a style of ECMA-48 (``1`` is bold), where it goes to a terminal that may have colours."""
    is_wanted = is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return f"\x1b[{style}m{text}\x1b[0m" if is_wanted else text


# --- Layout


def columns(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Texts of a model beside each other, each with its least width."""
    return "  ".join(f"{plain(text):{least}}" for text, least in zip(texts, widths, strict=True)).rstrip()


def in_columns(names: Sequence[str], indent: str = "  ") -> list[str]:
    """Names in as many columns as there is room for, downwards."""
    shown_names = [plain(name) for name in names]
    widest = max(map(len, shown_names), default=0) + 2
    rows = -(-len(shown_names) // max((width() - len(indent)) // max(widest, 1), 1)) or 1
    return [
        indent + "".join(f"{name:{widest}}" for name in shown_names[row::rows]).rstrip()
        for row in range(min(rows, len(shown_names)))
    ]


def wrapped(text: str, indent: str = "") -> list[str]:
    """Prose of a model in lines that fit."""
    return textwrap.wrap(
        plain(text),
        width(),
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if text.startswith("- ") else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
