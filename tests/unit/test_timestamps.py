# SPDX-License-Identifier: Apache-2.0
"""Timestamps as text and as numbers, where the published cases are silent."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph import timestamps

KINDS: tuple[timestamps.Kind, ...] = ("epoch-seconds", "http-date", "date-time")
MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
EAST = timezone(timedelta(hours=5, minutes=30))

aware = st.datetimes(timezones=st.just(UTC))
milliseconds = st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        pytest.param(MOMENT, "epoch-seconds", "1398796238", id="seconds"),
        pytest.param(MOMENT, "http-date", "Tue, 29 Apr 2014 18:30:38 GMT", id="http"),
        pytest.param(MOMENT, "date-time", "2014-04-29T18:30:38Z", id="date-time"),
        pytest.param(MOMENT.replace(microsecond=120000), "epoch-seconds", "1398796238.12", id="fraction"),
        pytest.param(
            MOMENT.replace(microsecond=120000), "date-time", "2014-04-29T18:30:38.12Z", id="iso-fraction"
        ),
        pytest.param(
            MOMENT.replace(microsecond=999999),
            "http-date",
            "Tue, 29 Apr 2014 18:30:38 GMT",
            id="http-drops-it",
        ),
        pytest.param(
            MOMENT.replace(second=0), "date-time", "2014-04-29T18:30:00Z", id="zeros-of-seconds-stay"
        ),
        pytest.param(MOMENT.astimezone(EAST), "date-time", "2014-04-29T18:30:38Z", id="offset"),
        pytest.param(MOMENT.astimezone(EAST), "http-date", "Tue, 29 Apr 2014 18:30:38 GMT", id="http-offset"),
        pytest.param(MOMENT.astimezone(EAST), "epoch-seconds", "1398796238", id="epoch-offset"),
        pytest.param(
            datetime(1969, 12, 31, 23, 59, 59, 500000, UTC), "epoch-seconds", "-0.5", id="before-1970"
        ),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), "epoch-seconds", "0", id="zero"),
        pytest.param(datetime(1970, 1, 1, 0, 0, 0, 1, UTC), "epoch-seconds", "0.000001", id="no-exponent"),
        pytest.param(
            datetime(5, 3, 2, tzinfo=UTC), "http-date", "Wed, 02 Mar 0005 00:00:00 GMT", id="year-5"
        ),
    ],
)
def test_format(value: datetime, kind: timestamps.Kind, text: str) -> None:
    assert timestamps.format(value, kind) == text


@pytest.mark.parametrize("kind", KINDS)
def test_a_naive_datetime_has_no_place_in_time(kind: timestamps.Kind) -> None:
    with pytest.raises(ValueError, match="must be aware"):
        timestamps.format(datetime(2014, 4, 29), kind)


def test_a_naive_datetime_has_no_epoch() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        timestamps.to_epoch(datetime(2014, 4, 29))


@pytest.mark.parametrize("kind", ["http-date", "date-time"])
def test_a_moment_outside_of_the_calendar_in_utc_is_refused(kind: timestamps.Kind) -> None:
    with pytest.raises(ValueError, match="outside of the years 1 to 9999"):
        timestamps.format(datetime.min.replace(tzinfo=EAST), kind)


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    unknown: Any = "rfc822"
    with pytest.raises(ValueError, match="'rfc822'; it is epoch-seconds, http-date or date-time"):
        timestamps.format(MOMENT, unknown)
    with pytest.raises(ValueError, match="'rfc822'; it is epoch-seconds, http-date or date-time"):
        timestamps.parse("", unknown)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        pytest.param("2019-12-16T22:48:18-01:00", "date-time", "2019-12-16T23:48:18", id="west"),
        pytest.param("2019-12-17T00:48:18.25+01:00", "date-time", "2019-12-16T23:48:18.250000", id="east"),
        pytest.param("2019-12-16T23:48:18-00:00", "date-time", "2019-12-16T23:48:18", id="minus-zero"),
        pytest.param("2019-12-16t23:48:18z", "date-time", "2019-12-16T23:48:18", id="lower-case"),
        pytest.param(
            "2019-12-16T23:48:18.1234567899Z", "date-time", "2019-12-16T23:48:18.123456", id="finer"
        ),
        pytest.param(
            "Mon, 16 Dec 2019 23:48:18.123 GMT", "http-date", "2019-12-16T23:48:18.123000", id="http"
        ),
        pytest.param("Fri, 16 Dec 2019 23:48:18 GMT", "http-date", "2019-12-16T23:48:18", id="wrong-weekday"),
        pytest.param("1576540098.1234569", "epoch-seconds", "2019-12-16T23:48:18.123456", id="finer-seconds"),
        pytest.param("-0.25", "epoch-seconds", "1969-12-31T23:59:59.750000", id="before-1970"),
        pytest.param("0", "epoch-seconds", "1970-01-01T00:00:00", id="zero"),
    ],
)
def test_parse(text: str, kind: timestamps.Kind, value: str) -> None:
    parsed = timestamps.parse(text, kind)
    assert parsed == datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert parsed.tzinfo is UTC


BROKEN: dict[timestamps.Kind, tuple[str, ...]] = {
    "epoch-seconds": (
        "", " 1", "1 ", "1.", ".5", "-", "--1", "+1", "1e3", "1_000", "NaN", "Infinity", "0x10", "1,5",
        "\u0661", "1.-5", "-1.5.0",
    ),
    "date-time": (
        "", "2019-12-16", "2019-12-16T23:48:18", "2019-12-16 23:48:18Z", "20191216T234818Z",
        "2019-W51-1T23:48:18Z", "2019-12-16T23:48Z", "2019-12-16T23:48:18.Z", "2019-12-16T23:48:18,5Z",
        "2019-12-16T23:48:18.5.5Z", "2019-12-16T23:48:18+01", "2019-12-16T23:48:18+0100",
        "2019-12-16T23:48:18+24:00", "2019-12-16T23:48:18+01:60", "2019-12-16T23:48:18+01:00:00",
        "2019-12-16T23:48:18 Z", "2019-13-16T23:48:18Z", "2019-02-29T23:48:18Z", "2019-12-16T25:48:18Z",
        "2019-12-16T23:48:61Z", "0000-12-16T23:48:18Z", "+2019-12-16T23:48:18Z",
        "2\u0660\u0661\u0669-12-16T23:48:18Z", "2019-12-16T23:48:18.\u0661Z", "2019-12-16T23:48:18Z\n",
    ),
    "http-date": (
        "", "Mon, 16 Dec 2019 23:48:18", "Mon, 16 Dec 2019 23:48:18 UTC", "Mon, 16 Dec 2019 23:48:18 +0000",
        "Monday, 16-Dec-19 23:48:18 GMT", "Mon Dec 16 23:48:18 2019", "Mon, 6 Dec 2019 23:48:18 GMT",
        "Mon, 16 Dec 19 23:48:18 GMT", "Mon, 16 dec 2019 23:48:18 GMT", "Mon, 31 Feb 2019 23:48:18 GMT",
        "Mon, 16 Dec 2019 23:48:18+01:00 GMT", "Mon,  16 Dec 2019 23:48:18 GMT",
        "16 Dec 2019 23:48:18 GMT", "Mon, 16 Dec 2019 23:48:18 GMT ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"),
    [pytest.param(kind, text, id=f"{kind}-{text!a}") for kind, texts in BROKEN.items() for text in texts],
)
def test_what_is_no_timestamp_is_refused(kind: timestamps.Kind, text: str) -> None:
    with pytest.raises(ValueError, match="such as"):
        timestamps.parse(text, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_does_not_show_the_text(kind: timestamps.Kind) -> None:
    with pytest.raises(ValueError, match="such as") as caught:
        timestamps.parse("cAnArY-0123456789", kind)
    assert "cAnArY" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0001-01-01T00:00:00+00:01", "date-time"),
        ("9999-12-31T23:59:59-00:01", "date-time"),
        ("253402300800", "epoch-seconds"),
        ("-62135596801", "epoch-seconds"),
        ("9" * 400, "epoch-seconds"),
    ],
)
def test_moments_outside_of_the_calendar_are_refused(text: str, kind: timestamps.Kind) -> None:
    with pytest.raises(ValueError, match="outside of the years 1 to 9999"):
        timestamps.parse(text, kind)


def test_a_number_of_five_thousand_digits_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the limit and its text are Python's
        timestamps.parse("9" * 5000, "epoch-seconds")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(1398796238, "2014-04-29T18:30:38Z", id="int"),
        pytest.param(1398796238.123, "2014-04-29T18:30:38.123Z", id="float"),
        pytest.param(1.398796238e9, "2014-04-29T18:30:38Z", id="exponent"),
        pytest.param(-0.5, "1969-12-31T23:59:59.5Z", id="before-1970"),
        pytest.param("2014-04-29T18:30:38.123Z", "2014-04-29T18:30:38.123Z", id="date-time"),
        pytest.param("Tue, 29 Apr 2014 18:30:38 GMT", "2014-04-29T18:30:38Z", id="http-date"),
    ],
)
def test_any_form_of_a_json_body_is_read(value: float | str, text: str) -> None:
    parsed = timestamps.parse_any(value)
    assert timestamps.format(parsed, "date-time") == text
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [True, None, [], {}, "", "1398796238", "soon", float("nan"), float("inf"), 10**12, 10**400, -1e300],
    ids=repr,
)
def test_what_a_json_body_cannot_mean_as_a_timestamp_is_refused(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        timestamps.parse_any(value)


def test_a_system_that_knows_no_early_moments_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    class Windows(datetime):
        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: object = None) -> Any:
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(timestamps, "datetime", Windows)
    assert timestamps.parse_any(-0.5) == datetime(1969, 12, 31, 23, 59, 59, 500000, UTC)
    with pytest.raises(ValueError, match="outside of the years 1 to 9999"):
        timestamps.parse_any(10**12)


@pytest.mark.parametrize(
    ("value", "number", "written"),
    [
        pytest.param(MOMENT, 1398796238, "1398796238", id="whole-is-int"),
        pytest.param(MOMENT.replace(microsecond=123000), 1398796238.123, "1398796238.123", id="milliseconds"),
        pytest.param(
            MOMENT.replace(microsecond=123456), 1398796238.123456, "1398796238.123456", id="microseconds"
        ),
        pytest.param(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), -1, "-1", id="before-1970"),
        pytest.param(
            datetime.max.replace(tzinfo=UTC, microsecond=999000),
            253402300799.999,
            "253402300799.999",
            id="max",
        ),
    ],
)
def test_to_epoch(value: datetime, number: float, written: str) -> None:
    assert timestamps.to_epoch(value) == number
    assert json.dumps(timestamps.to_epoch(value)) == written


@given(aware)
def test_text_comes_back_to_the_microsecond(value: datetime) -> None:
    for kind in ("epoch-seconds", "date-time"):
        assert timestamps.parse(timestamps.format(value, kind), kind) == value


@given(aware)
def test_an_http_date_comes_back_to_the_second(value: datetime) -> None:
    text = timestamps.format(value, "http-date")
    assert timestamps.parse(text, "http-date") == value.replace(microsecond=0)


@given(milliseconds)
def test_numbers_keep_milliseconds_over_the_whole_calendar(moment: int) -> None:
    value = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)
    back = timestamps.parse_any(json.loads(json.dumps(timestamps.to_epoch(value))))
    assert round((back - value) / timedelta(milliseconds=1)) == 0


@given(st.text())
def test_no_text_does_more_harm_than_a_value_error(text: str) -> None:
    for kind in KINDS:
        with contextlib.suppress(ValueError):
            timestamps.parse(text, kind)


def test_the_module_loads_neither_re_nor_email() -> None:
    code = (
        "import sys; before = set(sys.modules); import heliograph.timestamps; "
        "new = set(sys.modules) - before; print(sorted(new & {'re', 'email', 'decimal', 'typing'}))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
