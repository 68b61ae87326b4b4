# SPDX-License-Identifier: Apache-2.0
"""What a project generates: the tables ``[[tool.heliograph.client]]`` of its ``pyproject.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_files import SCHEME
from heliograph_codegen.wording import quoted, suggestion

_REQUIRED = ("model", "package", "out")
_KEYS = (*_REQUIRED, "tests", "docs", "operations")


@dataclass(frozen=True, slots=True)
class Client:
    """One client to generate.

    Attributes:
        model: Path of its model, or ``botocore:NAME``.
        package: Its import name.
        out: The directory that holds the package.
        tests: The directory of its test module, if one is written.
        docs: The directory of its reference page, if one is written.
        operations: The operations that it has; None for all of them.
    """

    model: Path | str
    package: str
    out: Path
    tests: Path | None = None
    docs: Path | None = None
    operations: tuple[str, ...] | None = None


def clients(start: Path) -> list[Client]:
    """The clients of the project that a directory belongs to.

    Args:
        start: A directory; its ``pyproject.toml`` counts, else that of the nearest directory above.

    Raises:
        GenerationError: There is no such file, it has no such table, or a table is wrong.
    """
    file = next(
        (folder / "pyproject.toml" for folder in _upwards(start) if (folder / "pyproject.toml").is_file()),
        None,
    )
    if file is None:
        raise GenerationError(
            "no pyproject.toml here or above; name a model, or go to a project that lists its clients"
        )
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GenerationError(f"is no TOML: {error}", file) from error
    tables = document.get("tool", {}).get("heliograph", {}).get("client", [])
    if not isinstance(tables, list) or not tables:
        raise GenerationError("lists no clients; add a table [[tool.heliograph.client]]", file)
    return [_client(table, number, file) for number, table in enumerate(cast("list[object]", tables), 1)]


def _upwards(start: Path) -> Iterator[Path]:
    whole = start.resolve()
    yield from (whole, *whole.parents)


def _client(table: object, number: int, file: Path) -> Client:
    what = f"table {number} of [[tool.heliograph.client]]"
    if not isinstance(table, dict):
        raise GenerationError(f"{what} is no table", file)
    values = cast("dict[str, Any]", table)
    for key, value in values.items():
        if key not in _KEYS:
            raise GenerationError(f"{what} has no key {quoted(key)}{suggestion(key, _KEYS)}", file)
        if key == "operations":
            continue
        if not isinstance(value, str) or not value:
            raise GenerationError(f"{key} of {what} is no text; write it in quotes", file)
    missing = next((key for key in _REQUIRED if key not in values), None)
    if missing is not None:
        raise GenerationError(f"{what} lacks {missing}; add it", file)
    paths = {key: file.parent / values[key] for key in ("model", "out", "tests", "docs") if key in values}
    return Client(
        model=values["model"] if values["model"].startswith(SCHEME) else paths["model"],
        package=values["package"],
        out=paths["out"],
        tests=paths.get("tests"),
        docs=paths.get("docs"),
        operations=_operations(values["operations"], what, file) if "operations" in values else None,
    )


def _operations(value: object, what: str, file: Path) -> tuple[str, ...]:
    names = cast("list[object]", value) if isinstance(value, list) else []
    found = tuple(name for name in names if isinstance(name, str))
    if not found or len(found) < len(names):
        raise GenerationError(f'operations of {what} is no list of names; write ["Name", "Other"]', file)
    return found
