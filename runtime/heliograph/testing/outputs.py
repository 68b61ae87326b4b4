# SPDX-License-Identifier: Apache-2.0
"""Outputs made by hand, held against what the model says: names, nesting and types."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from sys import modules
from typing import TYPE_CHECKING, Any, Self, Union, get_args, get_origin, get_type_hints

from ..body import AsyncStreamingBody, StreamingBody
from ..errors import ParamError
from ..structure import ABSENT_LIST, ABSENT_MAP, NoOutput, Output, Structure

if TYPE_CHECKING:
    from ..operation import OperationInfo

MAX_BODY_BYTES = 1 << 30
"""What ``read()`` of a made body takes at most."""


class Body:
    """Stands for the type of a member that is read as it comes."""


def made_output(package: Any, operation: OperationInfo[Any], given: Any) -> Output:
    """The output of an operation, made of a mapping by wire names or of the output itself.

    Raises:
        ParamError: it is not what the model promises of this operation; the path says where.
    """
    if operation.output is None:
        if given is None or isinstance(given, NoOutput) or given == {}:
            return NoOutput()
        raise ParamError(f"{operation.name} has no output; give None or {{}}")
    wanted: type[Output] = package.from_dict(operation.output, {}).__class__
    output: Any = given
    if given is None or isinstance(given, Mapping):
        output = package.from_dict(operation.output, given or {})
    if type(output) is not wanted:
        raise ParamError(
            f"{operation.name} gives {wanted.__name__}, not {type(output).__name__}; "
            "give that, or a mapping by wire names"
        )
    checked_members(output)
    made: Output = output
    return made


def fresh(output: Output, flavour: str) -> Output:
    """A copy to give away, with bodies that can be read once, of a client of that flavour (``sync``, ``async``)."""
    new = type(output).__new__(type(output))
    hints = _hints(type(output))
    state: dict[str, Any] = {}
    for own, value in output.__getstate__().items():
        if hints.get(own) is not Body:
            state[own] = deepcopy(value)
        elif isinstance(value, (bytes, bytearray)):
            state[own] = body_of(bytes(value), flavour)
        else:
            state[own] = Events(value) if flavour == "sync" else AsyncEvents(value)
    new.__setstate__(state)
    return new


def body_of(data: bytes, flavour: str) -> StreamingBody | AsyncStreamingBody:
    """A body that is read as it comes, of a client of that flavour."""
    if flavour == "sync":
        return StreamingBody(_Pieces(data), len(data), MAX_BODY_BYTES)
    return AsyncStreamingBody(_AsyncPieces(data), len(data), MAX_BODY_BYTES)


def checked_members(structure: Structure) -> None:
    """Raise a ParamError where a member has a value of another type than the model says."""
    hints = _hints(type(structure))
    for own, wire, _, _ in structure.MEMBERS:
        value = getattr(structure, own, None)
        if value is not None and value is not ABSENT_LIST and value is not ABSENT_MAP and own in hints:
            _check(value, hints[own], wire)


def _hints(kind: type[Structure]) -> dict[str, Any]:
    names = {
        **vars(modules[kind.__module__]),
        "Any": Any,
        "BodyT": Body,
        "Decimal": Decimal,
        "Mapping": Mapping,
        "Sequence": Sequence,
        "datetime": datetime,
    }
    if not hasattr(kind.__init__, "__annotations__"):  # it has no members
        return {}
    found = get_type_hints(kind.__init__, names)
    return {own: _without_none(hint) for own, hint in found.items()}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        kept = [each for each in get_args(hint) if each is not type(None)]
        return kept[0] if len(kept) == 1 else hint
    return hint


def _check(value: Any, hint: Any, path: str) -> None:
    origin = get_origin(hint)
    if isinstance(hint, type) and issubclass(hint, Structure):
        if type(value) is not hint:
            raise ParamError(f"expected {hint.__name__}, got {type(value).__name__}", path)
        try:
            checked_members(value)
        except ParamError as error:
            raise error.inside(path) from None
    elif origin in (Union, types.UnionType):
        if value is not None:
            _check(value, _without_none(hint), path)
    elif origin is Sequence:
        _expect(isinstance(value, (list, tuple)), "a list", value, path)
        for index, item in enumerate(value):
            _check(item, get_args(hint)[0], f"{path}[{index}]")
    elif origin is Mapping:
        _expect(isinstance(value, Mapping), "a mapping", value, path)
        for key, item in value.items():
            _expect(isinstance(key, str), "text as key", key, path)
            _check(item, get_args(hint)[1], f"{path}.{key}")
    elif hint is datetime:
        _expect(isinstance(value, datetime) and value.tzinfo is not None, "an aware datetime", value, path)
    elif hint is Body:
        whole = issubclass(type(value), (bytes, bytearray))
        events = issubclass(type(value), (list, tuple)) and all(isinstance(item, Mapping) for item in value)
        _expect(whole or events, "bytes, or a list of one-key dicts for a stream of events", value, path)
    elif hint in _ACCEPTED:
        right = isinstance(value, _ACCEPTED[hint]) and (hint is bool or not isinstance(value, bool))
        _expect(right, hint.__name__, value, path)
    elif origin is dict:
        _expect(issubclass(type(value), Mapping) and len(value) == 1, "a dict with one key", value, path)


_ACCEPTED: Mapping[Any, tuple[type, ...]] = {
    bool: (bool,),
    bytes: (bytes,),
    int: (int,),
    float: (float, int),
    str: (str,),
    Decimal: (Decimal, int),
}


def _expect(holds: bool, what: str, value: object, path: str) -> None:
    if not holds:
        raise ParamError(f"expected {what}, got {type(value).__name__}", path)


class _Pieces:
    """A whole body as one piece."""

    def __init__(self, data: bytes) -> None:
        self._left = [data] if data else []

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        return self._left.pop()

    def close(self) -> None:
        """Give up what was not read."""
        self._left.clear()

    abandon = close


class _AsyncPieces:
    """The same, asynchronous."""

    def __init__(self, data: bytes) -> None:
        self._left = [data] if data else []

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()

    async def close(self) -> None:
        """Give up what was not read."""
        self._left.clear()

    def abandon(self) -> None:
        """The same, without waiting."""
        self._left.clear()


class _Events:
    """Made events, which can be read once, as a stream of events."""

    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self._left = [deepcopy(dict(event)) for event in reversed(events)]

    @property
    def closed(self) -> bool:
        """Whether nothing more can come."""
        return not self._left


class Events(_Events):
    """For synchronous clients."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        if not self._left:
            raise StopIteration
        return self._left.pop()

    def close(self) -> None:
        """Give up what was not read."""
        self._left.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *how: object) -> None:
        self.close()


class AsyncEvents(_Events):
    """For asynchronous clients."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()

    async def close(self) -> None:
        """Give up what was not read."""
        self._left.clear()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.close()
