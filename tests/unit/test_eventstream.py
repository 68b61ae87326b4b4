# SPDX-License-Identifier: Apache-2.0
"""Event-stream messages: framing, typed headers, signing."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.credentials.types import Credentials
from heliograph.errors import ParamError
from heliograph.eventstream import (
    MAX_HEADERS,
    MAX_PAYLOAD,
    Byte,
    Decoder,
    EventStreamError,
    Integer,
    Long,
    Message,
    Short,
    decode,
    encode,
    sign_message,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = datetime(2024, 2, 29, 12, 30, 15, 250000, tzinfo=UTC)
HEADERS: dict[str, Any] = {
    "true": True,
    "false": False,
    "byte": Byte(-128),
    "short": Short(32767),
    "integer": Integer(-(2**31)),
    "long": Long(2**63 - 1),
    "bytes": b"\x00\xff",
    "text": "größe",
    "time": MOMENT,
    "uuid": UUID(int=2**127 + 5),
}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
VALUES = (
    st.booleans()
    | st.integers(-(2**7), 2**7 - 1).map(Byte)
    | st.integers(-(2**15), 2**15 - 1).map(Short)
    | st.integers(-(2**31), 2**31 - 1).map(Integer)
    | st.integers(-(2**63), 2**63 - 1).map(Long)
    | st.binary(max_size=300)
    | TEXTS
    | st.datetimes(timezones=st.just(UTC)).map(
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    )
    | st.uuids()
)
MESSAGES = st.builds(
    Message, st.dictionaries(TEXTS.filter(bool), VALUES, max_size=6), st.binary(max_size=300)
)


def framed(headers: bytes, payload: bytes = b"") -> bytes:
    """A message with these bytes as its headers, its checksums in order."""
    lengths = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    data = lengths + struct.pack(">I", crc32(lengths)) + headers + payload
    return data + struct.pack(">I", crc32(data))


def prelude(total: int, headers: int) -> bytes:
    lengths = struct.pack(">II", total, headers)
    return lengths + struct.pack(">I", crc32(lengths))


def refused(call: Callable[..., object], *arguments: Any) -> str:
    with pytest.raises(EventStreamError) as caught:
        call(*arguments)
    return str(caught.value)


def types(message: Message) -> list[type]:
    return [type(value) for value in message.headers.values()]


def test_every_type_of_header_keeps_its_type_and_place() -> None:
    (message,) = decode(encode(Message(HEADERS, b"payload")))
    assert message == Message(HEADERS, b"payload")
    assert list(message.headers) == list(HEADERS)
    assert types(message) == [type(value) for value in HEADERS.values()]


@given(MESSAGES)
def test_what_is_written_is_read_again(message: Message) -> None:
    data = encode(message)
    (read,) = decode(data)
    assert read == message
    assert types(read) == types(message)
    assert encode(read) == data


@given(st.lists(MESSAGES, max_size=4), st.data())
def test_pieces_of_any_size_give_the_same_messages(messages: list[Message], data: st.DataObject) -> None:
    stream = b"".join(map(encode, messages))
    decoder, read, at = Decoder(), list[Message](), 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        read += decoder.feed(stream[at : at + size])
        at += size
    decoder.close()
    assert read == messages == decode(stream)


def test_a_message_comes_with_its_last_byte() -> None:
    data = encode(Message({"a": "b"}, b"payload"))
    decoder = Decoder()
    assert [decoder.feed(data[at : at + 1]) for at in range(len(data) - 1)] == [[]] * (len(data) - 1)
    assert len(decoder.feed(data[-1:])) == 1


def test_messages_before_a_broken_one_are_given_then_the_error() -> None:
    good, bad = encode(Message({}, b"good")), bytearray(encode(Message({}, b"bad")))
    bad[-5] ^= 1
    decoder = Decoder()
    assert decoder.feed(good + bytes(bad)) == [Message({}, b"good")]
    for _ in range(2):
        assert "checksum of a message does not match" in refused(decoder.feed, good)
    assert "checksum" in refused(decode, good + bytes(bad))


def test_a_stream_that_ends_within_a_message_is_an_error() -> None:
    data = encode(Message({}, b"payload"))
    assert refused(decode, data + data[:-1]) == f"the stream ends {len(data) - 1} bytes into a message"
    assert decode(b"") == []


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        pytest.param(prelude(15, 0), "a message of 15 bytes", id="shorter-than-itself"),
        pytest.param(prelude(20, 5), "with 5 bytes of headers", id="headers-longer-than-the-message"),
        pytest.param(
            prelude(MAX_HEADERS + 17, MAX_HEADERS + 1), "where the limit is 131072", id="too-many-headers"
        ),
        pytest.param(prelude(MAX_PAYLOAD + 17, 0), "where the limit is 25165824", id="payload-too-large"),
        pytest.param(prelude(0xFFFFFFFF, 0), "where the limit is", id="lying-length"),
        pytest.param(prelude(16, 0)[:-1] + b"\0", "checksum of a message's lengths", id="broken-lengths"),
    ],
)
def test_lengths_are_refused_before_the_rest_has_come(start: bytes, problem: str) -> None:
    assert problem in refused(Decoder().feed, start)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        pytest.param(b"\x00\x00", "without a name", id="no-name"),
        pytest.param(b"\x01a\x00\x01a\x00", "that of an earlier one", id="name-twice"),
        pytest.param(b"\x05a", "end within a header", id="name-cut-short"),
        pytest.param(b"\x01a", "end within a header", id="no-type"),
        pytest.param(b"\x01a\x02", "end within a header", id="number-cut-short"),
        pytest.param(b"\x01a\x07\x00", "end within a header", id="length-cut-short"),
        pytest.param(b"\x01a\x07\x00\x02b", "end within a header", id="text-cut-short"),
        pytest.param(b"\x01a\x07\x00\x01\xff", "not UTF-8", id="broken-utf-8"),
        pytest.param(b"\x01\xff\x00", "not UTF-8", id="broken-utf-8-in-a-name"),
        pytest.param(b"\x01a\x0a", "type 10", id="unknown-type"),
        pytest.param(b"\x01a\x09" + b"\0" * 15, "end within a header", id="uuid-cut-short"),
        pytest.param(b"\x01a\x08" + b"\x7f" * 8, "outside of the years", id="timestamp-far-ahead"),
    ],
)
def test_broken_headers_are_refused(headers: bytes, problem: str) -> None:
    assert problem in refused(decode, framed(headers))


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        pytest.param({"": True}, "1 to 255 bytes, not 0", id="no-name"),
        pytest.param({"ä" * 128: True}, "1 to 255 bytes, not 256", id="name-too-long"),
        pytest.param({"a": 5}, "Byte, Short, Integer, Long", id="plain-int"),
        pytest.param({"a": None}, "no value can be a NoneType", id="none"),
        pytest.param({"a": 1.5}, "no value can be a float", id="float"),
        pytest.param({"a": Byte(128)}, "does not fit into 8 bits", id="byte-too-large"),
        pytest.param({"a": Long(-(2**63) - 1)}, "does not fit into 64 bits", id="long-too-small"),
        pytest.param({"a": "b" * 32768}, "where the limit is 32767", id="text-too-long"),
        pytest.param({"a": b"b" * 32768}, "where the limit is 32767", id="bytes-too-long"),
        pytest.param({"a": "\ud800"}, "surrogate", id="surrogate"),
        pytest.param({"a": MOMENT.replace(tzinfo=None)}, "must be aware", id="naive-datetime"),
        pytest.param({str(n): "b" * 32767 for n in range(5)}, "bytes of headers", id="headers-too-long"),
    ],
)
def test_what_cannot_be_written_is_refused(headers: dict[str, Any], problem: str) -> None:
    assert problem in refused(encode, Message(headers))


def test_a_payload_has_a_limit() -> None:
    assert "where the limit is" in refused(encode, Message({}, bytes(MAX_PAYLOAD + 1)))
    (message,) = decode(encode(Message({}, bytes(MAX_PAYLOAD))))
    assert len(message.payload) == MAX_PAYLOAD


@pytest.mark.parametrize(
    "moment",
    [MOMENT + timedelta(microseconds=999), MOMENT.astimezone(timezone(timedelta(hours=-3)))],
    ids=["microseconds-are-dropped", "another-time-zone"],
)
def test_moments_are_kept_to_the_millisecond(moment: datetime) -> None:
    assert decode(encode(Message({"a": moment})))[0].headers == {"a": MOMENT}


@given(st.binary(max_size=120))
def test_any_headers_give_a_message_or_this_error(headers: bytes) -> None:
    try:
        (message,) = decode(framed(headers))
    except EventStreamError:
        return
    assert decode(encode(message)) == [message]


@given(MESSAGES, st.data())
def test_any_changed_byte_is_noticed(message: Message, data: st.DataObject) -> None:
    changed = bytearray(encode(message))
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EventStreamError):
        decode(bytes(changed))


def test_a_message_prints_without_values_and_payload() -> None:
    assert repr(Message({"a": "secret"}, b"secret")) == "<Message a; 6 bytes>"
    assert Message({}) != object()


# Signing: expected values are those that several published clients test against


def test_a_message_is_signed() -> None:
    credentials = Credentials("AKIDEXAMPLE", "fake secret key")
    inner = encode(Message({"some-header": "value"}, b"test payload"))
    signed, signature = sign_message(
        inner,
        sha256(b"last message sts").hexdigest(),
        credentials,
        "us-east-1",
        "testservice",
        datetime.fromtimestamp(123_456_789.000001, UTC),
    )
    assert signature == "1ea04a4f6becd85ae3e38e379ffaf4bb95042603f209512476cc6416868b31ee"
    assert signed.headers == {
        ":date": datetime.fromtimestamp(123_456_789, UTC),
        ":chunk-signature": bytes.fromhex(signature),
    }
    assert signed.payload == inner


def test_each_signature_covers_the_one_before() -> None:
    signature = "e1d8e8c8815e60969f2a34765c9a15945ffc0badbaa4b7e3b163ea19131e949b"
    signatures: list[str] = []
    for second, payload in enumerate((b"A", b"B", b"C", b"")):
        inner = encode(Message({}, payload))
        moment = datetime(2026, 1, 16, 6, 30, second, tzinfo=UTC)
        _, signature = sign_message(
            inner, signature, Credentials("access", "secret"), "us-west-2", "demo", moment
        )
        signatures.append(signature)
    assert signatures == [
        "4d6dc4197ca9045f693131a8321bffd3f0b5308835a2770c980551d2fd4b2e56",
        "75342279dd941fef5a494cc4b234545ee95be35805d5489ffb24959a9601d6ed",
        "c83a5b9f19bc3fe8247eec6d4a5d7806f4b47a6457559c58055c7017c6f3ce3e",
        "8b01a16c997aa5692d552b0b6cc4f308743882a0a035d9841ba0738a53420bef",
    ]


def test_a_naive_time_of_signing_is_refused() -> None:
    with pytest.raises(ParamError, match="aware"):
        sign_message(b"", "0" * 64, Credentials("a", "b"), "r", "s", MOMENT.replace(tzinfo=None))
