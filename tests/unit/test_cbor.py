# SPDX-License-Identifier: Apache-2.0
"""CBOR items, and CBOR bodies."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from math import copysign, isnan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.cbor import MAX_DEPTH, CBORError, dumps, loads
from heliograph.errors import ParamError, ResponseError
from heliograph.http import WireResponse
from heliograph.structure import ABSENT_LIST, ABSENT_MAP
from heliograph.wire import cbor as wire

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = datetime(2000, 1, 2, 20, 34, 56, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1864, 1, 1), datetime(2106, 1, 1), timezones=st.just(UTC))
"""Those whose microseconds a float of 64 bits tells apart."""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(2**200), max_value=2**200)
    | st.floats(allow_nan=False)
    | TEXTS
    | st.binary()
    | MOMENTS
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=30,
)


class Colour(str, Enum):  # noqa: UP042 - what callers may have
    RED = "red"


class Size(IntEnum):
    BIG = 3


def refused(call: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(CBORError) as caught:
        call(*arguments)
    return str(caught.value)


# Values, both ways


@pytest.mark.parametrize(
    ("value", "data"),
    [
        pytest.param(0, "00", id="zero"),
        pytest.param(23, "17", id="in-the-first-byte"),
        pytest.param(24, "1818", id="one-byte"),
        pytest.param(256, "190100", id="two-bytes"),
        pytest.param(65536, "1a00010000", id="four-bytes"),
        pytest.param(2**32, "1b0000000100000000", id="eight-bytes"),
        pytest.param(2**64 - 1, "1bffffffffffffffff", id="largest-plain"),
        pytest.param(2**64, "c249010000000000000000", id="bignum"),
        pytest.param(-1, "20", id="minus-one"),
        pytest.param(-(2**64), "3bffffffffffffffff", id="smallest-plain"),
        pytest.param(-(2**64) - 1, "c349010000000000000000", id="negative-bignum"),
        pytest.param(False, "f4", id="false"),
        pytest.param(True, "f5", id="true"),
        pytest.param(None, "f6", id="null"),
        pytest.param(1.5, "fa3fc00000", id="float-of-32-bits"),
        pytest.param(1.1, "fb3ff199999999999a", id="float-of-64-bits"),
        pytest.param(3.5e38, "fb47f074f8c4d3cd7b", id="float-beyond-32-bits"),
        pytest.param(float("inf"), "fa7f800000", id="infinity"),
        pytest.param(float("-inf"), "faff800000", id="minus-infinity"),
        pytest.param("", "60", id="no-text"),
        pytest.param("größe", "676772c3b6c39f65", id="text"),
        pytest.param(b"\x00\xff", "4200ff", id="bytes"),
        pytest.param([1, [2]], "82018102", id="array"),
        pytest.param({"a": {"b": []}}, "a16161a1616280", id="map"),
        pytest.param(MOMENT, "c11a386fb670", id="whole-seconds"),
        pytest.param(MOMENT.replace(microsecond=123000), "c1fb41cc37db380fbe77", id="milliseconds"),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), "c120", id="before-1970"),
        pytest.param(Decimal("273.15"), "c48221196ab3", id="decimal"),
        pytest.param(Decimal("-1E+5"), "c4820520", id="decimal-negative"),
        pytest.param(Decimal(2**70), "c48200c249400000000000000000", id="decimal-long"),
    ],
)
def test_values_are_written_and_read(value: object, data: str) -> None:
    assert dumps(value).hex() == data
    read = loads(bytes.fromhex(data))
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param("f93e00", 1.5, id="float-of-16-bits"),
        pytest.param("f90050", 4.76837158203125e-06, id="subnormal"),
        pytest.param("f97c00", float("inf"), id="infinity-of-16-bits"),
        pytest.param("f7", None, id="undefined"),
        pytest.param("d9d9f701", 1, id="unknown-tag"),
        pytest.param("c06131", "1", id="tag-of-date-text"),
        pytest.param("c1f93800", datetime(1970, 1, 1, microsecond=500000, tzinfo=UTC), id="half-a-second"),
        pytest.param("c25f4101420000ff", 65536, id="bignum-in-pieces"),
        pytest.param("c48201c24101", Decimal("1E+1"), id="decimal-of-a-bignum"),
        pytest.param("7f626162606163ff", "abc", id="text-in-pieces"),
        pytest.param("a2616101616102", {"a": 2}, id="key-twice"),
    ],
)
def test_other_forms_are_read(data: str, value: object) -> None:
    assert loads(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(Colour.RED, "red", id="enum-of-str"),
        pytest.param(Size.BIG, 3, id="enum-of-int"),
        pytest.param((1, 2), [1, 2], id="tuple"),
        pytest.param(ABSENT_LIST, [], id="absent-list"),
        pytest.param(ABSENT_MAP, {}, id="absent-map"),
        pytest.param(OrderedDict(a=1), {"a": 1}, id="ordered-dict"),
        pytest.param(MappingProxyType({"a": 1}), {"a": 1}, id="mapping"),
        pytest.param(bytearray(b"a"), b"a", id="bytearray"),
        pytest.param(memoryview(b"a"), b"a", id="memoryview"),
        pytest.param(MOMENT.astimezone(timezone(timedelta(hours=2))), MOMENT, id="another-time-zone"),
    ],
)
def test_siblings_are_written_as_the_plain_type(value: object, plain: object) -> None:
    assert dumps(value) == dumps(plain)


def test_not_a_number_and_minus_zero_survive() -> None:
    assert isnan(loads(dumps(float("nan"))))
    assert copysign(1, loads(dumps(-0.0))) == -1


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert loads(dumps(value)) == value


@given(st.datetimes(max_value=datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_any_moment_is_kept_to_a_fraction_of_a_millisecond(moment: datetime) -> None:
    assert abs(loads(dumps(moment)) - moment) < timedelta(microseconds=31)


@given(VALUES)
def test_equal_values_give_equal_bytes(value: Any) -> None:
    assert dumps(loads(dumps(value))) == dumps(value)


# What is refused


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param("", "the data ends, after 0 bytes", id="nothing"),
        pytest.param("0000", "1 bytes follow the end of the value at byte 1", id="trailing-bytes"),
        pytest.param("9b7fffffffffffffff00", "within a value", id="array-that-lies"),
        pytest.param("bb7fffffffffffffff00", "within a value", id="map-that-lies"),
        pytest.param("a201020304", "a map key that is not text at byte 1", id="integer-keys"),
        pytest.param("bf6161019f02ffff", "a map key that is not text at byte 4", id="array-as-key"),
        pytest.param("5b7fffffffffffffff00", "within a value", id="bytes-that-lie"),
        pytest.param("7bffffffffffffffff00", "within a value", id="text-that-lies"),
        pytest.param("9a00010000" + "00" * 65535, "within a value", id="array-one-short"),
        pytest.param("61ff", "not UTF-8 at byte 1", id="broken-utf-8"),
        pytest.param("63eda080", "not UTF-8", id="surrogate"),
        pytest.param("7f61c361a4ff", "not UTF-8", id="character-over-two-pieces"),
        pytest.param("7f4161ff", "something else at byte 1", id="bytes-within-text"),
        pytest.param("1c", "reserved", id="reserved-length"),
        pytest.param("f800", "without a meaning", id="simple-value"),
        pytest.param("e0", "without a meaning", id="unassigned-simple-value"),
        pytest.param("ff", "without a meaning", id="break-alone"),
        pytest.param("82ff00", "without a meaning", id="break-in-a-definite-array"),
        pytest.param("c16131", "tag 1 at byte 1: expected a number of seconds", id="time-as-text"),
        pytest.param("c1f5", "expected a number of seconds", id="time-as-boolean"),
        pytest.param("c1f97e00", "tag 1 at byte 1", id="time-nan"),
        pytest.param("c1f97c00", "outside of the years", id="time-infinite"),
        pytest.param("c11bffffffffffffffff", "outside of the years", id="time-far-ahead"),
        pytest.param("c200", "expected the bytes of an integer", id="bignum-of-an-integer"),
        pytest.param("c25906fa" + "ff" * 1786, "an integer of 1786 bytes", id="bignum-too-long"),
        pytest.param("c400", "expected exponent and mantissa", id="decimal-of-an-integer"),
        pytest.param("c48101", "expected exponent and mantissa", id="decimal-of-one"),
        pytest.param("c482f501", "expected exponent and mantissa", id="decimal-of-a-boolean"),
        pytest.param("c4821b7fffffffffffffff01", "outside of what Python holds", id="decimal-exponent"),
        pytest.param("c4821bffffffffffffffff01", "outside of what Python holds", id="decimal-exponent-long"),
        pytest.param("81" * 200 + "00", "nested deeper than 128", id="deep-arrays"),
        pytest.param("9f" * 200, "nested deeper than 128", id="deep-indefinite-arrays"),
        pytest.param("c6" * 200 + "00", "nested deeper than 128", id="deep-tags"),
        pytest.param("81" * 100_000, "nested deeper than 128", id="very-deep"),
    ],
)
def test_what_is_not_one_item_is_refused(data: str, problem: str) -> None:
    assert problem in refused(loads, bytes.fromhex(data))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param(object(), "CBOR has no form for object", id="another-type"),
        pytest.param({1: 2}, "must be a str, not int", id="key"),
        pytest.param("\ud800", "surrogate", id="surrogate"),
        pytest.param({"\ud800": 1}, "surrogate", id="surrogate-in-a-key"),
        pytest.param(MOMENT.replace(tzinfo=None), "must be aware", id="naive-datetime"),
        pytest.param(Decimal("NaN"), "infinite or not a number", id="decimal-nan"),
        pytest.param(Decimal("Infinity"), "infinite or not a number", id="decimal-infinity"),
        pytest.param({1, 2}, "no form for set", id="set"),
    ],
)
def test_what_has_no_form_is_refused(value: object, problem: str) -> None:
    assert problem in refused(dumps, value)


def test_the_deepest_value_is_written_and_read() -> None:
    value: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert loads(dumps([value])) == [value]
    assert "nested deeper" in refused(dumps, [[value]])


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    assert "nested deeper" in refused(dumps, value)


def at_the_end_of_the_stack(call: Callable[[], object]) -> object:
    """``call``, made from as deep in the stack as it can still be made from."""
    try:
        return at_the_end_of_the_stack(call)
    except RecursionError:
        return call()


def test_a_caller_deep_in_the_stack_gets_the_same_error() -> None:
    value: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    data = dumps(value)
    for call in (lambda: loads(data), lambda: dumps(value)):
        with pytest.raises(CBORError, match="nested deeper"):
            at_the_end_of_the_stack(call)


def test_errors_show_no_content() -> None:
    with pytest.raises(CBORError) as caught:
        loads(b"\x66secret\x00")
    assert "secret" not in str(caught.value)
    with pytest.raises(CBORError) as caught:
        loads(b"\x67secret\xff")
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_this_error(data: bytes) -> None:
    try:
        value = loads(data)
    except CBORError:
        return
    loads(dumps(value))


@given(VALUES, st.data())
def test_data_cut_anywhere_is_refused(value: Any, data: st.DataObject) -> None:
    written = dumps(value)
    end = data.draw(st.integers(0, len(written) - 1))
    with pytest.raises(CBORError):
        loads(written[:end])


@given(VALUES, st.data())
def test_data_with_any_byte_changed_gives_a_value_or_this_error(value: Any, data: st.DataObject) -> None:
    changed = bytearray(dumps(value))
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CBORError):
        loads(bytes(changed))


# Bodies


def response(body: bytes, status: int = 200, **headers: str) -> WireResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return WireResponse(status, {"content-type": "application/cbor", **given}, body)


def test_a_body_is_a_map() -> None:
    assert wire.cbor_body({"a": 1}) == b"\xa1\x61a\x01"
    assert wire.cbor_object(response(b"\xbf\x61a\x01\xff")) == {"a": 1}
    assert wire.cbor_object(response(b"")) == {}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"\x80", "a CBOR list, not a map", id="list"),
        pytest.param(b"<html>", "the answer is not CBOR", id="page"),
        pytest.param(b"\xa1\x61a", "ends, after 3 bytes, within a value (application/cbor)", id="cut-short"),
    ],
)
def test_another_body_is_an_error(body: bytes, problem: str) -> None:
    with pytest.raises(ResponseError) as caught:
        wire.cbor_object(response(body))
    assert problem in str(caught.value)


def test_what_cannot_be_written_is_a_parameter_error() -> None:
    with pytest.raises(ParamError, match="cannot be written as CBOR"):
        wire.cbor_body({"a": object()})


@pytest.mark.parametrize(
    ("write", "value"),
    [
        pytest.param(wire.cbor_floating, 1.5, id="float"),
        pytest.param(wire.cbor_floating, 5, id="float-from-int"),
        pytest.param(wire.cbor_floating, float("inf"), id="infinity"),
        pytest.param(wire.cbor_decimal, Decimal("1.10"), id="decimal"),
        pytest.param(wire.cbor_decimal, 0.5, id="decimal-from-float"),
    ],
)
def test_numbers_are_written_as_they_are(write: Callable[[Any, str], Any], value: object) -> None:
    assert write(value, "Number") is value


@pytest.mark.parametrize("write", [wire.cbor_floating, wire.cbor_decimal], ids=["float", "decimal"])
@pytest.mark.parametrize("value", [True, "1.5", None], ids=["bool", "str", "none"])
def test_what_is_no_number_is_refused(write: Callable[[Any, str], Any], value: object) -> None:
    with pytest.raises(ParamError, match="Number: expected float"):
        write(value, "Number")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        pytest.param(wire.read_cbor_floating, None, None, id="float-absent"),
        pytest.param(wire.read_cbor_floating, 1.5, 1.5, id="float"),
        pytest.param(wire.read_cbor_floating, 256, 256.0, id="float-sent-as-int"),
        pytest.param(wire.read_cbor_decimal, None, None, id="decimal-absent"),
        pytest.param(wire.read_cbor_decimal, Decimal("1.10"), Decimal("1.10"), id="decimal"),
        pytest.param(wire.read_cbor_decimal, 1.1, Decimal("1.1"), id="decimal-sent-as-float"),
        pytest.param(wire.read_cbor_decimal, 10**40, Decimal(10**40), id="decimal-sent-as-int"),
        pytest.param(wire.read_cbor_timestamp, None, None, id="timestamp-absent"),
        pytest.param(wire.read_cbor_timestamp, MOMENT, MOMENT, id="timestamp"),
        pytest.param(wire.read_cbor_timestamp, 946845296, MOMENT, id="timestamp-without-tag"),
    ],
)
def test_what_is_read_has_the_type_of_the_model(
    read: Callable[[Any], Any], value: object, expected: object
) -> None:
    result = read(value)
    assert (type(result), result) == (type(expected), expected)


@pytest.mark.parametrize(
    ("read", "value"),
    [
        pytest.param(wire.read_cbor_floating, True, id="float-from-bool"),
        pytest.param(wire.read_cbor_floating, "1.5", id="float-from-text"),
        pytest.param(wire.read_cbor_decimal, b"1", id="decimal-from-bytes"),
        pytest.param(wire.read_cbor_decimal, True, id="decimal-from-bool"),
        pytest.param(wire.read_cbor_timestamp, True, id="timestamp-from-bool"),
    ],
)
def test_what_has_another_type_is_a_type_error(read: Callable[[Any], Any], value: object) -> None:
    with pytest.raises(TypeError):
        read(value)


@pytest.mark.parametrize(
    ("answer", "code", "message", "members"),
    [
        pytest.param(
            response(dumps({"__type": "aws.example#Gone", "Message": "no such thing", "Id": 1}), 404),
            "Gone",
            "no such thing",
            {"__type": "aws.example#Gone", "Message": "no such thing", "Id": 1},
            id="type",
        ),
        pytest.param(
            response(
                dumps({"__type": "aws.example#CustomCodeError"}), 400, x_amzn_query_error="Customized;Sender"
            ),
            "CustomCodeError",
            None,
            {"__type": "aws.example#CustomCodeError"},
            id="query-compatible, which is no affair of the body",
        ),
        pytest.param(
            response(dumps({"code": "No", "Code": "No"}), 500),
            "500",
            None,
            {"code": "No", "Code": "No"},
            id="code-member-says-nothing",
        ),
        pytest.param(response(b"", 503), "503", None, {}, id="empty"),
        pytest.param(
            response(b"<html>Bad\ngateway</html>", 502), "502", "<html>Bad gateway</html>", {}, id="page"
        ),
    ],
)
def test_an_error_says_what_it_is(
    answer: WireResponse, code: str, message: str | None, members: dict[str, Any]
) -> None:
    assert wire.read_cbor_error(answer) == (code, message, members)
