# SPDX-License-Identifier: Apache-2.0
"""The formatter: ruff, run once over all files of a package, apart from every setting of the machine."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.text import LINE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMAT = (
    "format",
    "--isolated",
    "--no-cache",
    "--line-length",
    str(LINE_LENGTH),
    "--target-version",
    "py311",
    "--config",
    'format.line-ending = "lf"',
    "--",
)

_LONGEST_RUN = 300
"""Seconds that the formatter may take; the largest service needs two."""


def format_python(files: Mapping[str, str]) -> dict[str, str]:
    """Format Python sources.

    Args:
        files: Source by file name. The names serve errors only and never reach the file system.

    Returns:
        Formatted source by file name, in the same order.

    Raises:
        GenerationError: A source does not parse (the line is named), or the formatter is not installed.
    """
    if not files:
        return {}
    with tempfile.TemporaryDirectory(prefix="heliograph-format-") as folder:
        paths = {f"{number}.py": name for number, name in enumerate(files)}
        for path, name in paths.items():
            Path(folder, path).write_bytes(_encoded(files[name], name))
        failure = _run([*_FORMAT, *paths], folder)
        if failure is not None:
            raise _refused(failure, paths)
        return {name: Path(folder, path).read_bytes().decode() for path, name in paths.items()}


@cache
def formatter_version() -> str:
    """Name and version of the formatter, such as ``ruff 0.17.6``.

    Raises:
        GenerationError: It is not installed.
    """
    return subprocess.run(
        [_ruff(), "--version"], env=_environment(), capture_output=True, check=True, text=True, timeout=60
    ).stdout.strip()


def _run(arguments: Sequence[str], folder: str) -> str | None:
    """Run ruff; what it had to say if it failed."""
    try:
        done = subprocess.run(
            [_ruff(), *arguments],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_LONGEST_RUN,
        )
    except subprocess.TimeoutExpired:
        raise GenerationError(f"the formatter did not end within {_LONGEST_RUN} s; run it again") from None
    return done.stderr.decode(errors="replace") if done.returncode else None


@cache
def _ruff() -> str:
    """The program that the installed package brings; never one that merely stands on the search path."""
    try:
        return str(import_module("ruff.__main__").find_ruff_bin())
    except (ImportError, FileNotFoundError) as error:
        raise GenerationError(
            'the formatter is not installed; bring it with: pip install "heliograph[codegen]"'
        ) from error


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}


def _encoded(source: str, name: str) -> bytes:
    try:
        return source.encode()
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        problem = f"the text holds the lone surrogate {source[error.start]!a}, which no file can hold"
        raise GenerationError(problem, f"{name}:{line}") from None


_FAILURE = re.compile(r"Failed to parse (?P<path>\d+\.py):(?P<line>\d+):\d+: (?P<problem>.+)")


def _refused(message: str, paths: Mapping[str, str]) -> GenerationError:
    found = _FAILURE.search(message)
    if found is None:
        return GenerationError(f"the formatter failed: {message}")
    origin = f"{paths[found['path']]}:{found['line']}"
    return GenerationError(f"the generated source does not parse: {found['problem']}", origin)
