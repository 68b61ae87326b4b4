# SPDX-License-Identifier: Apache-2.0
"""Event streams: messages with typed headers, framed and checked (Amazon Event Stream specification).

One message, all numbers big-endian:

    total length (4)  headers length (4)  CRC-32 of these eight bytes (4)
    headers: name length (1), name, type (1), value; again for each header
    payload
    CRC-32 of everything before it (4)

Header values keep their type on the wire: ``bool``, :class:`Byte`, :class:`Short`, :class:`Integer`, :class:`Long`,
``bytes``, ``str``, aware ``datetime`` (to the millisecond) and ``uuid.UUID``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import Struct
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from .credentials.types import HasKeys

__all__ = [
    "MAX_HEADERS",
    "MAX_PAYLOAD",
    "Byte",
    "Decoder",
    "EventStreamError",
    "Integer",
    "Long",
    "Message",
    "Short",
    "decode",
    "encode",
    "sign_message",
]

MAX_HEADERS = 128 * 1024
"""Bytes of all headers of one message."""

MAX_PAYLOAD = 24 * 1024 * 1024
"""Bytes of one message's payload."""

_LONGEST_VALUE = 32_767
"""Bytes of a header value that is text or bytes, when written."""

_PRELUDE = Struct(">III")
_CRC = Struct(">I")
_LENGTH = Struct(">H")
_OVERHEAD = _PRELUDE.size + _CRC.size

_TRUE, _FALSE, _BYTE, _SHORT, _INTEGER, _LONG, _BYTES, _TEXT, _TIMESTAMP, _UUID = range(10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class EventStreamError(ValueError):
    """Bytes that are not an event-stream message, or a message that cannot be written. The text shows no content."""


class Byte(int):
    """A header value of 8 bits, signed."""

    __slots__ = ()


class Short(int):
    """A header value of 16 bits, signed."""

    __slots__ = ()


class Integer(int):
    """A header value of 32 bits, signed."""

    __slots__ = ()


class Long(int):
    """A header value of 64 bits, signed."""

    __slots__ = ()


_NUMBERS: dict[int, tuple[type[Byte | Short | Integer | Long], Struct]] = {
    _BYTE: (Byte, Struct(">b")),
    _SHORT: (Short, Struct(">h")),
    _INTEGER: (Integer, Struct(">i")),
    _LONG: (Long, Struct(">q")),
}

if TYPE_CHECKING:
    HeaderValue = bool | Byte | Short | Integer | Long | bytes | str | datetime | UUID


class Message:
    """One message: typed headers in their order, and a payload. Its repr shows neither values nor payload."""

    __slots__ = ("headers", "payload")

    def __init__(self, headers: Mapping[str, HeaderValue], payload: bytes = b"") -> None:
        self.headers = headers
        self.payload = payload

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self.headers == other.headers and self.payload == other.payload

    __hash__ = None  # type: ignore[assignment]  # equal by content

    def __repr__(self) -> str:
        return f"<Message {', '.join(self.headers)}; {len(self.payload)} bytes>"


# Reading


def decode(data: bytes) -> list[Message]:
    """The messages that ``data`` consists of.

    Raises:
        EventStreamError: a length that does not fit or is above the limits, a checksum that does not match, headers
            that cannot be read, or an end within a message.
    """
    decoder = Decoder()
    messages = decoder.feed(data)
    decoder.close()
    return messages


class Decoder:
    """Takes a stream in pieces of any size and gives its messages as they become whole.

    A message that is broken ends the stream: what came before it is returned, and every later call raises.
    """

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that ``data`` completes.

        Raises:
            EventStreamError: what comes next is not a message. Where ``data`` completes messages before it, these are
                returned, and the next call raises.
        """
        self._buffer += data
        messages: list[Message] = []
        at = 0
        try:
            while size := _whole_message(self._buffer, at):
                messages.append(_message(bytes(self._buffer[at : at + size])))
                at += size
        except EventStreamError:
            if not messages:
                raise
        del self._buffer[:at]
        return messages

    def close(self) -> None:
        """Say that nothing follows.

        Raises:
            EventStreamError: the stream ends within a message, or with a broken one.
        """
        self.feed(b"")
        if self._buffer:
            raise EventStreamError(f"the stream ends {len(self._buffer)} bytes into a message")


def _whole_message(buffer: bytearray, at: int) -> int:
    """The size of the message that starts there, if all of it is there, else 0; its prelude is checked either way."""
    there = len(buffer) - at
    if there < _PRELUDE.size:
        return 0
    total, headers_size, checksum = _PRELUDE.unpack_from(buffer, at)
    if crc32(buffer[at : at + 8]) != checksum:
        raise EventStreamError("the checksum of a message's lengths does not match")
    if headers_size > MAX_HEADERS:
        raise EventStreamError(f"{headers_size} bytes of headers, where the limit is {MAX_HEADERS}")
    payload_size = total - headers_size - _OVERHEAD
    if payload_size < 0:
        raise EventStreamError(f"a message of {total} bytes with {headers_size} bytes of headers")
    if payload_size > MAX_PAYLOAD:
        raise EventStreamError(f"a payload of {payload_size} bytes, where the limit is {MAX_PAYLOAD}")
    return total if there >= total else 0


def _message(data: bytes) -> Message:
    """The message that is all of ``data``, whose prelude is checked already."""
    _, headers_size, _ = _PRELUDE.unpack_from(data)
    end = len(data) - _CRC.size
    if crc32(memoryview(data)[:end]) != _CRC.unpack_from(data, end)[0]:
        raise EventStreamError("the checksum of a message does not match")
    payload = _PRELUDE.size + headers_size
    return Message(_headers(data[_PRELUDE.size : payload]), data[payload:end])


def _headers(data: bytes) -> dict[str, HeaderValue]:
    headers: dict[str, HeaderValue] = {}
    at = 0
    while at < len(data):
        name_bytes, at = _part(data, at + 1, data[at])
        name = _text(name_bytes)
        kind, at = _part(data, at, 1)
        if not name or name in headers:
            raise EventStreamError("a header without a name, or with that of an earlier one")
        headers[name], at = _value(data, at, kind[0])
    return headers


def _value(data: bytes, at: int, kind: int) -> tuple[HeaderValue, int]:
    """The value of that type which starts there, and the position after it."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _NUMBERS:
        number, form = _NUMBERS[kind]
        part, at = _part(data, at, form.size)
        return number(form.unpack(part)[0]), at
    if kind in (_BYTES, _TEXT):
        length, at = _part(data, at, _LENGTH.size)
        part, at = _part(data, at, _LENGTH.unpack(length)[0])
        return part if kind == _BYTES else _text(part), at
    if kind == _TIMESTAMP:
        part, at = _part(data, at, 8)
        return _moment(int.from_bytes(part, "big", signed=True)), at
    if kind == _UUID:
        from uuid import UUID

        part, at = _part(data, at, 16)
        return UUID(bytes=part), at
    raise EventStreamError(f"a header value of type {kind}, which does not exist")


def _part(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    end = at + size
    if end > len(data):
        raise EventStreamError("the headers end within a header")
    return data[at:end], end


def _text(data: bytes) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise EventStreamError("a header with text that is not UTF-8") from None


def _moment(milliseconds: int) -> datetime:
    try:
        return _EPOCH + milliseconds * _MILLISECOND
    except OverflowError as error:
        raise EventStreamError("a header with a timestamp outside of the years 1 to 9999") from error


# Writing


def encode(message: Message) -> bytes:
    """The bytes of a message.

    Raises:
        EventStreamError: a header without a name or with one above 255 bytes, a value of another type or too large for
            its own, or more bytes than a message may have.
    """
    headers = b"".join([_header(name, value) for name, value in message.headers.items()])
    if len(headers) > MAX_HEADERS:
        raise EventStreamError(f"{len(headers)} bytes of headers, where the limit is {MAX_HEADERS}")
    if len(message.payload) > MAX_PAYLOAD:
        raise EventStreamError(f"a payload of {len(message.payload)} bytes, where the limit is {MAX_PAYLOAD}")
    lengths = _PRELUDE.pack(_OVERHEAD + len(headers) + len(message.payload), len(headers), 0)[:8]
    data = b"".join((lengths, _CRC.pack(crc32(lengths)), headers, message.payload))
    return data + _CRC.pack(crc32(data))


def _header(name: str, value: HeaderValue) -> bytes:
    name_bytes = _utf8(name, name)
    if not 1 <= len(name_bytes) <= 255:
        raise EventStreamError(f"header {name!r}: a name has 1 to 255 bytes, not {len(name_bytes)}")
    return bytes((len(name_bytes),)) + name_bytes + _typed(name, value)


def _typed(name: str, value: HeaderValue) -> bytes:
    """Type and value of a header."""
    if value is True or value is False:
        return bytes((_TRUE if value else _FALSE,))
    if isinstance(value, int):
        return _number(name, value)
    if isinstance(value, (bytes, str)):
        data = value if isinstance(value, bytes) else _utf8(name, value)
        if len(data) > _LONGEST_VALUE:
            raise EventStreamError(
                f"header {name!r}: a value of {len(data)} bytes, where the limit is {_LONGEST_VALUE}"
            )
        return bytes((_BYTES if isinstance(value, bytes) else _TEXT,)) + _LENGTH.pack(len(data)) + data
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise EventStreamError(f"header {name!r}: the datetime must be aware; give it a time zone")
        return bytes((_TIMESTAMP,)) + ((value - _EPOCH) // _MILLISECOND).to_bytes(8, "big", signed=True)
    if (
        type(value).__name__ == "UUID"
    ):  # told by its name, so that its module is loaded only by those who use it
        return bytes((_UUID,)) + value.bytes
    raise _no_type(name, value)


def _number(name: str, value: int) -> bytes:
    for kind, (number, form) in _NUMBERS.items():
        if isinstance(value, number):
            bits = 8 * form.size
            if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
                raise EventStreamError(f"header {name!r}: the number does not fit into {bits} bits")
            return bytes((kind,)) + form.pack(value)
    raise _no_type(name, value)


def _utf8(name: str, text: str) -> bytes:
    try:
        return str.encode(text)
    except UnicodeEncodeError:
        raise EventStreamError(
            f"header {name!r}: half of a surrogate pair, which UTF-8 cannot carry"
        ) from None


def _no_type(name: str, value: object) -> EventStreamError:
    return EventStreamError(
        f"header {name!r}: no value can be a {type(value).__name__};"
        " it is bool, Byte, Short, Integer, Long, bytes, str, datetime or UUID"
    )


# Signing


def sign_message(
    message: bytes, previous: str, credentials: HasKeys, region: str, service: str, timestamp: datetime
) -> tuple[Message, str]:
    """A message wrapped in a signed one, as services want each message of a stream that a client sends.

    Arguments:
        message: the encoded message; ``b""`` for the one that ends the stream.
        previous: the signature before this one: that of the message before, or for the first one that of the request,
            64 hexadecimal digits.
        credentials: ``access_key``, ``secret_key`` and, or ``None``, ``token``.
        region: the region of the credential scope.
        service: the service's signing name.
        timestamp: when the message is signed, as an aware datetime; its fraction of a second is dropped.

    Returns:
        The message to send, and its signature, to be given as ``previous`` for the next.

    Raises:
        ParamError: a naive timestamp.
        EventStreamError: the message is longer than a payload may be; raised when the result is encoded.
    """
    from hashlib import sha256

    from .sigv4 import amz_date, credential_scope, signature

    date_text = amz_date(timestamp)
    date = timestamp.replace(microsecond=0)
    to_sign = "\n".join(
        (
            "AWS4-HMAC-SHA256-PAYLOAD",
            date_text,
            credential_scope(date_text, region, service),
            previous,
            sha256(_header(":date", date)).hexdigest(),
            sha256(message).hexdigest(),
        )
    )
    digest = signature(credentials.secret_key, date_text[:8], region, service, to_sign)
    return Message({":date": date, ":chunk-signature": bytes.fromhex(digest)}, message), digest
