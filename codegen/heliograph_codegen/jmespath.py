# SPDX-License-Identifier: Apache-2.0
"""JMESPath (https://jmespath.org/specification.html): from text to a tree, each error with its column.

Only what can be compiled is read: slices, hashes (``{a: b}``) and references to expressions (``&a``) are refused.
:mod:`heliograph_codegen.jmespath_python` makes Python of the tree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from heliograph_codegen.errors import GenerationError

Constant: TypeAlias = str | int | float | bool | None
"""What a literal may be."""


@dataclass(frozen=True, slots=True)
class Current:
    """``@``: what the expression is applied to."""


@dataclass(frozen=True, slots=True)
class Field:
    """``name``: a member."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text, or JSON between backticks."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Sub:
    """``left.right``: the right side, applied to the left one."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Pipe:
    """``left | right``: as :class:`Sub`, and a projection on the left ends."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Index:
    """``left[-1]``: one element of a list."""

    left: Node
    index: int
    column: int


@dataclass(frozen=True, slots=True)
class Flatten:
    """``left[]``, without the projection that follows: lists in the list give way to their elements."""

    left: Node
    column: int


@dataclass(frozen=True, slots=True)
class Projection:
    """``left[*].right``: the right side for each element, without those that are null."""

    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class ValueProjection:
    """``left.*.right``: the right side for each value of a map."""

    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Filter:
    """``left[?condition].right``: the right side for each element that meets the condition."""

    left: Node
    condition: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Several:
    """``[a, b]``: a list of what each of the expressions gives."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """``name(argument, ...)``."""

    name: str
    arguments: tuple[Node, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left == right``, and the five other operators."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Or:
    """``left || right``: the left side, or the right one where the left is false, null or empty."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And:
    """``left && right``."""

    left: Node
    right: Node
    column: int


@dataclass(frozen=True, slots=True)
class Not:
    """``!inner``."""

    inner: Node


Node: TypeAlias = (
    Current | Field | Literal | Sub | Pipe | Index | Flatten | Projection | ValueProjection | Filter
    | Several | Function | Comparison | Or | And | Not
)  # fmt: skip


def parse(text: str, origin: object | None = None) -> Node:
    """Read an expression.

    Args:
        text: The expression.
        origin: Where it stands, for errors.

    Raises:
        GenerationError: It is none; the error names the column, counted from 1.
    """
    try:
        return _Parser(text, origin).whole()
    except RecursionError:
        raise GenerationError("the expression is nested too deeply; use fewer levels", origin) from None


def member_path(node: Node) -> tuple[str, ...] | None:
    """The members of ``a.b.c``; None for any other expression."""
    match node:
        case Field():
            return (node.name,)
        case Sub():
            left, right = member_path(node.left), member_path(node.right)
            return None if left is None or right is None else left + right
        case _:
            return None


def holding(node: Node, value: object) -> object | None:
    """A document in which the expression finds the value; None for an expression that does more than find."""
    match node:
        case Current():
            return value
        case Field():
            return {node.name: value}
        case Sub() | Pipe():
            inner = holding(node.right, value)
            return None if inner is None else holding(node.left, inner)
        case Or():
            return holding(node.left, value)
        case Index(index=0 | -1):
            return holding(node.left, [value])
        case Flatten():
            return holding(node.left, value)
        case Projection():
            inner = holding(node.right, value)
            return None if inner is None else holding(node.left, [inner])
        case ValueProjection():
            inner = holding(node.right, value)
            return None if inner is None else holding(node.left, {"some-key": inner})
        case _:
            return None


def refusal(text: str, column: int, problem: str, origin: object | None) -> GenerationError:
    """An error in an expression."""
    shown = text if len(text) <= 200 else text[:200] + "..."
    return GenerationError(f"the expression '{shown}', column {column}: {problem}", origin)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    value: Constant
    column: int


_TOKENS: Final = re.compile(
    r"""
      (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>"(?:\\.|[^"\\])*")
    | (?P<raw>'(?:\\.|[^'\\])*')
    | (?P<json>`(?:\\.|[^`\\])*`)
    | (?P<number>-?[0-9]+)
    | (?P<mark>\[\]|\[\?|\|\||&&|==|!=|<=|>=|[.*\[\](){},:|&!<>@])
    | (?P<space>[ \t\r\n]+)
    """,
    re.VERBOSE,
)

_POWERS: Final[Mapping[str, int]] = {
    "|": 1, "||": 2, "&&": 3,
    "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
    "[]": 9, "*": 20, "[?": 21, ".": 40, "!": 45, "[": 55, "(": 60,
}  # fmt: skip
"""How strongly each mark binds what stands on its left."""

_ENDS_PROJECTION: Final = 10
"""What binds less than this ends a projection."""

_DIGITS: Final = 9
"""Characters of an index."""

_COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})


class _Parser:
    """A parser by binding powers (Pratt), as the specification's grammar has them."""

    def __init__(self, text: str, origin: object | None) -> None:
        self._text = text
        self._origin = origin
        self._tokens = self._read()
        self._at = 0
        self._first: Mapping[str, Callable[[_Token], Node]] = {
            "name": self._name,
            "quoted": lambda token: Field(str(token.value), token.column),
            "literal": lambda token: Literal(token.value),
            "@": lambda token: Current(),
            "!": lambda token: Not(self._expression(_POWERS["!"])),
            "(": self._parentheses,
            "*": lambda token: ValueProjection(Current(), self._projected(_POWERS["*"]), token.column),
            "[": self._bracket_first,
            "[]": lambda token: self._flatten(Current(), token),
            "[?": lambda token: self._filter(Current(), token),
        }
        self._next: Mapping[str, Callable[[Node, _Token], Node]] = {
            ".": self._dot,
            "|": lambda left, token: Pipe(left, self._expression(_POWERS["|"])),
            "||": lambda left, token: Or(left, self._expression(_POWERS["||"])),
            "&&": lambda left, token: And(left, self._expression(_POWERS["&&"]), token.column),
            "[": self._bracket,
            "[]": self._flatten,
            "[?": self._filter,
            **dict.fromkeys(_COMPARISONS, self._comparison),
        }

    # Tokens

    def _read(self) -> list[_Token]:
        found: list[_Token] = []
        at = 0
        while at < len(self._text):
            match = _TOKENS.match(self._text, at)
            if match is None:
                raise self._refused(at + 1, f"the character {self._text[at]!r} may not stand there")
            if match.lastgroup != "space":
                found.append(self._token(str(match.lastgroup), match.group(), at + 1))
            at = match.end()
        return [*found, _Token("the end", None, at + 1)]

    def _token(self, kind: str, text: str, column: int) -> _Token:
        match kind:
            case "mark":
                return _Token(text, text, column)
            case "number":
                if len(text) > _DIGITS:
                    raise self._refused(column, "the number is too large")
                return _Token("number", int(text), column)
            case "raw":
                return _Token("literal", re.sub(r"\\(['\\])", r"\1", text[1:-1]), column)
            case "json":
                return _Token("literal", self._json(text[1:-1].replace("\\`", "`"), column), column)
            case "quoted":
                return _Token("quoted", self._json(text, column), column)
            case _:
                return _Token("name", text, column)

    def _json(self, text: str, column: int) -> Constant:
        try:
            value: object = json.loads(text)
        except ValueError:
            raise self._refused(column, "that is no JSON") from None
        if not isinstance(value, str | int | float | bool | None):
            raise self._refused(column, "lists and objects cannot be literals here; write a text or a number")
        return value

    def _refused(self, column: int, problem: str) -> GenerationError:
        return refusal(self._text, column, problem, self._origin)

    @property
    def _ahead(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._ahead
        self._at += 1
        return token

    def _expect(self, kind: str) -> _Token:
        if self._ahead.kind != kind:
            raise self._refused(self._ahead.column, f"expected {kind}, found {self._ahead.kind}")
        return self._take()

    # Expressions

    def whole(self) -> Node:
        """The tree of the whole text."""
        found = self._expression(0)
        self._expect("the end")
        return found

    def _expression(self, power: int) -> Node:
        token = self._take()
        start = self._first.get(token.kind)
        if start is None:
            raise self._refused(token.column, f"an expression cannot begin with {token.kind}")
        left = start(token)
        while power < _POWERS.get(self._ahead.kind, 0):
            token = self._take()
            follow = self._next.get(token.kind)
            if follow is None:
                raise self._refused(token.column, f"{token.kind} cannot stand there")
            left = follow(left, token)
        return left

    def _name(self, token: _Token) -> Node:
        if self._ahead.kind != "(":
            return Field(str(token.value), token.column)
        self._take()
        return Function(str(token.value), self._list(")"), token.column)

    def _list(self, end: str) -> tuple[Node, ...]:
        """Expressions between commas, up to and with ``end``."""
        items: list[Node] = []
        while self._ahead.kind != end:
            if items:
                self._expect(",")
            items.append(self._expression(0))
        self._take()
        return tuple(items)

    def _parentheses(self, token: _Token) -> Node:
        inner = self._expression(0)
        self._expect(")")
        return inner

    def _bracket_first(self, token: _Token) -> Node:
        if self._ahead.kind == "number" or (
            self._ahead.kind == "*" and self._tokens[self._at + 1].kind == "]"
        ):
            return self._bracket(Current(), token)
        return self._several(token)

    def _several(self, token: _Token) -> Node:
        items = self._list("]")
        if not items:
            raise self._refused(token.column, "the list of expressions is empty")
        return Several(items)

    def _bracket(self, left: Node, token: _Token) -> Node:
        if self._ahead.kind == "*":
            self._take()
            self._expect("]")
            return Projection(left, self._projected(_POWERS["*"]), token.column)
        number = self._expect("number")
        self._expect("]")
        return Index(left, int(str(number.value)), token.column)

    def _flatten(self, left: Node, token: _Token) -> Node:
        return Projection(Flatten(left, token.column), self._projected(_POWERS["[]"]), token.column)

    def _filter(self, left: Node, token: _Token) -> Node:
        condition = self._expression(0)
        self._expect("]")
        right = Current() if self._ahead.kind == "[]" else self._projected(_POWERS["[?"])
        return Filter(left, condition, right, token.column)

    def _projected(self, power: int) -> Node:
        """What a projection does with each element: the rest of the path."""
        ahead = self._ahead.kind
        if _POWERS.get(ahead, 0) < _ENDS_PROJECTION:
            return Current()
        if ahead in ("[", "[?"):
            return self._expression(power)
        if ahead == ".":
            self._take()
            return self._after_dot(power)
        raise self._refused(self._ahead.column, f"{ahead} cannot stand there")

    def _dot(self, left: Node, token: _Token) -> Node:
        if self._ahead.kind == "*":
            star = self._take()
            return ValueProjection(left, self._projected(_POWERS["."]), star.column)
        return Sub(left, self._after_dot(_POWERS["."]))

    def _after_dot(self, power: int) -> Node:
        if self._ahead.kind in ("name", "quoted", "*"):
            return self._expression(power)
        return self._several(self._expect("["))

    def _comparison(self, left: Node, token: _Token) -> Node:
        return Comparison(token.kind, left, self._expression(_POWERS[token.kind]), token.column)
