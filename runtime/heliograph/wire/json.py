# SPDX-License-Identifier: Apache-2.0
"""JSON bodies: what Python values look like in them, both ways (Smithy, restJson1)."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

from ..errors import ParamError, ResponseError, printable
from ..structure import ABSENT_LIST, ABSENT_MAP
from ..timestamps import format as format_timestamp
from ..timestamps import parse_any, to_epoch
from .checks import binary, mistyped, timestamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from ..http import WireResponse
    from ..timestamps import Kind

    T = TypeVar("T")

_encode: Callable[[Any], str] | None = None
NO_NAMES: Mapping[str, str] = {}
_FLOATS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def json_body(value: Any) -> bytes:
    """The body that holds a value: compact, ASCII."""
    return _json(value).encode("ascii")


def json_text(value: Any, name: str) -> str:
    """Plain JSON as the string that holds it."""
    try:
        return _json(value)
    except ParamError as error:
        raise error.inside(name) from error.__cause__


def _json(value: Any) -> str:
    encode = _encode or _encoder()
    try:
        return encode(value)
    except _DecimalInside:
        return _exact(value, encode)
    except (TypeError, ValueError, RecursionError) as error:
        raise ParamError(f"cannot be written as JSON: {error}") from error


class _DecimalInside(Exception):
    """The encoder met a decimal number, of which it would write no more digits than a float has."""


def _refuse(value: object) -> Any:
    from decimal import Decimal

    if isinstance(value, Decimal):
        raise _DecimalInside
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _exact(value: Any, encode: Callable[[Any], str]) -> str:
    """A value with decimal numbers in it, each with all its digits."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return str(value)
    if issubclass(type(value), dict):
        members = [f"{encode(str(key))}:{_exact(item, encode)}" for key, item in value.items()]
        return "{" + ",".join(members) + "}"
    if issubclass(type(value), (list, tuple)):
        return "[" + ",".join([_exact(item, encode) for item in value]) + "]"
    return encode(value)


def _encoder() -> Callable[[Any], str]:
    """The encoder of all bodies, made for the first one."""
    global _encode
    from json import JSONEncoder

    _encode = JSONEncoder(
        separators=(",", ":"), allow_nan=False, check_circular=False, default=_refuse
    ).encode
    return _encode


def json_value(response: WireResponse, number: Callable[[str], float] | None = None) -> Any:
    """What the JSON in a body says; ``None`` where the body is empty.

    Arguments:
        response: the answer.
        number: makes a number that has a fraction or an exponent of its digits.

    Raises:
        ResponseError: the body is not JSON. The text says where it stops being that, not what it holds.
    """
    from json import loads  # with the first answer, not with the client

    if not response.body:
        return None
    try:
        return loads(response.body, parse_float=number)
    except (ValueError, RecursionError) as error:
        raise ResponseError(f"the answer is not JSON: {_why(error, response)}") from error


def json_object(response: WireResponse) -> dict[str, Any]:
    """The object in a body; an empty body is an empty object.

    Raises:
        ResponseError: the body is something else. The text does not show what it holds.
    """
    return _object(json_value(response), response)


class Digits(float):
    """A number of a body that keeps the digits it was written in."""

    __slots__ = ("digits",)

    digits: str

    def __new__(cls, digits: str) -> Digits:
        self = super().__new__(cls, digits)
        self.digits = digits
        return self


def exact_json_value(response: WireResponse) -> Any:
    """As :func:`json_value`, for answers with decimal numbers: :func:`read_decimal` finds all their digits."""
    return json_value(response, Digits)


def exact_json_object(response: WireResponse) -> dict[str, Any]:
    """As :func:`json_object`, for answers with decimal numbers."""
    return _object(json_value(response, Digits), response)


def _object(value: Any, response: WireResponse) -> dict[str, Any]:
    if not response.body:
        return {}
    if value.__class__ is not dict:
        raise ResponseError(f"the answer is a JSON {type(value).__name__}, not an object")
    members: dict[str, Any] = value
    return members


def _why(error: Exception, response: WireResponse) -> str:
    kind = response.headers.get("content-type", "no content type")
    position: int | None = getattr(error, "pos", None)
    where = "" if position is None else f" at byte {position}"
    return printable(f"{type(error).__name__}{where} of {len(response.body)} ({kind})", 200)


# What is written


def floating(value: Any, name: str) -> Any:
    """A number; what JSON has no number for goes as a string."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return mistyped(value, name, "float")
    if value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def decimal(value: Any, name: str) -> Any:
    """A decimal number, exact; a plain number is taken too."""
    from decimal import Decimal

    if not isinstance(value, Decimal):
        return floating(value, name)
    return value if value.is_finite() else floating(float("nan" if value.is_nan() else value), name)


def blob(value: Any, name: str) -> Any:
    """Bytes, as base64."""
    data = binary(value, name)
    return b2a_base64(data, newline=False).decode("ascii") if isinstance(data, bytes) else data


def epoch_seconds(value: Any, name: str) -> Any:
    """An aware datetime, as seconds since 1970 with milliseconds where it has them."""
    moment = timestamp(value, name)
    return to_epoch(moment) if hasattr(moment, "astimezone") else moment


def timestamp_text(kind: Kind) -> Callable[[Any, str], Any]:
    """The writer of datetimes as text of that kind: ``http-date`` or ``date-time``."""

    def write(value: Any, name: str) -> Any:
        moment = timestamp(value, name)
        return format_timestamp(moment, kind) if hasattr(moment, "astimezone") else moment

    return write


def document(value: Any, name: str) -> Any:
    """Plain JSON, as it stands."""
    return value


# What is read


def read_list(value: Any, read: Callable[[Any], T]) -> Sequence[T]:
    """Each item of a list; null items are dropped, an absent list is empty."""
    if value is None:
        return ABSENT_LIST
    if value.__class__ is not list:
        raise TypeError(f"expected a list, got {type(value).__name__}")
    return [read(item) for item in value if item is not None]


def read_scalars(value: Any) -> Sequence[Any]:
    """A list of what JSON has already read."""
    if value is None:
        return ABSENT_LIST
    if value.__class__ is not list:
        raise TypeError(f"expected a list, got {type(value).__name__}")
    return [item for item in value if item is not None] if None in value else value


def read_map(value: Any, read: Callable[[Any], T]) -> Mapping[str, T]:
    """Each value of a map; null values are dropped, an absent map is empty."""
    if value is None:
        return ABSENT_MAP
    if value.__class__ is not dict:
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return {key: read(item) for key, item in value.items() if item is not None}


def read_sparse_list(value: Any, read: Callable[[Any], T]) -> Sequence[T | None]:
    """Each item of a list in which null is an item like others; an absent list is empty."""
    if value is None:
        return ABSENT_LIST
    if value.__class__ is not list:
        raise TypeError(f"expected a list, got {type(value).__name__}")
    return [None if item is None else read(item) for item in value]


def read_sparse_map(value: Any, read: Callable[[Any], T]) -> Mapping[str, T | None]:
    """Each value of a map in which null is a value like others; an absent map is empty."""
    if value is None:
        return ABSENT_MAP
    if value.__class__ is not dict:
        raise TypeError(f"expected an object, got {type(value).__name__}")
    return {key: None if item is None else read(item) for key, item in value.items()}


def read_union(
    value: Any, readers: Mapping[str, Callable[[Any], Any]], names: Mapping[str, str] = NO_NAMES
) -> dict[str, Any] | None:
    """The one member of a union that is there, by its name in the model.

    Nulls and ``__type`` are not members. One that ``readers`` does not know is told as
    ``{"SDK_UNKNOWN_MEMBER": {"name": ...}}``; a union without any is absent.

    Arguments:
        value: what the JSON says.
        readers: what reads each member, by its name on the wire.
        names: names in the model, where they differ from those on the wire.
    """
    if value is None:
        return None
    if value.__class__ is not dict:
        raise TypeError(f"expected an object with one member, got {type(value).__name__}")
    members = [(name, member) for name, member in value.items() if member is not None and name != "__type"]
    if len(members) > 1:
        raise ValueError(f"expected an object with one member, got one with {len(members)}")
    for name, member in members:
        if name not in readers:
            return {"SDK_UNKNOWN_MEMBER": {"name": name}}
        return {names.get(name, name): readers[name](member)}
    return None


# What follows reads single values. The results are Any, so that they fit attributes of required and of
# optional members alike; a TypeError or a ValueError says that the value is something else.


def optional(read: Callable[[Any], Any], value: Any) -> Any:
    """What ``read`` makes of a value; an absent one stays absent."""
    return None if value is None else read(value)


def as_is(value: T) -> T:
    """What JSON has already read."""
    return value


def read_floating(value: Any) -> Any:
    """A floating-point number, from a number or from the string that stands for one JSON cannot write."""
    kind = value.__class__
    if kind is float or value is None:
        return value
    if kind is int or kind is Digits:
        return float(value)
    if kind is str and value in _FLOATS:
        return _FLOATS[value]
    raise TypeError(f"expected a number, got {'another string' if kind is str else kind.__name__}")


def read_decimal(value: Any) -> Any:
    """A decimal number, from a number or from a string."""
    from decimal import Decimal, InvalidOperation

    if value is None:
        return None
    if value.__class__ not in (int, float, Digits, str):
        raise TypeError(f"expected a number, got {type(value).__name__}")
    try:
        return Decimal(value.digits if value.__class__ is Digits else str(value))
    except InvalidOperation as error:
        raise ValueError("expected a number, got another string") from error


def read_json_text(value: Any) -> Any:
    """What the JSON in a string says."""
    from json import loads

    if value is None:
        return None
    if value.__class__ is not str:
        raise TypeError(f"expected a string of JSON, got {type(value).__name__}")
    return loads(value)


def read_whole(value: Any) -> Any:
    """A whole number, from a number or from its digits."""
    if value is None or value.__class__ is int:
        return value
    if value.__class__ is not str:
        raise TypeError(f"expected a whole number, got {type(value).__name__}")
    return int(value)


def read_blob(value: Any) -> Any:
    """Bytes from base64, in which line breaks may stand."""
    if value is None:
        return None
    if value.__class__ is not str:
        raise TypeError(f"expected base64, got {type(value).__name__}")
    return a2b_base64("".join(value.split()), strict_mode=True)


def read_timestamp(value: Any) -> Any:
    """A datetime from seconds since 1970, or from either text form: services send all three."""
    return None if value is None else parse_any(value)
