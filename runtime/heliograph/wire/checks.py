# SPDX-License-Identifier: Apache-2.0
"""Checks of input before it is sent: required members, types, names.

Lengths, ranges and patterns are documented and left to the service: published ones are wrong too often.
"""

from __future__ import annotations

from contextvars import ContextVar

from ..errors import ParamError
from ..structure import Structure, present

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TypeVar

    T = TypeVar("T")

_unchecked: ContextVar[bool] = ContextVar("heliograph_unchecked", default=False)


def without_checks(build: Callable[..., T], *arguments: Any) -> T:
    """``build(*arguments)``, where what is missing or of the wrong type is sent as it is.

    This is what ``validate_params=False`` means.
    """
    token = _unchecked.set(True)
    try:
        return build(*arguments)
    finally:
        _unchecked.reset(token)


def unchecked() -> bool:
    """Whether checks are off now."""
    return _unchecked.get()


def mistyped(value: Any, name: str, expected: str) -> Any:
    """Refuse a value of the wrong type; the value itself is not shown, since it may be secret."""
    if _unchecked.get():
        return value
    raise ParamError(f"expected {expected}, got {type(value).__name__}", name)


def required(members: Mapping[str, Any], name: str) -> Any:
    """The member of that name, which must be there."""
    value = members.get(name)
    if value is None and not _unchecked.get():
        raise ParamError("is required; give it a value", name)
    return value


def text(value: Any, name: str) -> Any:
    """A string."""
    return value if isinstance(value, str) else mistyped(value, name, "str")


def boolean(value: Any, name: str) -> Any:
    """True or False."""
    return value if value is True or value is False else mistyped(value, name, "bool")


def integer(value: Any, name: str) -> Any:
    """A whole number of any size; a bool is not one."""
    return mistyped(value, name, "int") if isinstance(value, bool) or not isinstance(value, int) else value


def binary(value: Any, name: str) -> Any:
    """Bytes, given as any of the types that hold some."""
    if isinstance(value, bytes):
        return value
    if issubclass(type(value), (bytearray, memoryview)):
        return bytes(value)
    return mistyped(value, name, "bytes")


def timestamp(value: Any, name: str) -> Any:
    """An aware datetime."""
    if not hasattr(value, "astimezone"):
        return mistyped(value, name, "an aware datetime")
    if value.utcoffset() is None and not _unchecked.get():
        raise ParamError("must be aware; give it a time zone, such as datetime.timezone.utc", name)
    return value


def members_of(value: Any, cls: type[Structure], name: str) -> Mapping[str, Any]:
    """The members of a structure by wire name, given as its class or as a mapping; unknown names are refused.

    Raises:
        ParamError: it is neither, which is refused where checks are off too, since nothing could be written;
            or it has a member that the structure has not.
    """
    if isinstance(value, cls):
        return {wire: member for _, wire, _, member in present(value)}
    if not hasattr(value, "keys"):
        raise ParamError(f"expected {cls.__name__} or a mapping, got {type(value).__name__}", name)
    if not _unchecked.get():
        known = [wire for _, wire, _, _ in cls.MEMBERS]
        for key in value:
            if key not in known:
                raise _no_member(cls.__name__, key, known, name)
    members: Mapping[str, Any] = value
    return members


def lookup(value: Any, name: str) -> Any:
    """The member of that wire name of a structure or a mapping; ``None`` where there is no such member, or no value."""
    if isinstance(value, Structure):
        return next((member for _, wire, _, member in present(value) if wire == name), None)
    return value.get(name) if hasattr(value, "keys") else None


def one_member(value: Any, names: tuple[str, ...], name: str) -> tuple[str, Any]:
    """Wire name and value of the one member of a union; members that are ``None`` are not given.

    Raises:
        ParamError: it is no mapping with exactly one member, which is refused where checks are off too, since
            nothing could be written; or the member is not one of ``names``.
    """
    if not hasattr(value, "items"):
        raise ParamError(f"expected a mapping with one member, got {type(value).__name__}", name)
    given = [(key, member) for key, member in value.items() if member is not None]
    if len(given) != 1:
        raise ParamError(f"expected exactly one of {', '.join(names)}, got {len(given)} members", name)
    key, member = given[0]
    if key not in names and not _unchecked.get():
        raise _no_member("the union", key, names, name)
    return key, member


def _no_member(holder: str, key: object, known: Iterable[str], name: str) -> ParamError:
    error = ParamError(f"{holder} has no such member{meant(key, known)}", str(key))
    return error.inside(name) if name else error


def meant(name: object, known: Iterable[str]) -> str:
    """``"; did you mean X?"`` where a known name differs by letter case or by a slip."""
    from difflib import get_close_matches

    names = {one.lower(): one for one in known}
    close = get_close_matches(str(name).lower(), names, 1, 0.75)
    if close:
        return f"; did you mean {names[close[0]]}?"
    return f"; it has {', '.join(sorted(names.values())) or 'none'}"


def nested(write: Callable[[Any, str], T], value: Any, name: str) -> T:
    """What ``write`` makes of a nested value, an error naming the place from the outside in."""
    try:
        return write(value, "")
    except ParamError as error:
        raise error.inside(name) from error.__cause__


def each(write: Callable[[Any, str], T], values: Any, name: str) -> list[T]:
    """What ``write`` makes of each item of a list."""
    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__iter__"):
        wrong: list[T] = mistyped(values, name, "a list")
        return wrong
    items: Iterable[Any] = values
    return list(_each(write, enumerate(items), name))


def each_value(write: Callable[[Any, str], T], values: Any, name: str) -> dict[str, T]:
    """What ``write`` makes of each value of a map; keys are strings."""
    if not hasattr(values, "items"):
        wrong: dict[str, T] = mistyped(values, name, "a mapping")
        return wrong
    keys = [text(key, f"{name} (a key)") for key in values]
    return dict(zip(keys, _each(write, values.items(), name), strict=True))


def _each(write: Callable[[Any, str], T], items: Iterable[tuple[Any, Any]], name: str) -> Iterator[T]:
    for key, item in items:
        try:
            yield write(item, "")
        except ParamError as error:
            raise error.inside(f"{name}[{key!r}]") from error.__cause__


def merge_params(
    members: dict[str, Any], params: Mapping[Any, Any], keywords: Mapping[str, str], open_ended: bool
) -> dict[str, Any]:
    """Arguments and ``params`` of one call as one mapping by wire names.

    Arguments:
        members: what was given as Python arguments, by wire name; ``None`` means not given.
        params: the mapping given as ``params``, or to ``call``.
        keywords: the operation's members, wire name to Python keyword.
        open_ended: whether names the model does not know may be sent; they are kept under their own names.

    Raises:
        ParamError: a name is given twice, differs from a known one by letter case only, or is unknown where
            the protocol has no place for it.
    """
    if not hasattr(params, "items"):
        raise ParamError(f"expected a mapping of wire names, got {type(params).__name__}", "params")
    merged = {name: value for name, value in members.items() if value is not None}
    lower = {name.lower(): name for name in keywords}
    for name, value in params.items():
        if not isinstance(name, str):
            raise ParamError(f"names are strings, not {type(name).__name__}", "params")
        if name in merged:
            raise ParamError(f"is given twice: as {keywords.get(name, name)} and in params", name)
        if name not in keywords:
            known = lower.get(name.lower())
            if known is not None:
                raise ParamError(f"is spelled {known}", name)
            if not open_ended:
                raise ParamError(f"the operation has no such member{meant(name, keywords)}", name)
        if value is not None:
            merged[name] = value
    return merged
