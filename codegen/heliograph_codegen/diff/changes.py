# SPDX-License-Identifier: Apache-2.0
"""What rules look at, and what they find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar, cast

from heliograph_codegen.diff.catalogue import RULES, Rule
from heliograph_codegen.ir import NOWHERE, Binding, Origin, XmlNamespace
from heliograph_codegen.text import clean_text

_SHOWN = 120
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing in which two models differ.

    Attributes:
        subject: What it is about, short and stable: ``Ring``, ``RingRequest.Name``; empty for the service.
        text: What is the case, in one line without a full stop; names and values stand between backticks.
        old, new: Where it stands in the two models; None where it does not.
    """

    rule: Rule
    subject: str
    text: str
    old: Origin | None
    new: Origin | None

    @property
    def origin(self) -> Origin:
        """Where to look: in the new model, or in the old one for what is gone."""
        return next((each for each in (self.new, self.old) if each not in (None, NOWHERE)), None) or NOWHERE


class Node(Protocol):
    """Something of a model that knows where it stands."""

    @property
    def origin(self) -> Origin: ...


N_co = TypeVar("N_co", bound=Node, covariant=True)


@dataclass(frozen=True, slots=True)
class Pair(Generic[N_co]):
    """The same thing in two models.

    Attributes:
        subject: As in :class:`Change`.
        what: The same in words: "operation `Ring`".
    """

    subject: str
    what: str
    old: N_co
    new: N_co

    def found(self, rule: str, text: str) -> Change:
        """A change; the text goes on after "operation `Ring`"."""
        return Change(RULES[rule], self.subject, f"{self.what} {text}", self.old.origin, self.new.origin)

    def attribute(self, name: str, rule: str, words: str) -> Iterator[Change]:
        """A change if an attribute differs, with both values."""
        old, new = getattr(self.old, name), getattr(self.new, name)
        if old != new:
            yield self.valued(rule, words, old, new)

    def valued(self, rule: str, words: str, old: object, new: object) -> Change:
        """A change of a value that the words name."""
        text = f"{words} of {self.what} changed from {told(old)} to {told(new)}"
        return Change(RULES[rule], self.subject, text, self.old.origin, self.new.origin)

    def attributes(self, *table: tuple[str, str, str]) -> Iterator[Change]:
        """What :meth:`attribute` gives for each row."""
        for name, rule, words in table:
            yield from self.attribute(name, rule, words)


def gone(rule: str, subject: str, text: str, node: Node) -> Change:
    """A change that only the old model shows."""
    return Change(RULES[rule], subject, text, node.origin, None)


def come(rule: str, subject: str, text: str, node: Node) -> Change:
    """A change that only the new model shows."""
    return Change(RULES[rule], subject, text, None, node.origin)


def name(text: object) -> str:
    """A name or value of a model between backticks, on one line, cut when it is long."""
    line = " ".join(clean_text(str(text)).split()).replace("`", "'")
    return f"`{line if len(line) <= _SHOWN else f'{line[:_SHOWN]}...'}`"


def told(value: object) -> str:
    """A value in words."""
    match value:
        case None | "" | () | False:
            return "nothing" if value is not False else "off"
        case True:
            return "on"
        case Enum():
            return name(value.value)
        case Binding(location, at):
            return f"the {location.value} {name(at)}" if at else f"the {location.value}"
        case XmlNamespace(uri, prefix):
            return name(f"{prefix}={uri}" if prefix else uri)
        case tuple():
            return ", ".join(map(told, cast("tuple[object, ...]", value)))
        case _:
            return name(value)
