# SPDX-License-Identifier: Apache-2.0
"""Timestamps as text and as numbers: the three formats of Smithy's ``timestampFormat`` trait.

The limits are those of ``datetime``: the years 1 to 9999, to the microsecond. Finer digits are dropped when
read; moments outside are a ``ValueError``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["epoch-seconds", "http-date", "date-time"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL_ENDS = frozenset(("Z", ".000Z"))
"""What follows the seconds in most answers; Python reads these texts itself, ten times as fast."""

_MICROSECOND = timedelta(microseconds=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}


def format(value: datetime, kind: Kind) -> str:
    """``value`` as text of that kind.

    Arguments:
        value: an aware datetime.
        kind: ``epoch-seconds`` for seconds since 1970, with a fraction where there is one;
            ``http-date`` for ``Tue, 29 Apr 2014 18:30:38 GMT`` (RFC 9110, section 5.6.7), without fraction;
            ``date-time`` for ``2014-04-29T18:30:38.123Z`` (RFC 3339), with a fraction where there is one.

    Raises:
        ValueError: the datetime is naive, or in UTC falls outside of the years 1 to 9999.
    """
    if kind == "epoch-seconds":
        return _epoch_text(value)
    moment = _in_utc(value)
    if kind == "http-date":
        day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
        return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"
    if kind == "date-time":
        text = moment.replace(tzinfo=None).isoformat()
        return f"{text.rstrip('0') if moment.microsecond else text}Z"
    raise _unknown(kind)


def parse(text: str, kind: Kind) -> datetime:
    """The moment that text of that kind stands for, as an aware datetime in UTC.

    Each kind may carry a fraction of a second, and ``date-time`` an offset from UTC. The weekday of an
    ``http-date`` is not looked at.

    Raises:
        ValueError: the text is not of that kind, or is outside of the years 1 to 9999.
    """
    try:
        if kind == "epoch-seconds":
            return _read_epoch(text)
        if kind == "http-date":
            return _read_http_date(text)
        if kind == "date-time":
            return _read_date_time(text)
    except OverflowError as error:
        raise _outside() from error
    raise _unknown(kind)


def to_epoch(value: datetime) -> int | float:
    """Seconds since 1970: an int where they are whole, else the float nearest to the microsecond.

    A float tells microseconds apart until the year 2106 and milliseconds until the year 9999.

    Raises:
        ValueError: the datetime is naive.
    """
    microseconds = _microseconds(value)
    seconds, rest = divmod(microseconds, 1_000_000)
    return microseconds / 1_000_000 if rest else seconds


def parse_any(value: int | float | str) -> datetime:
    """The moment that a value in a JSON body stands for.

    Arguments:
        value: seconds since 1970 as a number, or a ``date-time`` or an ``http-date`` as text.

    Raises:
        TypeError: it is neither a number nor text.
        ValueError: it is text of another form, or outside of the years 1 to 9999.
    """
    if isinstance(value, str):
        return parse(value, "date-time" if value[:1].isdecimal() else "http-date")
    if isinstance(value, bool):
        raise TypeError("expected a number or a string for a timestamp, got bool")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OSError, OverflowError, ValueError):
        pass  # some systems refuse what is before 1970 or far ahead
    try:
        return _EPOCH + timedelta(seconds=value)
    except OverflowError as error:
        raise _outside() from error


def _microseconds(value: datetime) -> int:
    """Microseconds since 1970."""
    _require_aware(value)
    return (value - _EPOCH) // _MICROSECOND


def _epoch_text(value: datetime) -> str:
    microseconds = _microseconds(value)
    seconds, rest = divmod(abs(microseconds), 1_000_000)
    text = f"{seconds}.{rest:06}".rstrip("0") if rest else str(seconds)
    return f"-{text}" if microseconds < 0 else text


def _read_epoch(text: str) -> datetime:
    digits = text.removeprefix("-")
    seconds, point, fraction = digits.partition(".")
    if not (text.isascii() and seconds.isdigit() and (fraction.isdigit() or not point)):
        raise ValueError("not seconds since 1970 in decimal notation, such as 1398796238.123")
    distance = timedelta(seconds=int(seconds), microseconds=_microseconds_of(fraction))
    return _EPOCH + distance if digits is text else _EPOCH - distance


def _read_http_date(text: str) -> datetime:
    _, _, date = text.partition(", ")
    fields = date.split(" ")
    if len(fields) == 5 and fields[1] in _MONTH_NUMBERS and fields[4] == "GMT":
        day, month, year, time, _ = fields
        try:
            return _read_date_time(f"{year}-{_MONTH_NUMBERS[month]}-{day}T{time}Z")
        except ValueError:
            pass  # the error below shows the form that was expected
    raise ValueError("not an http-date, such as Tue, 29 Apr 2014 18:30:38 GMT")


def _read_date_time(text: str) -> datetime:
    if (
        text[19:] in _USUAL_ENDS
        and text[4] == text[7] == "-"
        and text[10] == "T"
        and text[13] == text[16] == ":"
    ):
        try:
            return datetime.fromisoformat(text)
        except ValueError as error:
            raise _no_date_time() from error
    seconds, rest = text[:19], text[19:]
    zone = rest.lstrip(".0123456789")
    fraction = rest[: len(rest) - len(zone)]
    if not (
        text.isascii()
        and text[4:5] == text[7:8] == "-"
        and text[10:11] in ("T", "t")
        and text[13:14] == text[16:17] == ":"
        and (not fraction or (fraction[0] == "." and fraction[1:].isdigit()))
    ):
        raise _no_date_time()
    try:
        whole = datetime.fromisoformat(seconds)
    except ValueError as error:
        raise _no_date_time() from error
    moment = whole.replace(tzinfo=UTC, microsecond=_microseconds_of(fraction[1:]))
    return moment if zone in ("Z", "z") else moment - _offset(zone)


def _offset(zone: str) -> timedelta:
    """How far ahead of UTC ``+01:00`` is."""
    sign, hours, colon, minutes = zone[:1], zone[1:3], zone[3:4], zone[4:]
    if not (
        sign in ("+", "-") and colon == ":" and len(minutes) == 2 and hours.isdigit() and minutes.isdigit()
    ) or (hours > "23" or minutes > "59"):
        raise _no_date_time()
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if sign == "+" else -ahead


def _microseconds_of(fraction: str) -> int:
    return int(fraction[:6].ljust(6, "0"))


def _require_aware(value: datetime) -> None:
    if value.utcoffset() is None:
        raise ValueError("the datetime must be aware; give it a time zone, such as datetime.timezone.utc")


def _in_utc(value: datetime) -> datetime:
    _require_aware(value)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise _outside() from error


def _no_date_time() -> ValueError:
    return ValueError("not a date-time, such as 2014-04-29T18:30:38Z")


def _outside() -> ValueError:
    return ValueError("the timestamp is outside of the years 1 to 9999")


def _unknown(kind: str) -> ValueError:
    return ValueError(f"no kind of timestamp {kind!r}; it is epoch-seconds, http-date or date-time")
