# SPDX-License-Identifier: Apache-2.0
"""Values in JSON bodies, and the checks of input that lead there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.errors import ParamError, ResponseError
from heliograph.http import WireResponse
from heliograph.structure import ABSENT_LIST, ABSENT_MAP, Structure
from heliograph.wire import checks
from heliograph.wire import json as wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Write = Callable[[Any, str], Any]

MOMENT = datetime(2014, 4, 29, 18, 30, 38, 123000, tzinfo=UTC)


class Colour(str, Enum):  # noqa: UP042 - what callers may have
    RED = "red"


class Size(IntEnum):
    BIG = 3


class Tag(Structure):
    """A structure as generated packages have it."""

    __slots__ = ("key", "tags", "value")

    MEMBERS = (
        ("key", "Key", False, None),
        ("value", "Value", True, None),
        ("tags", "Tags", False, ("list", "Tag")),
    )

    def __init__(self, *, key: str, value: str | None = None, tags: Any = ABSENT_LIST) -> None:
        self.key = key
        self.value = value
        self.tags = tags


def write_tag(value: Any, name: str) -> dict[str, Any]:
    """What generated code does with a structure."""
    members = checks.members_of(value, Tag, name)
    body: dict[str, Any] = {}
    if (value := checks.required(members, "Key")) is not None:
        body["Key"] = checks.text(value, "Key")
    if (value := members.get("Value")) is not None:
        body["Value"] = checks.text(value, "Value")
    if (value := members.get("Tags")) is not None:
        body["Tags"] = checks.each(write_tag, value, "Tags")
    return body


def write_member(value: Any, name: str) -> Any:
    """A member ``Tag``, as an operation has it."""
    return checks.nested(write_tag, value, name)


def response(body: bytes, content_type: str = "application/json") -> WireResponse:
    return WireResponse(200, {"content-type": content_type}, body)


def param_error(call: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(ParamError) as caught:
        call(*arguments)
    return str(caught.value)


# Single values, written


@pytest.mark.parametrize(
    ("write", "value", "written"),
    [
        pytest.param(checks.text, "a", '"a"', id="text"),
        pytest.param(checks.text, Colour.RED, '"red"', id="str-enum"),
        pytest.param(checks.boolean, False, "false", id="boolean"),
        pytest.param(checks.integer, 2**63, "9223372036854775808", id="integer"),
        pytest.param(checks.integer, Size.BIG, "3", id="int-enum"),
        pytest.param(wire.floating, 1.1, "1.1", id="float"),
        pytest.param(wire.floating, 0, "0", id="zero"),
        pytest.param(wire.floating, 10**400, "1" + "0" * 400, id="int-beyond-float"),
        pytest.param(wire.floating, float("nan"), '"NaN"', id="nan"),
        pytest.param(wire.floating, float("inf"), '"Infinity"', id="infinity"),
        pytest.param(wire.floating, float("-inf"), '"-Infinity"', id="minus-infinity"),
        pytest.param(wire.decimal, Decimal("1.5"), "1.5", id="decimal"),
        pytest.param(
            wire.decimal, Decimal("12345678901234567890"), "12345678901234567890", id="whole-decimal"
        ),
        pytest.param(wire.decimal, Decimal("NaN"), '"NaN"', id="decimal-nan"),
        pytest.param(wire.decimal, Decimal("sNaN"), '"NaN"', id="decimal-signalling-nan"),
        pytest.param(wire.decimal, Decimal("-Infinity"), '"-Infinity"', id="decimal-infinity"),
        pytest.param(wire.decimal, 0.25, "0.25", id="decimal-from-float"),
        pytest.param(wire.blob, b"\x00\xff\xfe", '"AP/+"', id="blob"),
        pytest.param(wire.blob, bytearray(b"a"), '"YQ=="', id="bytearray"),
        pytest.param(wire.blob, memoryview(b"a"), '"YQ=="', id="memoryview"),
        pytest.param(wire.blob, b"", '""', id="empty-blob"),
        pytest.param(wire.epoch_seconds, MOMENT, "1398796238.123", id="epoch"),
        pytest.param(wire.epoch_seconds, MOMENT.replace(microsecond=0), "1398796238", id="whole-epoch"),
        pytest.param(
            wire.epoch_seconds,
            MOMENT.astimezone(timezone(timedelta(hours=-8))),
            "1398796238.123",
            id="offset",
        ),
        pytest.param(wire.timestamp_text("date-time"), MOMENT, '"2014-04-29T18:30:38.123Z"', id="date-time"),
        pytest.param(
            wire.timestamp_text("http-date"), MOMENT, '"Tue, 29 Apr 2014 18:30:38 GMT"', id="http-date"
        ),
        pytest.param(wire.document, {"a": [1, None, True]}, '{"a":[1,null,true]}', id="document"),
    ],
)
def test_values_in_json(write: Write, value: object, written: str) -> None:
    assert wire.json_body(write(value, "Member")).decode() == written


@pytest.mark.parametrize(
    ("write", "value", "problem"),
    [
        (checks.text, 1, "expected str, got int"),
        (checks.text, None, "expected str, got NoneType"),
        (checks.text, b"a", "expected str, got bytes"),
        (checks.boolean, 1, "expected bool, got int"),
        (checks.integer, True, "expected int, got bool"),
        (checks.integer, 1.0, "expected int, got float"),
        (wire.floating, "1", "expected float, got str"),
        (wire.floating, True, "expected float, got bool"),
        (wire.decimal, "1", "expected float, got str"),
        (wire.blob, "text", "expected bytes, got str"),
        (wire.blob, [1], "expected bytes, got list"),
        (wire.epoch_seconds, 1398796238, "expected an aware datetime, got int"),
        (wire.epoch_seconds, MOMENT.date(), "expected an aware datetime, got date"),
        (wire.epoch_seconds, MOMENT.timetz(), "expected an aware datetime, got time"),
        (wire.timestamp_text("date-time"), "2014", "expected an aware datetime, got str"),
    ],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
def test_wrong_types_are_refused_and_go_through_without_checks(
    write: Write, value: object, problem: str
) -> None:
    assert param_error(write, value, "Member") == f"Member: {problem}"
    assert checks.without_checks(write, value, "Member") is value


@pytest.mark.parametrize("write", [wire.epoch_seconds, wire.timestamp_text("date-time")])
def test_a_naive_datetime_is_refused_with_the_mend(write: Write) -> None:
    error = param_error(write, MOMENT.replace(tzinfo=None), "At")
    assert error == "At: must be aware; give it a time zone, such as datetime.timezone.utc"


def test_an_error_does_not_show_the_value() -> None:
    for write in (checks.boolean, checks.integer, wire.floating, wire.decimal, wire.blob, wire.epoch_seconds):
        assert "canary" not in param_error(write, "canary", "Member")
    assert "canary" not in param_error(checks.text, b"canary", "Member")
    assert "canary" not in param_error(checks.each, checks.text, "canary", "Member")
    assert "canary" not in param_error(checks.each_value, checks.text, "canary", "Member")
    assert "canary" not in param_error(checks.members_of, "canary", Tag, "Member")
    assert "canary" not in param_error(checks.one_member, "canary", ("A",), "Member")


# Bodies


def test_a_body_is_compact_ascii() -> None:
    assert wire.json_body({"a": ["ü", 1.5, None, {}]}) == b'{"a":["\\u00fc",1.5,null,{}]}'


def test_what_json_cannot_hold_is_a_param_error() -> None:
    nested: list[Any] = []
    nested.append(nested)
    unwritable: list[object] = [object(), {("a",): 1}, float("nan"), 10**5000, nested]
    for value in unwritable:
        with pytest.raises(ParamError, match="cannot be written as JSON"):
            wire.json_body({"Document": value})


@pytest.mark.parametrize(
    ("body", "value"),
    [(b"", None), (b"null", None), (b"[1]", [1]), (b'"a"', "a"), (b'{"a":1,"a":2}', {"a": 2})],
)
def test_json_value(body: bytes, value: object) -> None:
    assert wire.json_value(response(body)) == value


def test_json_object() -> None:
    assert wire.json_object(response(b"")) == {}
    assert wire.json_object(response(b'{"a": null}')) == {"a": None}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"<html>canary", "not JSON: JSONDecodeError at byte 0 of 12", id="html"),
        pytest.param(b'{"a": "canary', "not JSON: JSONDecodeError at byte 6 of 13", id="cut-short"),
        pytest.param(b"\xff\xfe\xfdcanary", "not JSON: UnicodeDecodeError of 9", id="not-utf-8"),
        pytest.param(b"9" * 5000, "not JSON: ValueError of 5000", id="a-number-of-5000-digits"),
        pytest.param(b"[" * 200_000, "not JSON: RecursionError of 200000", id="nested-deeply"),
        pytest.param(b'["canary"]', "a JSON list, not an object", id="list"),
        pytest.param(b'"canary"', "a JSON str, not an object", id="string"),
        pytest.param(b"null", "a JSON NoneType, not an object", id="null"),
    ],
)
def test_an_answer_that_is_no_object_is_a_response_error_without_its_text(body: bytes, problem: str) -> None:
    with pytest.raises(ResponseError) as caught:
        wire.json_object(response(body, "text/html\x1b[31m"))
    assert problem in str(caught.value)
    assert "canary" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


# Lists, maps, structures, unions: written


def test_lists_and_maps_are_written_item_by_item() -> None:
    assert checks.each(checks.integer, (1, 2), "Ids") == [1, 2]
    assert checks.each(checks.integer, iter([1, 2]), "Ids") == [1, 2]
    assert checks.each(checks.integer, [], "Ids") == []
    assert checks.each_value(checks.text, {"a": "b"}, "Map") == {"a": "b"}
    assert checks.each_value(checks.text, MappingProxyType({"a": "b"}), "Map") == {"a": "b"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("x", "Tag: expected Tag or a mapping, got str", id="no-structure"),
        pytest.param({}, "Tag.Key: is required; give it a value", id="required"),
        pytest.param({"Key": None}, "Tag.Key: is required; give it a value", id="required-but-none"),
        pytest.param({"Key": 1}, "Tag.Key: expected str, got int", id="type"),
        pytest.param(
            {"Key": "a", "Vaule": "b"}, "Tag.Vaule: Tag has no such member; did you mean Value?", id="slip"
        ),
        pytest.param(
            {"Key": "a", "key": "b"}, "Tag.key: Tag has no such member; did you mean Key?", id="letter-case"
        ),
        pytest.param(
            {"Key": "a", "Other": 1},
            "Tag.Other: Tag has no such member; it has Key, Tags, Value",
            id="unknown",
        ),
        pytest.param(
            {"Key": "a", 7: 1}, "Tag.7: Tag has no such member; it has Key, Tags, Value", id="no-name"
        ),
        pytest.param({"Key": "a", "Tags": "x"}, "Tag.Tags: expected a list, got str", id="no-list"),
        pytest.param(
            {"Key": "a", "Tags": {"Key": "x"}}, "Tag.Tags: expected a list, got dict", id="a-dict-for-a-list"
        ),
        pytest.param(
            {"Key": "a", "Tags": [{"Key": "b"}, {}]},
            "Tag.Tags[1].Key: is required; give it a value",
            id="item",
        ),
        pytest.param(
            {"Key": "a", "Tags": [{"Key": "b", "Tags": [3]}]},
            "Tag.Tags[0].Tags[0]: expected Tag or a mapping, got int",
            id="deep",
        ),
        pytest.param(
            Tag(key="a", tags=[Tag(key="b"), {"Keyy": "c"}]),
            "Tag.Tags[1].Keyy: Tag has no such member; did you mean Key?",
            id="mixed",
        ),
    ],
)
def test_errors_name_the_place_from_the_outside_in(value: object, message: str) -> None:
    assert param_error(write_member, value, "Tag") == message


def test_places_in_lists_of_lists_and_maps() -> None:
    def rows(value: Any, name: str) -> Any:
        return checks.each(checks.integer, value, name)

    assert param_error(checks.each, rows, [[1], [2, "x"]], "Rows") == "Rows[1][1]: expected int, got str"
    assert param_error(checks.each, rows, [[1], 2], "Rows") == "Rows[1]: expected a list, got int"
    assert (
        param_error(checks.each_value, write_tag, {"a b": {}}, "Map")
        == "Map['a b'].Key: is required; give it a value"
    )
    assert param_error(checks.each_value, rows, {"a": ["x"]}, "Map") == "Map['a'][0]: expected int, got str"
    assert param_error(checks.each_value, rows, {1: []}, "Map") == "Map (a key): expected str, got int"
    assert param_error(checks.each_value, rows, [1], "Map") == "Map: expected a mapping, got list"


def test_a_cause_is_kept_on_the_way_out() -> None:
    cause = KeyError("cause")

    def fail(value: Any, name: str) -> Any:
        raise ParamError("no", name) from cause

    with pytest.raises(ParamError) as caught:
        checks.nested(fail, 1, "Outer")
    assert caught.value.__cause__ is cause
    with pytest.raises(ParamError) as caught:
        checks.each(fail, [1], "Outer")
    assert caught.value.__cause__ is cause


def test_structures_and_mappings_are_written_alike() -> None:
    expected = {"Key": "a", "Value": "b", "Tags": [{"Key": "c"}]}
    assert write_member(Tag(key="a", value="b", tags=[Tag(key="c")]), "Tag") == expected
    assert write_member(MappingProxyType(expected), "Tag") == expected
    assert write_member(Tag(key="a"), "Tag") == {"Key": "a"}


def test_a_structure_without_members_says_so() -> None:
    class Empty(Structure):
        __slots__ = ()

    assert (
        param_error(checks.members_of, {"A": 1}, Empty, "E") == "E.A: Empty has no such member; it has none"
    )


def test_without_checks_what_is_wrong_is_written_as_it_is() -> None:
    def write(value: Any) -> Any:
        return checks.without_checks(write_member, value, "Tag")

    assert write({}) == {}
    assert write({"Key": 1}) == {"Key": 1}
    assert write({"Key": "a", "Tags": "x"}) == {"Key": "a", "Tags": "x"}
    assert write({"Key": "a", "Unknown": "x"}) == {"Key": "a"}
    values: Any = checks.without_checks(checks.each_value, checks.text, [1], "Map")
    assert values == [1]


def test_without_checks_what_cannot_be_written_at_all_is_still_refused() -> None:
    assert "expected Tag or a mapping" in param_error(checks.without_checks, write_member, "x", "Tag")
    assert "a mapping with one member" in param_error(
        checks.without_checks, checks.one_member, "x", ("A",), "U"
    )


def test_checks_are_back_after_a_call_without_them() -> None:
    checks.without_checks(checks.text, 1, "A")
    assert param_error(checks.text, 1, "A")
    with pytest.raises(ZeroDivisionError):
        checks.without_checks(lambda: 1 // 0)
    assert param_error(checks.text, 1, "A")


def test_one_member() -> None:
    names = ("Audio", "Video")
    assert checks.one_member({"Audio": 1}, names, "Media") == ("Audio", 1)
    assert checks.one_member({"Audio": False, "Video": None}, names, "Media") == ("Audio", False)
    assert checks.without_checks(checks.one_member, {"New": 1}, names, "Media") == ("New", 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, "Media: expected exactly one of Audio, Video, got 0 members"),
        ({"Audio": None}, "Media: expected exactly one of Audio, Video, got 0 members"),
        ({"Audio": 1, "Video": 2}, "Media: expected exactly one of Audio, Video, got 2 members"),
        ({"audio": 1}, "Media.audio: the union has no such member; did you mean Audio?"),
        (
            {"SDK_UNKNOWN_MEMBER": {"name": "New"}},
            "Media.SDK_UNKNOWN_MEMBER: the union has no such member; it has Audio, Video",
        ),
        (["Audio"], "Media: expected a mapping with one member, got list"),
        (None, "Media: expected a mapping with one member, got NoneType"),
    ],
)
def test_anything_but_one_known_member_is_refused(value: object, message: str) -> None:
    assert param_error(checks.one_member, value, ("Audio", "Video"), "Media") == message


def test_a_nested_union_names_its_place_once() -> None:
    def write(value: Any, name: str) -> Any:
        member, value = checks.one_member(value, ("Audio",), name)
        return {member: checks.text(value, "Audio")}

    assert param_error(checks.nested, write, {"Oudio": 1}, "Media").startswith(
        "Media.Oudio: the union has no"
    )
    assert param_error(checks.nested, write, {"Audio": 1}, "Media") == "Media.Audio: expected str, got int"
    assert param_error(checks.nested, write, {}, "Media").startswith("Media: expected exactly one")


# Arguments and params of a call

KEYWORDS = {"ChannelARN": "channel_arn", "ClientId": "client_id"}


def merge(members: dict[str, Any], params: Mapping[Any, Any], open_ended: bool = True) -> dict[str, Any]:
    return checks.merge_params(members, params, KEYWORDS, open_ended)


def test_arguments_and_params_become_one_mapping() -> None:
    assert merge({"ChannelARN": "a", "ClientId": None}, {"ClientId": "b"}) == {
        "ChannelARN": "a",
        "ClientId": "b",
    }
    assert merge({"ChannelARN": "a"}, {"ClientId": None}) == {"ChannelARN": "a"}
    assert merge({"ChannelARN": "a"}, MappingProxyType({"ClientId": "b"})) == {
        "ChannelARN": "a",
        "ClientId": "b",
    }
    assert merge({"ChannelARN": ""}, {}) == {"ChannelARN": ""}


def test_an_unknown_name_is_sent_where_the_protocol_has_a_place_for_it() -> None:
    assert merge({}, {"Brand": {"New": 1}}) == {"Brand": {"New": 1}}
    error = param_error(merge, {}, {"Brand": 1}, False)
    assert error == "Brand: the operation has no such member; it has ChannelARN, ClientId"


def test_merging_changes_neither_side() -> None:
    members, params = {"ChannelARN": "a"}, {"ClientId": "b"}
    merge(members, params)
    assert (members, params) == ({"ChannelARN": "a"}, {"ClientId": "b"})


@pytest.mark.parametrize("open_ended", [True, False])
@pytest.mark.parametrize(
    ("members", "params", "message"),
    [
        ({"ClientId": "a"}, {"ClientId": "b"}, "ClientId: is given twice: as client_id and in params"),
        ({}, {"ClientID": "b"}, "ClientID: is spelled ClientId"),
        ({}, {"clientid": None}, "clientid: is spelled ClientId"),
        ({"ClientId": "a"}, {"CLIENTID": "b"}, "CLIENTID: is spelled ClientId"),
        ({}, {"ClientId": "a", "clientId": "b"}, "clientId: is spelled ClientId"),
        ({}, {1: "b"}, "params: names are strings, not int"),
        ({}, ["ClientId"], "params: expected a mapping of wire names, got list"),
        ({}, "ClientId", "params: expected a mapping of wire names, got str"),
        ({}, None, "params: expected a mapping of wire names, got NoneType"),
    ],
)
def test_params_that_cannot_be_merged(
    members: dict[str, Any], params: Any, message: str, open_ended: bool
) -> None:
    assert param_error(merge, members, params, open_ended) == message


def test_a_close_name_is_suggested_where_unknown_names_are_refused() -> None:
    assert param_error(merge, {}, {"ChanelARN": 1}, False).endswith("; did you mean ChannelARN?")


# Values, read


def test_absent_lists_and_maps_are_the_shared_empty_ones() -> None:
    assert wire.read_list(None, str) is ABSENT_LIST
    assert wire.read_scalars(None) is ABSENT_LIST
    assert wire.read_map(None, str) is ABSENT_MAP


def test_lists_and_maps_are_read_without_nulls() -> None:
    assert wire.read_list([1, None, 2], str) == ["1", "2"]
    assert wire.read_list([], str) == []
    assert wire.read_scalars([1, None, 2]) == [1, 2]
    scalars = [1, 2]
    assert wire.read_scalars(scalars) is scalars
    assert wire.read_map({"a": 1, "b": None}, str) == {"a": "1"}
    assert wire.read_map({}, str) == {}
    assert wire.read_map({"a": "b"}, wire.as_is) == {"a": "b"}


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, {"a": 1}, False, ""], ids=repr)
def test_what_is_no_list_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="expected a list"):
        wire.read_list(value, str)
    with pytest.raises(TypeError, match="expected a list"):
        wire.read_scalars(value)


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, [1], False, ""], ids=repr)
def test_what_is_no_object_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="expected an object"):
        wire.read_map(value, str)
    with pytest.raises(TypeError, match="expected an object"):
        wire.read_union(value, {})


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (wire.read_floating, 1.5, 1.5),
        (wire.read_floating, 1, 1.0),
        (wire.read_floating, "Infinity", float("inf")),
        (wire.read_floating, "-Infinity", float("-inf")),
        (wire.read_decimal, 1.1, Decimal("1.1")),
        (wire.read_decimal, 12345678901234567890, Decimal("12345678901234567890")),
        (wire.read_decimal, "1.10", Decimal("1.10")),
        (wire.read_blob, "AP/+", b"\x00\xff\xfe"),
        (wire.read_blob, "", b""),
        (wire.read_blob, "AP\r\n/+\n", b"\x00\xff\xfe"),
        (wire.read_timestamp, 1398796238.123, MOMENT),
        (wire.read_timestamp, "2014-04-29T18:30:38.123Z", MOMENT),
        (wire.read_timestamp, "Tue, 29 Apr 2014 18:30:38.123 GMT", MOMENT),
        (wire.as_is, "a", "a"),
    ],
    ids=lambda value: str(getattr(value, "__name__", ascii(value))),
)
def test_values_are_read(read: Callable[[Any], Any], value: object, expected: object) -> None:
    result = read(value)
    assert result == expected
    assert type(result) is type(expected)
    assert read(None) is None


def test_nan_is_read() -> None:
    assert wire.read_floating("NaN") != wire.read_floating("NaN")
    assert wire.read_decimal("NaN").is_nan()


UNREADABLE: list[tuple[Callable[[Any], Any], list[Any]]] = [
    (wire.read_floating, ["1.5", "nan", "", True, [], {}, 10**400]),
    (wire.read_decimal, ["one", "", True, [], {}]),
    (wire.read_blob, ["A", "A===", "!!!!", "AP_-", "ü", 1, True, [], b"AA=="]),
    (wire.read_timestamp, ["soon", "", True, [], {}, 10**30]),
]


@pytest.mark.parametrize(
    ("read", "value"),
    [(read, value) for read, values in UNREADABLE for value in values],
    ids=lambda value: str(getattr(value, "__name__", ascii(value)[:20])),
)
def test_values_that_are_something_else_are_errors_that_a_call_knows(
    read: Callable[[Any], Any], value: object
) -> None:
    with pytest.raises((TypeError, ValueError, ArithmeticError)):
        read(value)


def test_optional() -> None:
    assert wire.optional(str, None) is None
    assert wire.optional(str, 0) == "0"


UNION: dict[str, Callable[[Any], Any]] = {"text": wire.as_is, "number": wire.read_floating}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ({}, None),
        ({"text": None}, None),
        ({"__type": "Union"}, None),
        ({"text": "a"}, {"text": "a"}),
        ({"number": 1}, {"number": 1.0}),
        ({"__type": "Union", "number": "Infinity", "text": None}, {"number": float("inf")}),
        ({"text": ""}, {"text": ""}),
        ({"new": {"a": 1}}, {"SDK_UNKNOWN_MEMBER": {"name": "new"}}),
    ],
    ids=repr,
)
def test_read_union(value: object, expected: object) -> None:
    assert wire.read_union(value, UNION) == expected


def test_a_union_of_two_members_is_refused() -> None:
    with pytest.raises(ValueError, match="with one member, got one with 2"):
        wire.read_union({"text": "a", "number": 1}, UNION)


@given(st.floats() | st.integers(-(2**53), 2**53))
def test_numbers_come_back(value: float) -> None:
    back = wire.read_floating(json.loads(wire.json_body(wire.floating(value, "Member"))))
    assert back == value or (back != back and value != value)


@given(st.binary())
def test_blobs_come_back(value: bytes) -> None:
    assert wire.read_blob(json.loads(json.dumps(wire.blob(value, "Member")))) == value
