# SPDX-License-Identifier: Apache-2.0
"""The published cases of CBOR decoding: what must be read, and what must be refused."""

from __future__ import annotations

import json
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

import pytest

from heliograph import cbor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Case = dict[str, Any]

READABLE, BROKEN = 151, 56
"""How many cases of each kind there are."""


def cases(suites: Path, name: str) -> list[Case]:
    published: list[Case] = json.loads((suites / "cbor" / name).read_text())["cases"]
    return published


@pytest.fixture(scope="module")
def readable(suites: Path) -> list[Case]:
    return cases(suites, "decode-success.json")


@pytest.fixture(scope="module")
def broken(suites: Path) -> list[Case]:
    return cases(suites, "decode-error.json")


def value(tagged: dict[str, Any]) -> Any:
    """The Python value of a tagged one; tags without a meaning of their own are what they enclose."""
    ((kind, content),) = tagged.items()
    match kind:
        case "null":
            return None
        case "bytestring":
            return bytes(content)
        case "list":
            return [value(item) for item in content]
        case "map":
            return {key: value(item) for key, item in content.items()}
        case "tag":
            return value(content["value"])
        case "float32":
            return unpack(">f", pack(">I", content))[0]
        case "float64":
            return unpack(">d", pack(">Q", content))[0]
        case _:
            return content


def test_every_published_case_is_accounted_for(readable: list[Case], broken: list[Case]) -> None:
    assert (len(readable), len(broken)) == (READABLE, BROKEN)


def test_values_are_read_as_published(
    readable: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "cbor/decode-success")
    record_property("cases", READABLE)
    for case in readable:
        expected, read = value(case["expect"]), cbor.loads(bytes.fromhex(case["input"]))
        assert (type(read), read) == (type(expected), expected), case["case_id"]


def test_values_read_are_written_and_read_again(readable: list[Case]) -> None:
    for case in readable:
        read = cbor.loads(bytes.fromhex(case["input"]))
        written = cbor.dumps(read)
        assert cbor.loads(written) == read, case["case_id"]
        assert len(written) <= len(case["input"]) // 2, f"{case['case_id']}: longer than published"


def test_broken_data_is_refused(broken: list[Case], record_property: Callable[[str, object], None]) -> None:
    record_property("suite", "cbor/decode-error")
    record_property("cases", BROKEN)
    for case in broken:
        assert case["error"], case["case_id"]
        with pytest.raises(cbor.CBORError):
            cbor.loads(bytes.fromhex(case["input"]))
