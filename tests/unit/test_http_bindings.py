# SPDX-License-Identifier: Apache-2.0
"""What REST protocols put into paths, queries, headers and bare payloads, and what they read from headers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.errors import ParamError
from heliograph.http import WireResponse
from heliograph.structure import ABSENT_LIST
from heliograph.wire import http
from heliograph.wire.checks import text, without_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[Any, str], str]

MOMENT = datetime(2019, 12, 16, 23, 48, 18, tzinfo=UTC)
UNRESERVED = "ABCXYZabcxyz0189-._~"
FORBIDDEN = [chr(c) for c in (*range(0x20), 0x7F) if c != 0x09]

scalars = st.text(st.characters(exclude_categories=["Cs"]))


class Colour(str, Enum):  # noqa: UP042 - what callers may have
    RED = "red"


class Size(IntEnum):
    BIG = 3


class Level(int, Enum):
    HIGH = 4


# Simple values as text


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        pytest.param(http.boolean_text, True, "true", id="true"),
        pytest.param(http.boolean_text, False, "false", id="false"),
        pytest.param(http.integer_text, 0, "0", id="zero"),
        pytest.param(http.integer_text, -(2**63), "-9223372036854775808", id="long"),
        pytest.param(http.integer_text, 10**40, "1" + "0" * 40, id="big-integer"),
        pytest.param(http.integer_text, Size.BIG, "3", id="int-enum"),
        pytest.param(http.integer_text, Level.HIGH, "4", id="int-and-enum"),
        pytest.param(http.floating_text, 1.1, "1.1", id="float"),
        pytest.param(http.floating_text, 5, "5", id="float-from-int"),
        pytest.param(http.floating_text, 0.1 + 0.2, "0.30000000000000004", id="float-shortest-exact"),
        pytest.param(http.floating_text, float("nan"), "NaN", id="nan"),
        pytest.param(http.floating_text, float("inf"), "Infinity", id="infinity"),
        pytest.param(http.floating_text, float("-inf"), "-Infinity", id="minus-infinity"),
        pytest.param(http.decimal_text, Decimal("1.10"), "1.10", id="decimal-keeps-digits"),
        pytest.param(
            http.decimal_text,
            Decimal("12345678901234567890.123456789"),
            "12345678901234567890.123456789",
            id="decimal-long",
        ),
        pytest.param(http.decimal_text, 2, "2", id="decimal-from-int"),
        pytest.param(http.decimal_text, 0.5, "0.5", id="decimal-from-float"),
        pytest.param(http.decimal_text, Decimal("-Infinity"), "-Infinity", id="decimal-infinity"),
        pytest.param(http.http_date_text, MOMENT, "Mon, 16 Dec 2019 23:48:18 GMT", id="http-date"),
        pytest.param(http.date_time_text, MOMENT, "2019-12-16T23:48:18Z", id="date-time"),
        pytest.param(http.epoch_text, MOMENT, "1576540098", id="epoch"),
        pytest.param(
            http.epoch_text, MOMENT.replace(microsecond=5000), "1576540098.005", id="epoch-milliseconds"
        ),
        pytest.param(
            http.date_time_text,
            MOMENT.astimezone(timezone(timedelta(hours=9))),
            "2019-12-16T23:48:18Z",
            id="offset",
        ),
    ],
)
def test_simple_values_as_text(write: Write, value: object, expected: str) -> None:
    assert write(value, "Member") == expected
    assert without_checks(write, value, "Member") == expected


WRONG: list[tuple[Write, object, str]] = [
    (http.boolean_text, "true", "expected bool, got str"),
    (http.boolean_text, 1, "expected bool, got int"),
    (http.integer_text, True, "expected int, got bool"),
    (http.integer_text, 1.0, "expected int, got float"),
    (http.integer_text, "1", "expected int, got str"),
    (http.floating_text, "1.5", "expected float, got str"),
    (http.floating_text, True, "expected float, got bool"),
    (http.decimal_text, "1.5", "expected float, got str"),
    (http.http_date_text, "Mon, 16 Dec 2019 23:48:18 GMT", "expected an aware datetime, got str"),
    (http.date_time_text, MOMENT.date(), "expected an aware datetime, got date"),
    (http.date_time_text, MOMENT.timetz(), "expected an aware datetime, got time"),
    (http.epoch_text, 1576540098, "expected an aware datetime, got int"),
    (http.epoch_text, None, "expected an aware datetime, got NoneType"),
]


@pytest.mark.parametrize(
    ("write", "value", "problem"), WRONG, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_values_of_the_wrong_type_are_refused_where_they_stand(
    write: Write, value: object, problem: str
) -> None:
    with pytest.raises(ParamError) as caught:
        write(value, "Member")
    assert str(caught.value) == f"Member: {problem}"


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (http.boolean_text, "yes", "yes"),
        (http.integer_text, "1", "1"),
        (http.floating_text, "1.5", "1.5"),
        (http.decimal_text, "1.5", "1.5"),
        (http.date_time_text, "yesterday", "yesterday"),
        (http.epoch_text, 1576540098, "1576540098"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
def test_without_checks_any_type_becomes_text(write: Write, value: object, expected: str) -> None:
    assert without_checks(write, value, "Member") == expected


@pytest.mark.parametrize("write", [http.http_date_text, http.date_time_text, http.epoch_text])
def test_naive_datetimes_are_refused_with_the_mend(write: Write) -> None:
    with pytest.raises(ParamError, match=r"Member: must be aware; give it a time zone"):
        write(MOMENT.replace(tzinfo=None), "Member")


# Paths


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(UNRESERVED, UNRESERVED, id="unreserved"),
        pytest.param("hello/escape", "hello%2Fescape", id="slash"),
        pytest.param(
            " %:/?#[]@!$&'()*+,;=😹",
            "%20%25%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%F0%9F%98%B9",
            id="reserved",
        ),
        pytest.param("%2e%2e", "%252e%252e", id="encoded-dots-are-encoded-again"),
        pytest.param("...", "...", id="three-dots"),
        pytest.param(".a", ".a", id="hidden-file"),
        pytest.param("../x", "..%2Fx", id="dots-and-an-encoded-slash"),
        pytest.param("a\r\nb\x00", "a%0D%0Ab%00", id="control-characters"),
        pytest.param("ü", "%C3%BC", id="utf-8"),
        pytest.param(Colour.RED, "red", id="enum"),
    ],
)
def test_label(value: str, expected: str) -> None:
    assert http.label(value, "Key") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("there/guy", "there/guy", id="slash-stays"),
        pytest.param("a b/c?d#e%2Fg", "a%20b/c%3Fd%23e%252Fg", id="the-rest-is-encoded"),
        pytest.param("folder/", "folder/", id="trailing-slash"),
        pytest.param("a//b", "a//b", id="doubled-slash"),
        pytest.param("..a/b..", "..a/b..", id="dots-in-a-segment"),
    ],
)
def test_greedy_label(value: str, expected: str) -> None:
    assert http.greedy_label(value, "Key") == expected


@pytest.mark.parametrize("value", ["", ".", ".."])
@pytest.mark.parametrize("encode", [http.label, http.greedy_label])
def test_labels_that_lead_to_another_resource_are_refused_with_and_without_checks(
    encode: Callable[[str, str], str], value: str
) -> None:
    with pytest.raises(ParamError, match=r"^Key: must not .* part of the path"):
        encode(value, "Key")
    with pytest.raises(ParamError, match=r"^Key: must not .* part of the path"):
        without_checks(encode, value, "Key")


@pytest.mark.parametrize("value", ["../x", "x/..", "a/../b", "./x", "a/./b", "/..", "../"])
def test_greedy_labels_refuse_dot_segments(value: str) -> None:
    with pytest.raises(ParamError, match="between slashes"):
        http.greedy_label(value, "Key")
    with pytest.raises(ParamError, match="between slashes"):
        without_checks(http.greedy_label, value, "Key")


@pytest.mark.parametrize("encode", [http.label, http.greedy_label])
def test_a_missing_label_is_refused_without_checks_too(encode: Any) -> None:
    with pytest.raises(ParamError, match="must not"):
        without_checks(encode, None, "Key")


def test_a_label_without_checks_may_be_of_another_type() -> None:
    number: Any = 7
    assert without_checks(http.label, number, "Key") == "7"


@given(scalars)
def test_a_label_is_one_segment_and_comes_back(value: str) -> None:
    if value in ("", ".", ".."):
        return
    encoded = http.label(value, "Key")
    assert unquote(encoded) == value
    assert set(encoded) <= set("%-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


# Queries


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([], "", id="none"),
        pytest.param([("a", "1"), ("b", "2"), ("a", "0")], "a=1&b=2&a=0", id="order-is-kept"),
        pytest.param([("Hello there", "Grüße+=&")], "Hello%20there=Gr%C3%BC%C3%9Fe%2B%3D%26", id="encoded"),
        pytest.param([("a/b", "c/d")], "a%2Fb=c%2Fd", id="slash"),
        pytest.param([("empty", "")], "empty=", id="empty-value"),
        pytest.param([("keep", UNRESERVED)], f"keep={UNRESERVED}", id="unreserved"),
        pytest.param([("colour", Colour.RED)], "colour=red", id="enum"),
    ],
)
def test_query_string(pairs: list[tuple[str, str]], expected: str) -> None:
    assert http.query_string(pairs) == expected


@given(st.lists(st.tuples(scalars, scalars)))
def test_a_query_comes_back(pairs: list[tuple[str, str]]) -> None:
    query = http.query_string(pairs)
    assert parse_qsl(query.replace("+", "%2B"), keep_blank_values=True) == pairs


def test_a_query_map_of_strings_and_lists_loses_against_named_members() -> None:
    pairs = [("corge", "named")]
    http.add_query_map(pairs, {"corge": "map", "baz": ["bar", "qux"], "foo": "one", "none": []}, "Map")
    assert pairs == [("corge", "named"), ("baz", "bar"), ("baz", "qux"), ("foo", "one")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a"], "Map: expected a mapping, got list"),
        ({"a": 1}, "Map['a']: expected a list, got int"),
        ({"a": ["x", 2]}, "Map['a'][1]: expected str, got int"),
        ({1: "x"}, "Map (a key): expected str, got int"),
    ],
)
def test_a_query_map_of_something_else_is_refused_where_it_stands(values: object, message: str) -> None:
    with pytest.raises(ParamError) as caught:
        http.add_query_map([], values, "Map")
    assert str(caught.value) == message


# Headers


def headers_of(*texts: str) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for value in texts:
        http.add_header(headers, "X-Member", value, "Member")
    return headers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Foo", "Foo", id="plain"),
        pytest.param("", "", id="empty-stays"),
        pytest.param(" \tFoo bar\t ", "Foo bar", id="trimmed"),
        pytest.param("a\tb", "a\tb", id="tab-inside"),
        pytest.param("naïve", "naïve", id="latin-1"),
        pytest.param(Colour.RED, "red", id="enum"),
    ],
)
def test_add_header(value: str, expected: str) -> None:
    headers = headers_of(value)
    assert headers == [("x-member", expected)]
    assert type(headers[0][1]) is str


@pytest.mark.parametrize("character", [*FORBIDDEN, "😹", "\u0100"], ids=ascii)
@pytest.mark.parametrize("form", ["{}", "a{}b", "{}a", "a{}"])
def test_what_cannot_stand_in_a_header_is_refused(character: str, form: str) -> None:
    value = form.format(character)
    with pytest.raises(ParamError, match=r"^Member: .* header"):
        headers_of(value)
    with pytest.raises(ParamError, match=r"^Member: .* header"):
        without_checks(headers_of, value)


def test_prefix_headers() -> None:
    headers = [("x-foo-named", "member")]
    http.add_prefix_headers(headers, "X-Foo-", {"Abc": "Abc value", "def": "", "Named": "map"}, "Map")
    assert headers == [("x-foo-named", "member"), ("x-foo-abc", "Abc value"), ("x-foo-def", "")]


@pytest.mark.parametrize("key", ["a b", "a:", "a\r\nHost", "é", "a/b", "(x)", "\x00", "a,b", '"'], ids=ascii)
def test_keys_that_make_no_header_name_are_refused_with_and_without_checks(key: str) -> None:
    with pytest.raises(ParamError, match="not a header name") as caught:
        http.add_prefix_headers([], "x-amz-meta-", {key: "value"}, "Metadata")
    assert caught.value.path == f"Metadata[{key!r}]"
    with pytest.raises(ParamError, match="not a header name"):
        without_checks(http.add_prefix_headers, [], "x-amz-meta-", {key: "value"}, "Metadata")


def test_an_empty_key_without_a_prefix_makes_no_header_name() -> None:
    with pytest.raises(ParamError, match="not a header name"):
        http.add_prefix_headers([], "", {"": "value"}, "Map")


@pytest.mark.parametrize("character", FORBIDDEN, ids=ascii)
def test_values_of_prefix_headers_are_checked(character: str) -> None:
    with pytest.raises(ParamError) as caught:
        http.add_prefix_headers([], "x-", {"key": f"a{character}b"}, "Map")
    assert caught.value.path == "Map['key']"


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([], "", id="empty"),
        pytest.param(["a", "b", "c"], "a, b, c", id="plain"),
        pytest.param(["b,c", '"def"', "a"], '"b,c", "\\"def\\"", a', id="quoted"),
        pytest.param(["a\\b"], "a\\b", id="a-backslash-alone-is-not-quoted"),
        pytest.param(["a\\,b"], '"a\\\\,b"', id="a-backslash-in-quotes-is"),
        pytest.param(["two words"], "two words", id="space"),
    ],
)
def test_header_list(items: list[str], expected: str) -> None:
    assert http.header_list(items) == expected


def test_http_dates_go_unquoted() -> None:
    dates = [http.http_date_text(MOMENT, "Times")] * 2
    assert (
        http.header_list(dates, quote=False) == "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT"
    )


# What is read


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (http.read_boolean_text, "true", True),
        (http.read_boolean_text, "False", False),
        (http.read_integer_text, "-12", -12),
        (http.read_integer_text, "9223372036854775807", 2**63 - 1),
        (http.read_floating_text, "1.1", 1.1),
        (http.read_floating_text, "1e3", 1000.0),
        (http.read_floating_text, "-Infinity", float("-inf")),
        (http.read_decimal_text, "1.10", Decimal("1.10")),
        (http.read_http_date_text, "Mon, 16 Dec 2019 23:48:18 GMT", MOMENT),
        (http.read_date_time_text, "2019-12-17T00:48:18+01:00", MOMENT),
        (http.read_epoch_text, "1576540098", MOMENT),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
def test_values_of_headers_are_read(read: Callable[[str | None], Any], value: str, expected: object) -> None:
    result = read(value)
    assert result == expected
    assert type(result) is type(expected)
    assert read(None) is None


def test_nan_is_read() -> None:
    value = http.read_floating_text("NaN")
    assert value != value
    assert http.read_decimal_text("NaN").is_nan()


UNREADABLE: list[tuple[Callable[[str], Any], list[str]]] = [
    (http.read_boolean_text, ["", "1", "yes", "true ", "truefalse"]),
    (http.read_integer_text, ["", "1.0", "1_0", "0x1", "\u0661", "one", "--1", "9" * 5000]),
    (http.read_floating_text, ["", "inf", "nan", "infinity", "1_0.0", "1,5", "e", "\u0661"]),
    (http.read_decimal_text, ["", "sNaN", "1_0", "1.1.1", "abc"]),
    (http.read_http_date_text, ["2019-12-16T23:48:18Z"]),
    (http.read_date_time_text, ["1576540098"]),
    (http.read_epoch_text, ["2019-12-16T23:48:18Z"]),
]


@pytest.mark.parametrize(
    ("read", "value"),
    [(read, value) for read, values in UNREADABLE for value in values],
    ids=lambda value: str(getattr(value, "__name__", ascii(value)[:20])),
)
def test_headers_that_hold_something_else_are_value_errors(read: Callable[[str], Any], value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts are those of many readers
        read(value)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("a, b, c", ["a", "b", "c"], id="plain"),
        pytest.param("a,b ,\tc ", ["a", "b", "c"], id="blanks"),
        pytest.param('"b,c", "\\"def\\"", a', ["b,c", '"def"', "a"], id="quoted"),
        pytest.param('"a\\\\b"', ["a\\b"], id="escaped-backslash"),
        pytest.param('"", x', ["", "x"], id="an-empty-item-in-quotes"),
        pytest.param("a,,b, ,", ["a", "b"], id="nothing-between-commas"),
        pytest.param('a"b, c', ['a"b', "c"], id="a-quote-inside-is-text"),
        pytest.param('" a " ,b', [" a ", "b"], id="blanks-in-quotes"),
    ],
)
def test_read_header_list(value: str, items: list[str]) -> None:
    assert http.read_header_list(value, str) == items


def test_items_of_a_header_list_go_through_the_reader() -> None:
    assert http.read_header_list("1, 2, 3", http.read_integer_text) == [1, 2, 3]
    assert http.read_header_list("true,false", http.read_boolean_text) == [True, False]
    assert http.read_header_list("2019-12-16T23:48:18Z", http.read_date_time_text) == [MOMENT]
    with pytest.raises(ValueError, match="number"):
        http.read_header_list("1, x", http.read_integer_text)


@pytest.mark.parametrize("value", ['"a', '"a\\', '"a\\"', '"a"b', '"a" b, c'])
def test_broken_quotes_in_a_header_list_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="quote"):
        http.read_header_list(value, str)


def test_a_long_list_is_read_in_one_pass() -> None:
    value = ", ".join(['"a,b"', "c"] * 20_000)
    assert len(http.read_header_list(value, str)) == 40_000


items = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)).map(str.strip).filter(bool)


@given(st.lists(items))
def test_a_header_list_comes_back(values: list[str]) -> None:
    assert http.read_header_list(http.header_list(values), str) == values


@given(st.text())
def test_no_header_does_more_harm_than_a_value_error(value: str) -> None:
    for read in (str, http.read_integer_text, http.read_floating_text, http.read_decimal_text):
        try:
            http.read_header_list(value, read)
            http.read_http_date_list(value)
        except ValueError:
            pass


def test_a_list_of_http_dates_is_split_at_every_second_comma() -> None:
    one = "Mon, 16 Dec 2019 23:48:18 GMT"
    assert http.read_http_date_list(one) == [MOMENT]
    assert http.read_http_date_list(f"{one}, {one} ,{one}") == [MOMENT] * 3
    assert http.read_http_date_list("") == []


@pytest.mark.parametrize("value", ["Mon", "Mon, 16 Dec 2019 23:48:18 GMT, Mon", "a, b", ","])
def test_a_broken_list_of_http_dates_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="http-date"):
        http.read_http_date_list(value)


def test_absent_lists_are_the_shared_empty_one() -> None:
    assert http.read_header_list(None, str) is ABSENT_LIST
    assert http.read_http_date_list(None) is ABSENT_LIST


def test_read_prefix_headers() -> None:
    headers = {"x-foo-abc": "Abc value", "x-foo-def": "", "x-foo": "Foo", "hello": "Hello"}
    assert http.read_prefix_headers(headers, "X-Foo-") == {"abc": "Abc value", "def": ""}
    assert http.read_prefix_headers(headers, "") == headers
    assert http.read_prefix_headers(headers, "X-Bar-") == {}


# Payloads


def test_text_payload() -> None:
    assert http.text_payload("Grüße", "Text") == "Grüße".encode()
    assert http.text_payload("", "Text") == b""
    assert http.text_payload(Colour.RED, "Text") == b"red"
    assert without_checks(http.text_payload, 5, "Text") == b"5"
    with pytest.raises(ParamError, match="Text: expected str, got bytes"):
        http.text_payload(b"x", "Text")
    with pytest.raises(ParamError, match=r"Text: .*surrogate"):
        http.text_payload("\ud800", "Text")


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview])
def test_blob_payload(make: Callable[[bytes], object]) -> None:
    payload = http.blob_payload(make(b"\x00\xff"), "Data")
    assert payload == b"\x00\xff"
    assert type(payload) is bytes


def test_a_blob_payload_of_something_else() -> None:
    with pytest.raises(ParamError, match="Data: expected bytes, got str"):
        http.blob_payload("text", "Data")
    assert without_checks(http.blob_payload, "text", "Data") == b"text"


def test_empty_payloads_are_absent() -> None:
    empty = WireResponse(200, {}, b"")
    assert http.read_text_payload(empty) is None
    assert http.read_blob_payload(empty) is None
    full = WireResponse(200, {}, "ü".encode())
    assert http.read_text_payload(full) == "ü"
    assert http.read_blob_payload(full) == b"\xc3\xbc"
    with pytest.raises(UnicodeDecodeError):
        http.read_text_payload(WireResponse(200, {}, b"\xff"))


# A member that is a list, as generated code writes it


def test_errors_in_lists_name_the_item() -> None:
    from heliograph.wire.checks import each

    with pytest.raises(ParamError) as caught:
        http.header_list(each(text, ["a", 2], "Tags"))
    assert str(caught.value) == "Tags[1]: expected str, got int"
