# SPDX-License-Identifier: Apache-2.0
"""What REST protocols write outside of JSON and XML: paths, queries, headers, bare payloads.

The rules are Smithy's, "HTTP binding traits".
Functions that write take the value and the member's wire name, for the error. Where checks are off
(``validate_params=False``), a value of the wrong type becomes text all the same.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from urllib.parse import quote as percent_encoded

from ..errors import ParamError, ResponseError
from ..http import header_name, header_value
from ..structure import ABSENT_LIST
from ..timestamps import format as format_timestamp
from ..timestamps import parse
from .checks import binary, boolean, each, each_value, integer, text, timestamp
from .json import floating, json_text, read_json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypeVar

    from ..http import WireResponse
    from ..timestamps import Kind

    T = TypeVar("T")

_BLANKS = " \t"
_INTEGER_CHARACTERS = frozenset("+-0123456789")
_NUMBER_CHARACTERS = frozenset("+-.0123456789Ee")
_BOOLEANS: Mapping[str | None, bool] = {"true": True, "false": False}
_NOT_FINITE = frozenset(("NaN", "Infinity", "-Infinity"))


# Simple values as text


def boolean_text(value: Any, name: str) -> str:
    """``true`` or ``false``."""
    checked = boolean(value, name)
    return "true" if checked is True else "false" if checked is False else str(checked)


def integer_text(value: Any, name: str) -> str:
    """A whole number in decimal digits."""
    checked = integer(value, name)
    return int.__repr__(checked) if isinstance(checked, int) else str(checked)


def floating_text(value: Any, name: str) -> str:
    """A number by its shortest digits, or ``NaN``, ``Infinity``, ``-Infinity``."""
    checked = floating(value, name)
    return float.__repr__(checked) if isinstance(checked, float) else str(checked)


def decimal_text(value: Any, name: str) -> str:
    """A decimal number with every digit it has."""
    from decimal import Decimal

    return str(value) if isinstance(value, Decimal) else floating_text(value, name)


def http_date_text(value: Any, name: str) -> str:
    """An aware datetime as ``Tue, 29 Apr 2014 18:30:38 GMT``."""
    return _timestamp_text(value, name, "http-date")


def date_time_text(value: Any, name: str) -> str:
    """An aware datetime as ``2014-04-29T18:30:38Z``."""
    return _timestamp_text(value, name, "date-time")


def epoch_text(value: Any, name: str) -> str:
    """An aware datetime as seconds since 1970."""
    return _timestamp_text(value, name, "epoch-seconds")


def _timestamp_text(value: Any, name: str, kind: Kind) -> str:
    checked = timestamp(value, name)
    return format_timestamp(checked, kind) if hasattr(checked, "astimezone") else str(checked)


def base64_text(value: Any, name: str) -> str:
    """A string that has a media type, in base64 (Smithy, "mediaType trait")."""
    return b2a_base64(_string(text(value, name)).encode(), newline=False).decode("ascii")


def json_header(value: Any, name: str) -> str:
    """Plain JSON, in base64 (Smithy, "mediaType trait")."""
    return b2a_base64(json_text(value, name).encode("ascii"), newline=False).decode("ascii")


def _string(value: Any) -> str:
    """A string as it is; with checks off it may be anything, and nothing at all is empty."""
    return value if isinstance(value, str) else "" if value is None else str(value)


# Paths and queries


def label(text: str, name: str) -> str:
    """A value as one segment of a path, percent-encoded but for what RFC 3986, section 2.3, calls unreserved.

    Raises:
        ParamError: the value is empty, ``.`` or ``..``, which would lead to another resource. This is refused
            where checks are off too.
    """
    segment = _string(text)
    if segment in ("", ".", ".."):
        raise ParamError("must not be empty, '.' or '..', since it is a part of the path", name)
    return percent_encoded(segment, safe="")


def greedy_label(text: str, name: str) -> str:
    """A value as one or more segments of a path: as :func:`label`, but ``/`` stays.

    Raises:
        ParamError: the value is empty, or a segment of it is ``.`` or ``..``. This is refused where checks
            are off too.
    """
    segments = _string(text)
    if not segments:
        raise ParamError("must not be empty, since it is a part of the path", name)
    if not {".", ".."}.isdisjoint(segments.split("/")):
        raise ParamError("must not have '.' or '..' between slashes, since it is a part of the path", name)
    return percent_encoded(segments, safe="/")


def query_string(pairs: list[tuple[str, str]]) -> str:
    """Names and values as a query, in their order, percent-encoded like a label."""
    return "&".join(
        f"{percent_encoded(key, safe='')}={percent_encoded(_string(value), safe='')}" for key, value in pairs
    )


def add_query_map(pairs: list[tuple[str, str]], values: Any, name: str) -> None:
    """Append a map of strings, or of lists of strings, to ``pairs``; a key that is there keeps its value."""
    taken = {key for key, _ in pairs}
    for key, texts in each_value(_text_or_texts, values, name).items():
        if key not in taken:
            pairs.extend((key, item) for item in texts)


def _text_or_texts(value: Any, name: str) -> list[str]:
    return [text(value, name)] if isinstance(value, str) else each(text, value, name)


# Headers


def add_header(headers: list[tuple[str, str]], header: str, text: str, name: str) -> None:
    """Append a header, its name in lower case, its value without the blanks at its ends, as HTTP has it.

    Raises:
        ParamError: the value cannot stand in a header. This is refused where checks are off too.
    """
    headers.append((header.lower(), header_value(_string(text).strip(_BLANKS), name)))


def header_list(texts: Iterable[str], quote: bool = True) -> str:
    """Items as the value of one header. What holds a comma or a double quote is quoted.

    Arguments:
        texts: the items.
        quote: ``False`` for http-dates, whose comma is understood.
    """
    return ", ".join(_quoted(_string(item)) if quote else _string(item) for item in texts)


def _quoted(item: str) -> str:
    if "," not in item and '"' not in item:
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def add_prefix_headers(headers: list[tuple[str, str]], prefix: str, values: Any, name: str) -> None:
    """Append a map of strings, each under ``prefix`` and its key; a header that is there keeps its value.

    Raises:
        ParamError: a key does not make a header name, or a value cannot stand in a header. This is refused
            where checks are off too.
    """
    taken = {header for header, _ in headers}
    for key, value in each_value(text, values, name).items():
        place = f"{name}[{key!r}]"
        header = header_name(f"{prefix}{key}", place).lower()
        if header not in taken:
            add_header(headers, header, value, place)


# Payloads


def text_payload(value: Any, name: str) -> bytes:
    """A string as the whole body, in UTF-8."""
    try:
        return _string(text(value, name)).encode()
    except UnicodeEncodeError as error:
        raise ParamError("holds half of a surrogate pair, which UTF-8 cannot carry", name) from error


def blob_payload(value: Any, name: str) -> bytes:
    """Bytes as the whole body."""
    data = binary(value, name)
    return data if isinstance(data, bytes) else _string(data).encode()


def read_text_payload(response: WireResponse) -> str | None:
    """The whole body as a string; none where it is empty."""
    return response.body.decode() if response.body else None


def read_blob_payload(response: WireResponse) -> bytes | None:
    """The whole body; none where it is empty."""
    return response.body or None


def read_stream(response: WireResponse) -> Any:
    """The body that is still to come."""
    if response.stream is None:
        raise ResponseError(
            "the transport read the whole answer, where its body was to be left to the caller"
        )
    return response.stream


# What is read from headers and from XML. None is an absent text and stays None; the results are Any, so that they
# fit attributes of required and of optional members alike. A ValueError says that the text is something else.


def read_boolean_text(text: str | None) -> Any:
    """True or False."""
    if text is None or text in _BOOLEANS:
        return _BOOLEANS.get(text)
    lower = text.lower()
    if lower not in _BOOLEANS:
        raise ValueError("expected true or false, got another text")
    return _BOOLEANS[lower]


def read_integer_text(text: str | None) -> Any:
    """A whole number."""
    if text is None:
        return None
    if not _INTEGER_CHARACTERS.issuperset(text):
        raise _no_number()
    return int(text)


def read_floating_text(text: str | None) -> Any:
    """A floating-point number, or ``NaN``, ``Infinity``, ``-Infinity``."""
    return None if text is None else float(_number(text))


def read_decimal_text(text: str | None) -> Any:
    """A decimal number with every digit it has."""
    from decimal import Decimal, InvalidOperation

    try:
        return None if text is None else Decimal(_number(text))
    except InvalidOperation as error:
        raise _no_number() from error


def _number(text: str) -> str:
    """``text`` if it may be a number; Python's own readers take more, such as ``1_000`` and ``inf``."""
    if text in _NOT_FINITE or _NUMBER_CHARACTERS.issuperset(text):
        return text
    raise _no_number()


def _no_number() -> ValueError:
    return ValueError("expected a number, got another text")


def read_base64_text(text: str | None) -> Any:
    """A string that has a media type, from base64."""
    return None if text is None else a2b_base64(text, strict_mode=True).decode()


def read_json_header(text: str | None) -> Any:
    """What the JSON in a header says, which is in base64."""
    return None if text is None else read_json_text(a2b_base64(text, strict_mode=True).decode())


def read_http_date_text(text: str | None) -> Any:
    """A datetime from ``Tue, 29 Apr 2014 18:30:38 GMT``."""
    return _read_timestamp(text, "http-date")


def read_date_time_text(text: str | None) -> Any:
    """A datetime from ``2014-04-29T18:30:38Z``."""
    return _read_timestamp(text, "date-time")


def read_epoch_text(text: str | None) -> Any:
    """A datetime from seconds since 1970."""
    return _read_timestamp(text, "epoch-seconds")


def _read_timestamp(text: str | None, kind: Kind) -> Any:
    return None if text is None else parse(text, kind)


def read_header_list(text: str | None, read: Callable[[str], T]) -> Sequence[T]:
    """Each item of a list in a header, between commas, without quotes; an absent header is an absent list.

    Where there is nothing between two commas, there is no item (RFC 9110, section 5.6.1.2).
    """
    if text is None:
        return ABSENT_LIST
    return [read(item) for item in _items(text)]


def _items(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        if text[position] in " \t,":
            position += 1
        elif text[position] == '"':
            item, position = _unquoted(text, position + 1)
            yield item
        else:
            end = _next_comma(text, position)
            yield text[position:end].rstrip(_BLANKS)
            position = end


def _unquoted(text: str, position: int) -> tuple[str, int]:
    """What stands in the quotes that open before ``position``, and where the comma after them is."""
    characters: list[str] = []
    while position < len(text):
        character = text[position]
        position += 1
        if character == '"':
            end = _next_comma(text, position)
            if text[position:end].strip(_BLANKS):
                raise ValueError("a list in a header goes on after the quote of an item, without a comma")
            return "".join(characters), end
        if character == "\\":
            character = text[position : position + 1]
            position += 1
        characters.append(character)
    raise ValueError("a list in a header ends within quotes")


def _next_comma(text: str, position: int) -> int:
    comma = text.find(",", position)
    return len(text) if comma < 0 else comma


def read_http_date_list(text: str | None) -> Sequence[datetime]:
    """Each http-date of a list in a header; each has a comma of its own."""
    if text is None:
        return ABSENT_LIST
    parts = text.split(",") if text else []
    if len(parts) % 2:
        raise ValueError("a header that is a list of http-dates holds something else")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [read_http_date_text(f"{day.strip(_BLANKS)},{date.rstrip(_BLANKS)}") for day, date in pairs]


def read_prefix_headers(headers: Mapping[str, str], prefix: str) -> Mapping[str, str]:
    """The headers whose names start with ``prefix``, by the rest of their names, which come in lower case.

    Without any it is an empty map, not an absent one (Smithy's case ``HttpPrefixHeadersAreNotPresent``).
    """
    start = prefix.lower()
    return {name[len(start) :]: value for name, value in headers.items() if name.startswith(start)}
