# SPDX-License-Identifier: Apache-2.0
"""Read JSON files and parsed documents into plain JSON within the caps, without believing anything they say.

What Python's reader lets pass is refused: a key given twice, NaN and infinities, numbers that no program can hold,
and, in a parsed document, whatever is not JSON.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Json, Origin
from heliograph_codegen.wording import quoted

if TYPE_CHECKING:
    from heliograph_codegen.limits import Limits

Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"

_DIGITS = 1000
_BITS = 3322
"""What a number of so many digits takes."""


def read_object(source: Source, limits: Limits, name: str = "") -> dict[str, Json]:
    """Read one JSON object.

    Args:
        source: Path of a file in UTF-8, compressed by gzip where it ends with ``.gz``; or the parsed document.
        limits: The caps.
        name: What errors call it; the path without it.

    Raises:
        GenerationError: it cannot be read, is too large, or is no JSON object.
    """
    if isinstance(source, Mapping):
        document: object = source
    else:
        file = Path(source)
        name = name or file.as_posix()
        document = _parse(read_bytes(file, limits, name), name)
    found = _Copier(limits, name).copy(document, "", 0)
    if not isinstance(found, dict):
        raise GenerationError("no JSON object; give the model's own file", Origin(name))
    return found


def read_bytes(file: Path, limits: Limits, name: str) -> bytes:
    """The file's bytes, unpacked where it is compressed by gzip, if they are not too many."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GenerationError(f"cannot be read: {reason}; give the path of a model file", name) from error
    limits.check("file_bytes", len(data), Origin(name))
    return data


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Stands for what is no JSON though Python reads it, until its place is known."""

    problem: str


def _parse(data: bytes, name: str) -> object:
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GenerationError("the file is not UTF-8; save it as UTF-8", Origin(name, line)) from error
    except json.JSONDecodeError as error:
        raise GenerationError(f"not valid JSON: {error.msg}", Origin(name, error.lineno)) from error
    except RecursionError as error:
        raise GenerationError("the JSON is nested too deeply; use fewer levels", Origin(name, 1)) from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object] | _Wrong:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [key for key, _ in pairs]
    twice = next(key for at, key in enumerate(names) if key in names[:at])
    return _Wrong(f"the key {quoted(twice)} stands in one object twice; remove one")


def _no_number(text: str) -> _Wrong:
    return _Wrong(f"{text} is no number in JSON; remove it")


def _integer(text: str) -> int | _Wrong:
    return int(text) if len(text) <= _DIGITS else _Wrong("the number is too long; write it as text")


class _Copier:
    """Copies a document while it looks at everything. The depth cap bounds the recursion, cycles included."""

    def __init__(self, limits: Limits, name: str) -> None:
        self._limits = limits
        self._name = name
        self._nodes = 0

    def copy(self, value: object, pointer: str, depth: int) -> Json:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            self._limits.check("nodes", self._nodes, Origin(self._name, None, pointer))
        if isinstance(value, str):
            if len(value) > self._limits.text_length:
                self._limits.check("text_length", len(value), Origin(self._name, None, pointer))
            return value
        if isinstance(value, Mapping | list | tuple):
            return self._inner(cast("Mapping[object, object] | Sequence[object]", value), pointer, depth + 1)
        return self._scalar(value, pointer)

    def _inner(self, value: Mapping[object, object] | Sequence[object], pointer: str, depth: int) -> Json:
        if depth > self._limits.depth:
            self._limits.check("depth", depth, Origin(self._name, None, pointer))
        if not isinstance(value, Mapping):
            return [self.copy(item, f"{pointer}/{at}", depth) for at, item in enumerate(value)]
        found: dict[str, Json] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                origin = Origin(self._name, None, pointer)
                raise GenerationError(f"a key of the type {type(key).__name__}; a key is text", origin)
            if len(key) > self._limits.name_length:
                self._limits.check("name_length", len(key), Origin(self._name, None, pointer))
            found[key] = self.copy(item, f"{pointer}/{step(key)}", depth)
        return found

    def _scalar(self, value: object, pointer: str) -> Json:
        origin = Origin(self._name, None, pointer)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            if value.bit_length() > _BITS:
                raise GenerationError("the number is too long; write it as text", origin)
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise GenerationError("a number that is not finite; JSON has none", origin)
            return value
        if isinstance(value, _Wrong):
            raise GenerationError(value.problem, origin)
        raise GenerationError(f"a value of the type {type(value).__name__}; a model is plain JSON", origin)


def step(key: str) -> str:
    """A key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
