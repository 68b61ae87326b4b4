# SPDX-License-Identifier: Apache-2.0
"""Read a document into nodes that know where they stand, without believing anything it says.

YAML is read event by event, never constructed: no aliases, anchors, tags, merge keys, second documents or
repeated keys, and of YAML's scalars only those that JSON has (``true``, ``false``, ``null`` and its numbers).
Everything else is text, so ``no``, ``010``, ``12:30:45`` and ``2019-12-04`` stay what was written.
A document that is already parsed (a ``dict``) passes the same checks.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import yaml

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Json, Origin
from heliograph_codegen.wording import UNREADABLE, quoted, shown

if TYPE_CHECKING:
    from heliograph_codegen.limits import Limits

Value: TypeAlias = "bool | int | float | str | None"
Source: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text, a number, a boolean or null."""

    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: list[Node]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping. ``keys`` tells where each key stands."""

    entries: dict[str, Node]
    keys: dict[str, Origin]
    origin: Origin


Node: TypeAlias = "Scalar | Items | Fields"


def read(source: Source, limits: Limits) -> Node:
    """Read a file, or check a parsed document.

    Args:
        source: Path of a YAML (or JSON) file in UTF-8, or the parsed document.
        limits: The caps.

    Raises:
        GenerationError: it cannot be read, is too large, or is not the YAML described above.
    """
    if isinstance(source, Mapping):
        return _Copier(limits).copy(cast("Mapping[object, object]", source))
    file = Path(source)
    return parse(_load_text(file, limits), file.as_posix(), limits)


def parse(text: str, file: str, limits: Limits) -> Node:
    """Read a YAML text; ``file`` is what errors call it."""
    unreadable = UNREADABLE.search(text)
    if unreadable:
        _check_text(text, Origin(file, text.count("\n", 0, unreadable.start()) + 1))
    builder = _Builder(file, limits)
    try:
        for event in _events(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise GenerationError(*_yaml_problem(error, file)) from error
    except (yaml.YAMLError, RecursionError) as error:
        problem = f"no readable YAML ({type(error).__name__}); save it as plain YAML in UTF-8"
        raise GenerationError(problem, Origin(file, 1)) from error
    if builder.root is None:
        raise GenerationError("the file is empty; a model begins with 'heliograph: 1'", Origin(file, 1))
    return builder.root


def plain(node: Node) -> Json:
    """The node as plain JSON, with sorted keys: the order in which they were written says nothing."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Fields():
            return {key: plain(node.entries[key]) for key in sorted(node.entries)}


def describe(node: Node) -> str:
    """What a node is, in words, for an error."""
    match node:
        case Items():
            return "a list"
        case Fields():
            return "a mapping"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return "true" if node.value else "false"
        case Scalar(value=int() | float()):
            return f"the number {shown(_number_text(node.value))}"
        case Scalar():
            return f"the text {quoted(str(node.value))}"


def resolve(text: str) -> Value:
    """The value of an unquoted YAML scalar: JSON's words and numbers, else the text itself.

    Raises:
        ValueError: a number that no program can hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMBER.fullmatch(text):
        return text
    if len(text) > _DIGITS:
        raise ValueError("the number is too long")
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("the number is too large")
    return number


_events: Callable[..., Iterable[Any]] = cast("Any", yaml).parse
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DIGITS = 1000
_BITS = 3322
"""What a number of so many digits takes."""
_WORDS: Final[Mapping[str, Value]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)


def _check_text(text: str, origin: Origin) -> None:
    unreadable = UNREADABLE.search(text)
    if unreadable:
        code = f"U+{ord(unreadable[0]):04X}"
        raise GenerationError(f"the character {code} cannot stand in a model; remove it", origin)


def _number_text(number: object) -> str:
    try:
        return str(number)
    except ValueError:  # more digits than Python converts
        return "with very many digits"


def _load_text(file: Path, limits: Limits) -> str:
    """The file's text, without a UTF-8 byte-order mark, if it is not too large."""
    name = file.as_posix()
    try:
        with file.open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
            if len(data) > limits.file_bytes:
                limits.check("file_bytes", os.fstat(stream.fileno()).st_size or len(data), Origin(name, 1))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GenerationError(f"cannot be read: {reason}; give the path of a model file", name) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise GenerationError("the file is UTF-16; save it as UTF-8", Origin(name, 1))
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GenerationError("the file is not UTF-8; save it as UTF-8", Origin(name, line)) from error


def _yaml_problem(error: Any, file: str) -> tuple[str, Origin]:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(str(text) for text in (error.context, error.problem) if text)
    line = mark.line + 1 if mark is not None else 1
    return f"not valid YAML: {what}; look at indentation, colons and quotes", Origin(file, line)


def _step(pointer: str, key: str | int) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


@dataclass(slots=True)
class _Open:
    """A list or mapping of which the end has not been seen."""

    node: Items | Fields
    key: str | None = None

    def pointer(self) -> str:
        last = len(self.node.items) if isinstance(self.node, Items) else self.key
        return self.node.origin.pointer if last is None else _step(self.node.origin.pointer, last)


@dataclass(slots=True)
class _Builder:
    """Makes nodes from YAML events, with a stack of its own: depth costs no recursion."""

    file: str
    limits: Limits
    root: Node | None = None
    stack: list[_Open] = field(default_factory=list[_Open])
    nodes: int = 0
    documents: int = 0

    def take(self, event: Any) -> None:
        match event:
            case yaml.AliasEvent():
                raise self._refuse(event, f"the alias '*{shown(event.anchor or '')}'; write its content out")
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self._refuse(event, "a second document ('---'); a file holds one model")
            case yaml.ScalarEvent():
                self._check(event)
                self._scalar(event)
            case yaml.SequenceStartEvent():
                self._check(event)
                self._open(Items([], self._origin(event)), event)
            case yaml.MappingStartEvent():
                self._check(event)
                self._open(Fields({}, {}, self._origin(event)), event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._add(self.stack.pop().node)
            case _:
                pass

    def _check(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._refuse(event, f"the anchor '&{shown(event.anchor or '')}'; remove it")
        if event.tag is not None:
            raise self._refuse(event, f"the tag '{shown(event.tag)}'; remove it")
        self.nodes += 1
        self.limits.check("nodes", self.nodes, self._origin(event))

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        self.limits.check("text_length", len(text), self._origin(event))
        _check_text(text, self._origin(event))  # again: quoted text may hold escapes
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, Fields) and top.key is None:
            self._key(top, top.node, event)
            return
        is_plain: bool = event.implicit[0]
        try:
            value = resolve(text) if is_plain else text
        except ValueError as error:
            raise GenerationError(f"{error}; write it in quotes if it is text", self._origin(event)) from None
        self._add(Scalar(value, self._origin(event)))

    def _key(self, top: _Open, node: Fields, event: Any) -> None:
        key: str = event.value
        self.limits.check("name_length", len(key), self._origin(event))
        origin = Origin(self.file, event.start_mark.line + 1, _step(node.origin.pointer, key))
        if key == "<<" and event.implicit[0]:
            raise self._refuse(event, "the merge key '<<'; write its content out")
        if key in node.entries:
            first = node.keys[key].line
            raise GenerationError(
                f"the key {quoted(key)} stands there twice, first in line {first}; remove one", origin
            )
        top.key = key
        node.keys[key] = origin

    def _open(self, node: Items | Fields, event: Any) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node, Fields) and top.key is None:
            raise self._refuse(event, "a key that is a list or mapping; a key is a name")
        self.stack.append(_Open(node))
        self.limits.check("depth", len(self.stack), node.origin)

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node, Items):
            top.node.items.append(node)
        elif top.key is not None:
            top.node.entries[top.key] = node
            top.key = None

    def _origin(self, event: Any) -> Origin:
        pointer = self.stack[-1].pointer() if self.stack else ""
        return Origin(self.file, event.start_mark.line + 1, pointer)

    def _refuse(self, event: Any, what: str) -> GenerationError:
        return GenerationError(f"a model has no place for {what}", self._origin(event))


@dataclass(slots=True)
class _Copier:
    """Makes nodes from a parsed document. The depth cap bounds the recursion, cycles included."""

    limits: Limits
    nodes: int = 0

    def copy(self, value: object, pointer: str = "", depth: int = 0) -> Node:
        origin = Origin(pointer=pointer)
        self.nodes += 1
        self.limits.check("nodes", self.nodes, origin)
        if isinstance(value, Mapping):
            return self._fields(cast("Mapping[object, object]", value), origin, depth + 1)
        if isinstance(value, list | tuple):
            self.limits.check("depth", depth + 1, origin)
            items = enumerate(cast("Iterable[object]", value))
            return Items([self.copy(item, _step(pointer, at), depth + 1) for at, item in items], origin)
        return Scalar(self._value(value, origin), origin)

    def _fields(self, value: Mapping[object, object], origin: Origin, depth: int) -> Fields:
        self.limits.check("depth", depth, origin)
        fields = Fields({}, {}, origin)
        for key, item in value.items():
            if not isinstance(key, str):
                raise GenerationError(f"a key of the type {type(key).__name__}; a key is text", origin)
            self.nodes += 1
            self.limits.check("name_length", len(key), origin)
            self._text(key, origin)
            pointer = _step(origin.pointer, key)
            fields.keys[key] = Origin(pointer=pointer)
            fields.entries[key] = self.copy(item, pointer, depth)
        return fields

    def _value(self, value: object, origin: Origin) -> Value:
        if isinstance(value, str):
            return self._text(value, origin)
        if isinstance(value, float) and not math.isfinite(value):
            raise GenerationError("a number that is not finite; JSON has none", origin)
        if isinstance(value, int) and value.bit_length() > _BITS:
            raise GenerationError("the number is too long; write it as text", origin)
        if value is None or isinstance(value, bool | int | float):
            return value
        raise GenerationError(f"a value of the type {type(value).__name__}; a model is plain JSON", origin)

    def _text(self, text: str, origin: Origin) -> str:
        self.limits.check("text_length", len(text), origin)
        _check_text(text, origin)
        return text
