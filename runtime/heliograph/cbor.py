# SPDX-License-Identifier: Apache-2.0
"""CBOR, the binary sibling of JSON (RFC 8949): :func:`loads` and :func:`dumps`.

What stands for what, both ways:

    integers of any size, tags 2 and 3   int
    floats of 16, 32 and 64 bits         float
    text, byte strings                   str, bytes
    arrays, maps with text keys          list, dict
    true, false, null                    True, False, None      (undefined is read as None)
    tag 1, seconds since 1970            aware datetime in UTC
    tag 4, decimal fractions             decimal.Decimal

Other tags are read as what they enclose. What is written has definite lengths and takes the fewest bytes that hold
it exactly, except that no float of 16 bits is written: not every reader knows them (Smithy RPC v2 CBOR protocol).
"""

from __future__ import annotations

from datetime import datetime
from struct import pack, unpack_from

from .timestamps import parse_any, to_epoch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal
    from typing import Any

__all__ = ["MAX_DEPTH", "CBORError", "dumps", "loads"]

MAX_DEPTH = 128
"""How deep arrays, maps and tags may nest, both ways."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _OTHER = range(8)
"""The major types, the upper three bits of the byte an item starts with."""

_INDEFINITE = 31
_BREAK = 0xFF
_EPOCH_TAG, _BIGNUM_TAG, _NEGATIVE_BIGNUM_TAG, _DECIMAL_TAG = 1, 2, 3, 4
_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_BIGNUM_BYTES = 1785
"""Bytes of an integer that Python still prints: it refuses more than 4300 digits."""


class CBORError(ValueError):
    """Bytes that are not one CBOR item, or a value that CBOR has no form for. The text shows no content."""


# Reading. Each function takes the data and a position and returns what it read and the position after it.


def loads(data: bytes) -> Any:
    """The value that ``data`` is the CBOR of.

    Arguments:
        data: exactly one item, nothing after it.

    Raises:
        CBORError: it is cut short, goes on after its end, nests deeper than :data:`MAX_DEPTH`, promises more items than
            it has bytes for, or holds something that Python values cannot stand for.
    """
    try:
        value, end = _item(data, 0, 0)
    except RecursionError as error:
        raise _too_deep() from error
    if end != len(data):
        raise CBORError(f"{len(data) - end} bytes follow the end of the value at byte {end}")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise _too_deep()
    if at >= len(data):
        raise _cut_short(data)
    major, low = data[at] >> 5, data[at] & 31
    if major == _OTHER:
        return _simple_or_float(data, at, low)
    if low == _INDEFINITE:
        if _BYTES <= major <= _MAP:
            return _INDEFINITE_READERS[major](data, at + 1, depth + 1)
        raise CBORError(f"an integer or a tag of indefinite length at byte {at}")
    argument, after = _argument(data, at, low)
    if major == _UNSIGNED:
        return argument, after
    if major == _NEGATIVE:
        return -1 - argument, after
    if major == _TAG:
        return _tagged(data, argument, after, depth + 1)
    if major <= _TEXT:
        return _string(data, major, argument, after)
    if major == _ARRAY:
        return _array(data, argument, after, depth + 1)
    return _map(data, argument, after, depth + 1)


def _argument(data: bytes, at: int, low: int) -> tuple[int, int]:
    """The number in an item's head: a value, a length, a count or a tag."""
    if low < 24:
        return low, at + 1
    if low > 27:
        raise CBORError(f"a reserved kind of length at byte {at}")
    end = at + 1 + (1 << (low - 24))
    if end > len(data):
        raise _cut_short(data)
    return int.from_bytes(data[at + 1 : end], "big"), end


def _string(data: bytes, major: int, length: int, at: int) -> tuple[Any, int]:
    end = at + length
    if end > len(data):
        raise _cut_short(data)
    if major == _BYTES:
        return bytes(data[at:end]), end
    try:
        return str(data[at:end], "utf-8"), end
    except UnicodeDecodeError:
        raise CBORError(f"text that is not UTF-8 at byte {at}") from None  # the cause would hold the content


def _array(data: bytes, count: int, at: int, depth: int) -> tuple[list[Any], int]:
    _promised(data, count, at)
    items: list[Any] = []
    for _ in range(count):
        item, at = _item(data, at, depth)
        items.append(item)
    return items, at


def _map(data: bytes, count: int, at: int, depth: int) -> tuple[dict[str, Any], int]:
    _promised(data, 2 * count, at)
    members: dict[str, Any] = {}
    for _ in range(count):
        at = _member(data, at, depth, members)
    return members, at


def _member(data: bytes, at: int, depth: int, members: dict[str, Any]) -> int:
    """Read a key and its value into ``members``; where a key is there twice, the last one counts."""
    key, after = _item(data, at, depth)
    if key.__class__ is not str:
        raise CBORError(f"a map key that is not text at byte {at}")
    members[key], after = _item(data, after, depth)
    return after


def _promised(data: bytes, count: int, at: int) -> None:
    """Refuse a count of items that the rest of the data cannot hold: each takes a byte or more."""
    if count > len(data) - at:
        raise _cut_short(data)


def _indefinite_bytes(data: bytes, at: int, depth: int) -> tuple[bytes, int]:
    chunks, at = _chunks(data, _BYTES, at)
    return b"".join(chunks), at


def _indefinite_text(data: bytes, at: int, depth: int) -> tuple[str, int]:
    chunks, at = _chunks(data, _TEXT, at)
    return "".join(chunks), at


def _chunks(data: bytes, major: int, at: int) -> tuple[list[Any], int]:
    """The pieces of a string of indefinite length: strings of the same type and of definite length."""
    chunks: list[Any] = []
    while not _ends(data, at):
        low = data[at] & 31
        if data[at] >> 5 != major or low == _INDEFINITE:
            raise CBORError(f"a string in pieces holds something else at byte {at}")
        chunk, at = _string(data, major, *_argument(data, at, low))
        chunks.append(chunk)
    return chunks, at + 1


def _indefinite_array(data: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while not _ends(data, at):
        item, at = _item(data, at, depth)
        items.append(item)
    return items, at + 1


def _indefinite_map(data: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    members: dict[str, Any] = {}
    while not _ends(data, at):
        at = _member(data, at, depth, members)
    return members, at + 1


def _ends(data: bytes, at: int) -> bool:
    """Whether the break that ends an item of indefinite length stands here."""
    if at >= len(data):
        raise _cut_short(data)
    return data[at] == _BREAK


_INDEFINITE_READERS: dict[int, Callable[[bytes, int, int], tuple[Any, int]]] = {
    _BYTES: _indefinite_bytes,
    _TEXT: _indefinite_text,
    _ARRAY: _indefinite_array,
    _MAP: _indefinite_map,
}


def _simple_or_float(data: bytes, at: int, low: int) -> tuple[Any, int]:
    if low in _SIMPLE:
        return _SIMPLE[low], at + 1
    if low not in _FLOATS:
        raise CBORError(f"a simple value without a meaning at byte {at}")
    form, size = _FLOATS[low]
    if at + 1 + size > len(data):
        raise _cut_short(data)
    return unpack_from(form, data, at + 1)[0], at + 1 + size


def _tagged(data: bytes, tag: int, at: int, depth: int) -> tuple[Any, int]:
    value, after = _item(data, at, depth)
    if _EPOCH_TAG <= tag <= _DECIMAL_TAG:
        try:
            return _TAGS[tag](value), after
        except ArithmeticError as error:
            raise CBORError(f"tag {tag} at byte {at}: outside of what Python holds") from error
        except (TypeError, ValueError) as error:
            raise CBORError(f"tag {tag} at byte {at}: {error}") from error
    return value, after


def _bignum(value: Any) -> int:
    if value.__class__ is not bytes:
        raise TypeError("expected the bytes of an integer")
    if len(value) > _BIGNUM_BYTES:
        raise ValueError(f"an integer of {len(value)} bytes, where the limit is {_BIGNUM_BYTES}")
    return int.from_bytes(value, "big")


def _negative_bignum(value: Any) -> int:
    return -1 - _bignum(value)


def _decimal(value: Any) -> Decimal:
    from decimal import Decimal

    if value.__class__ is not list or [part.__class__ for part in value] != [int, int]:
        raise TypeError("expected exponent and mantissa")
    exponent, mantissa = value
    return Decimal((int(mantissa < 0), tuple(map(int, str(abs(mantissa)))), exponent))


def _moment(value: Any) -> Any:
    if value.__class__ not in (int, float):
        raise TypeError("expected a number of seconds")
    return parse_any(value)


_TAGS: dict[int, Callable[[Any], Any]] = {
    _EPOCH_TAG: _moment,
    _BIGNUM_TAG: _bignum,
    _NEGATIVE_BIGNUM_TAG: _negative_bignum,
    _DECIMAL_TAG: _decimal,
}


def _cut_short(data: bytes) -> CBORError:
    return CBORError(f"the data ends, after {len(data)} bytes, within a value")


def _too_deep() -> CBORError:
    return CBORError(f"nested deeper than {MAX_DEPTH} levels")


# Writing


def dumps(value: Any) -> bytes:
    """The CBOR of ``value``.

    Arguments:
        value: one of the types that the module lists, at any depth; any mapping, list or tuple, and anything that holds
            bytes, goes as its plain sibling.

    Raises:
        CBORError: another type, a key that is not a string, half of a surrogate pair, a naive datetime, a decimal
            that is infinite or not a number, or nesting deeper than :data:`MAX_DEPTH`.
    """
    out = bytearray()
    try:
        _write(value, out, 0)
    except RecursionError as error:
        raise _too_deep() from error
    return bytes(out)


def _write(value: Any, out: bytearray, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, str):
        _write_text(value, out)
    elif value is None or value is True or value is False:
        out.append(0xF6 if value is None else 0xF5 if value else 0xF4)
    elif isinstance(value, int):
        _write_int(value, out)
    elif isinstance(value, float):
        _write_float(value, out)
    elif issubclass(type(value), (bytes, bytearray, memoryview)):
        data = bytes(value)
        _write_head(_BYTES, len(data), out)
        out += data
    elif issubclass(type(value), (list, tuple)):
        _write_array(value, out, depth + 1)
    elif hasattr(value, "items"):
        _write_map(value, out, depth + 1)
    elif isinstance(value, datetime):
        _write_moment(value, out)
    else:
        _write_decimal(value, out)


def _write_head(major: int, argument: int, out: bytearray) -> None:
    first = major << 5
    if argument < 24:
        out.append(first | argument)
    elif argument < 1 << 8:
        out += bytes((first | 24, argument))
    elif argument < 1 << 16:
        out += pack(">BH", first | 25, argument)
    elif argument < 1 << 32:
        out += pack(">BI", first | 26, argument)
    else:
        out += pack(">BQ", first | 27, argument)


def _write_int(value: int, out: bytearray) -> None:
    major, argument = (_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)
    if argument < 1 << 64:
        _write_head(major, argument, out)
        return
    data = argument.to_bytes((argument.bit_length() + 7) // 8, "big")
    out.append(_TAG << 5 | (_BIGNUM_TAG if major == _UNSIGNED else _NEGATIVE_BIGNUM_TAG))
    _write_head(_BYTES, len(data), out)
    out += data


def _write_float(value: float, out: bytearray) -> None:
    try:
        single = pack(">f", value)
    except OverflowError:
        single = b""
    if single and (value != value or unpack_from(">f", single)[0] == value):
        out += b"\xfa" + single
    else:
        out += b"\xfb" + pack(">d", value)


def _write_text(value: str, out: bytearray) -> None:
    try:
        data = str.encode(value)
    except UnicodeEncodeError:
        raise CBORError("half of a surrogate pair, which UTF-8 cannot carry") from None
    _write_head(_TEXT, len(data), out)
    out += data


def _write_array(value: Sequence[Any], out: bytearray, depth: int) -> None:
    _write_head(_ARRAY, len(value), out)
    for item in value:
        _write(item, out, depth)


def _write_map(value: Mapping[Any, Any], out: bytearray, depth: int) -> None:
    _write_head(_MAP, len(value), out)
    for key, item in value.items():
        if not isinstance(key, str):
            raise CBORError(f"a map key must be a str, not {type(key).__name__}")
        _write_text(key, out)
        _write(item, out, depth)


def _write_moment(value: datetime, out: bytearray) -> None:
    try:
        seconds = to_epoch(value)
    except ValueError as error:
        raise CBORError(str(error)) from error
    out.append(_TAG << 5 | _EPOCH_TAG)
    _write(seconds, out, 0)


def _write_decimal(value: Any, out: bytearray) -> None:
    from decimal import Decimal

    if not isinstance(value, Decimal):
        raise CBORError(f"CBOR has no form for {type(value).__name__}")
    sign, digits, exponent = value.as_tuple()
    if isinstance(exponent, str):
        raise CBORError("a decimal that is infinite or not a number")
    out += bytes((_TAG << 5 | _DECIMAL_TAG, _ARRAY << 5 | 2))
    _write_int(exponent, out)
    _write_int(int(Decimal((sign, digits, 0))), out)
