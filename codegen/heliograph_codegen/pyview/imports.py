# SPDX-License-Identifier: Apache-2.0
"""The imports of generated modules: what the source in them names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import LiteralString

from heliograph_codegen.pyview.codec import RUNTIME_NAMES
from heliograph_codegen.pyview.names import import_order
from heliograph_codegen.text import Code, Ident, code

TYPING = (Code("from typing import Any"),)

_COLLECTIONS = ("Mapping", "Sequence")
_FOR_CLIENTS = frozenset(
    """
    AsyncEventStream AsyncStreamingBody EventInput EventStream NoOutput StreamingBody StreamingInput
    """.split()
)
"""What of the runtime signatures name."""
_LEXEME = re.compile(
    r"""
      "(?:[^"\\]++|\\.)*+" | '(?:[^'\\]++|\\.)*+'
    | (?<![\w.]) ([A-Za-z_]\w*+) (?!["'] | \s*=(?!=))
    """,
    re.VERBOSE,
)
"""A string; or a name that is no attribute, no prefix of a string, and not assigned to."""


def names_in(codes: Iterable[Code]) -> set[Ident]:
    """The names that expressions and statements use."""
    return set[Ident]().union(*map(_in, {*codes}))


@lru_cache(maxsize=1 << 16)
def _in(source: Code) -> frozenset[Ident]:
    return frozenset(Ident(name) for name in _LEXEME.findall(source) if name)


def in_order(names: Iterable[Ident], *more: LiteralString) -> tuple[Ident, ...]:
    """Names in the order in which a sorted import has them."""
    return tuple(sorted({*names, *map(Ident, more)}, key=import_order))


def of_runtime(statements: Iterable[Code], *more: str) -> tuple[Ident, ...]:
    """What the statements need from the runtime, and what the template around them needs besides."""
    return in_order(Ident(name) for name in (names_in(statements) | {*more}) & RUNTIME_NAMES)


def functions_in(statements: Iterable[Code], functions: Iterable[str]) -> tuple[Ident, ...]:
    """The functions of structures that the statements use."""
    return in_order(names_in(statements) & {Ident(name) for name in functions})


def for_checkers(annotations: Iterable[Code], *, literals: bool = False) -> tuple[Code, ...]:
    """The import lines that annotations need, for checkers alone."""
    names = names_in(annotations)
    lines: list[Code] = []
    collections = [name for name in _COLLECTIONS if name in names]
    if collections:
        lines.append(code("from collections.abc import {}", Code(", ".join(collections))))
    if "datetime" in names:
        lines.append(Code("from datetime import datetime"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    typing = [name for name, wanted in (("Any", "Any" in names), ("Literal", literals)) if wanted]
    if typing:
        lines.append(code("from typing import {}", Code(", ".join(typing))))
    return tuple(lines)


def of_runtime_for_clients(annotations: Iterable[Code], returned: Iterable[Code]) -> tuple[Ident, ...]:
    """The names of the runtime that a client's signatures need, for checkers alone."""
    return in_order(Ident(name) for name in names_in([*annotations, *returned]) & _FOR_CLIENTS)


def for_tests(names: set[Ident], more: Iterable[Code]) -> tuple[Code, ...]:
    """The imports of the standard library that a test module with calls needs."""
    lines = [Code("import asyncio"), Code("from operator import methodcaller"), *TYPING, *more]
    if "datetime" in names:
        lines.append(Code("from datetime import UTC, datetime"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    return tuple(sorted(lines, key=lambda line: (line.startswith("from"), line)))
