# SPDX-License-Identifier: Apache-2.0
"""Objects of a C2J model that know where they stand, and a place for what is only worth a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.json_files import step
from heliograph_codegen.ir import Json, Origin
from heliograph_codegen.wording import quoted, suggestion

Warn: TypeAlias = Callable[[str], None]
"""Takes one line that says what was passed over."""


@dataclass(slots=True)
class Notes:
    """What was passed over, each thing once with its count."""

    found: dict[str, tuple[Origin, int]] = field(default_factory=dict[str, tuple[Origin, int]])

    def add(self, what: str, origin: Origin, count: int = 1) -> None:
        first, before = self.found.get(what, (origin, 0))
        self.found[what] = (first, before + count)

    def tell(self, warn: Warn) -> None:
        """One line for each thing: where it stands first, what it is, how often it is there."""
        for what, (origin, count) in self.found.items():
            times = f" ({count} times; this is the first)" if count > 1 else ""
            warn(str(GenerationError(f"{what}{times}", origin)))


@dataclass(frozen=True, slots=True)
class Keys:
    """What may stand in one sort of object.

    Attributes:
        what: What the object is called.
        read: Keys that say something.
        without_effect: Keys that say nothing about calls.
    """

    what: str
    read: frozenset[str]
    without_effect: frozenset[str] = frozenset()


WIRE_TRAITS = frozenset(
    "contextParam document event eventheader eventpayload eventstream flattened hostLabel idempotencyToken "
    "jsonvalue location locationName payload queryName requiresLength resultWrapper sparse streaming timestampFormat "
    "union xmlAttribute xmlNamespace".split()
)
"""Traits that change what goes over the wire: one in a place where it is not read is an error, not a word."""


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the model."""

    value: Mapping[str, Json]
    file: str
    pointer: str
    what: str

    @property
    def origin(self) -> Origin:
        return Origin(self.file, None, self.pointer)

    def at(self, key: str) -> Origin:
        return Origin(self.file, None, f"{self.pointer}/{step(key)}")

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def check(self, keys: Keys, notes: Notes) -> None:
        """Refuse traits in the wrong place, and note keys that are not known."""
        for key in self.value.keys() - keys.read - keys.without_effect:
            if key in WIRE_TRAITS:
                raise GenerationError(f"the generator cannot make '{key}' on {keys.what} yet", self.at(key))
            notes.add(f"the key {quoted(key)} of {keys.what} is not known and was passed over", self.at(key))

    def text(self, key: str, grammar: re.Pattern[str] | None = None) -> str:
        """A text; empty when the key is absent. A ``grammar`` must match all of it."""
        value = self.value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(key, "a text")
        if grammar is not None and value and not grammar.fullmatch(value):
            raise GenerationError(f"{quoted(value)} cannot be '{key}' of {self.what}", self.at(key))
        return value

    def flag(self, key: str) -> bool:
        """A boolean; false when the key is absent."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def integer(self, key: str, allowed: range) -> int | None:
        """An integer within ``allowed``; None when the key is absent."""
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            raise self.wrong(key, f"a whole number from {allowed.start} to {allowed.stop - 1}")
        return value

    def number(self, key: str) -> int | float | None:
        """A number; None when the key is absent."""
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(key, "a number")
        return value

    def part(self, key: str, what: str = "") -> Node | None:
        """An object; None when the key is absent."""
        if key not in self.value:
            return None
        return self._inner(key, self.value[key], what or f"'{key}' of {self.what}")

    def parts(self, key: str, what: str) -> Iterator[tuple[str, Node]]:
        """The entries of an object of objects, in the model's order; nothing when the key is absent."""
        outer = self.part(key)
        if outer is not None:
            for name, value in outer.value.items():
                yield name, outer._inner(name, value, f"{what} {name}")

    def _inner(self, key: str, value: Json, what: str) -> Node:
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return Node(value, self.file, f"{self.pointer}/{step(key)}", what)

    def items(self, key: str) -> list[Json]:
        """A list; empty when the key is absent."""
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "a list")
        return value

    def texts(self, key: str, grammar: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """A list of texts, or one text; empty when the key is absent."""
        value = self.value.get(key)
        found: list[str] = []
        for item in [value] if isinstance(value, str) else self.items(key):
            if not isinstance(item, str) or (grammar is not None and not grammar.fullmatch(item)):
                raise self.wrong(key, "a list of texts")
            found.append(item)
        return tuple(found)

    def part_items(self, key: str, what: str) -> Iterator[Node]:
        """The objects of a list."""
        for at, value in enumerate(self.items(key)):
            if not isinstance(value, dict):
                raise self.wrong(key, "a list of objects")
            yield Node(value, self.file, f"{self.pointer}/{step(key)}/{at}", what)

    def choice(self, key: str, known: Mapping[str, object]) -> str:
        """One of ``known``; empty when the key is absent."""
        value = self.text(key)
        if value and value not in known:
            raise GenerationError(
                f"'{key}' of {self.what} cannot be {quoted(value)}{suggestion(value, known)}", self.at(key)
            )
        return value

    def wrong(self, key: str, wanted: str) -> GenerationError:
        return GenerationError(f"'{key}' of {self.what} is not {wanted}", self.at(key))
