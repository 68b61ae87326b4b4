# SPDX-License-Identifier: Apache-2.0
"""The published cases of event-stream framing, and the messages of the protocol cases that use it."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from heliograph import eventstream
from heliograph.eventstream import Byte, EventStreamError, Integer, Long, Short

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Case = dict[str, Any]

FILES = {"messages.json": (2, 5), "messages-botocore.json": (9, 7)}
"""How many messages each file has, and how many broken ones."""

WIRE_TYPES: dict[str, type] = {
    "boolean": bool,
    "byte": Byte,
    "short": Short,
    "integer": Integer,
    "long": Long,
    "blob": bytes,
    "string": str,
    "timestamp": datetime,
}


@pytest.fixture(scope="module")
def cases(suites: Path) -> list[Case]:
    return [
        case
        for name in FILES
        for case in json.loads((suites / "eventstream" / name).read_text(encoding="utf-8"))["cases"]
    ]


@pytest.fixture(scope="module")
def events(suites: Path) -> list[Case]:
    """The events of the protocol cases that state their bytes."""
    path = suites / "smithy-protocols/aws.protocoltests.restjson.RestJson.cases.json"
    tests = [case["test"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
    return [event for test in tests for event in test.get("events", ()) if "bytes" in event]


def encoded(case: Case) -> bytes:
    if "encoded_hex" in case:
        return bytes.fromhex(case["encoded_hex"])
    return gzip.decompress(b64decode(case["encoded_gz_b64"]))


def plain(value: Any) -> Any:
    """A header value as the cases write it."""
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000)
    return value.bytes if isinstance(value, UUID) else value


def published(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    return bytes.fromhex(content) if kind == "bytes_hex" else content


def of_outcome(cases: list[Case], outcome: str) -> list[Case]:
    return [case for case in cases if case["expect"] == outcome]


def test_every_published_case_is_accounted_for(cases: list[Case]) -> None:
    assert len(of_outcome(cases, "ok")) == sum(good for good, _ in FILES.values())
    assert len(of_outcome(cases, "error")) == sum(broken for _, broken in FILES.values())
    assert len(cases) == 23


def test_messages_are_read_as_published_and_written_back(
    cases: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "eventstream, readable")
    record_property("cases", len(of_outcome(cases, "ok")))
    for case in of_outcome(cases, "ok"):
        data = encoded(case)
        (message,) = eventstream.decode(data)
        headers = {name: published(value) for name, value in case["decoded"]["headers"].items()}
        assert {name: plain(value) for name, value in message.headers.items()} == headers, case["case_id"]
        assert message.payload == bytes.fromhex(case["decoded"]["payload_hex"]), case["case_id"]
        assert eventstream.encode(message) == data, case["case_id"]


def test_broken_messages_are_refused(
    cases: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "eventstream, broken")
    record_property("cases", len(of_outcome(cases, "error")))
    for case in of_outcome(cases, "error"):
        with pytest.raises(EventStreamError):
            eventstream.decode(encoded(case))


def test_messages_of_the_protocol_cases_are_read_and_written_back(
    events: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "eventstream, of the protocol cases")
    record_property("cases", len(events))
    assert len(events) == 52
    for event in events:
        data = b64decode(event["bytes"])
        (message,) = eventstream.decode(data)
        assert eventstream.encode(message) == data
        assert message.payload == event.get("body", "").encode()
        for name, typed in event["headers"].items():
            ((kind, content),) = typed.items()
            expected = b64decode(content) if kind == "blob" else content
            assert type(message.headers[name]) is WIRE_TYPES[kind], name
            assert plain(message.headers[name]) == expected, name
