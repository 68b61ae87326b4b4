# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests that are sent compressed."""

from __future__ import annotations

import base64
import gzip
import hashlib
from typing import Any

import pytest

from heliograph import ConfigError

LONG = "n" * 10_240


def test_a_large_body_is_compressed(case: Any) -> None:
    case.client().put(name=LONG)
    assert gzip.decompress(case.sent.content) == b'{"Name":"%s"}' % LONG.encode()
    assert case.sent.headers["content-encoding"] == "gzip"
    assert case.sent.headers["content-length"] == str(len(case.sent.content))
    assert case.sent.headers["content-type"] == "application/json"
    assert ";content-encoding;" in case.sent.headers["authorization"].replace("=", ";")


def test_equal_bodies_are_compressed_equally(case: Any) -> None:
    for _ in range(2):
        case.client().put(name=LONG)
    assert case.requests[0].content == case.requests[1].content


def test_the_checksum_is_that_of_what_is_sent(case: Any) -> None:
    case.client().put(name=LONG)
    assert (
        case.sent.headers["content-md5"] == base64.b64encode(hashlib.md5(case.sent.content).digest()).decode()
    )


def test_the_encoding_comes_after_those_that_were_there(case: Any) -> None:
    case.client().put(name=LONG, encoding="custom")
    assert case.sent.headers["content-encoding"] == "custom, gzip"


@pytest.mark.parametrize(("size", "is_compressed"), [(10_239, False), (10_240, True)])
def test_a_small_body_is_sent_as_it_is(case: Any, size: int, is_compressed: bool) -> None:
    case.client().put(name="n" * (size - len('{"Name":""}')))
    assert ("content-encoding" in case.sent.headers) is is_compressed


@pytest.mark.parametrize(
    ("options", "environment", "profile", "is_compressed"),
    [
        ({"disable_request_compression": True}, {}, "", False),
        ({}, {"AWS_DISABLE_REQUEST_COMPRESSION": "true"}, "", False),
        ({}, {}, "disable_request_compression = TRUE", False),
        ({"disable_request_compression": False}, {"AWS_DISABLE_REQUEST_COMPRESSION": "true"}, "", True),
        ({"request_min_compression_size_bytes": 10_485_760}, {}, "", False),
        ({}, {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "20000"}, "", False),
        ({}, {}, "request_min_compression_size_bytes = 20000", False),
        (
            {"request_min_compression_size_bytes": 0},
            {"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "20000"},
            "",
            True,
        ),
    ],
)
def test_the_settings_decide(
    case: Any,
    options: Any,
    environment: dict[str, str],
    profile: str,
    is_compressed: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text(f"[default]\n{profile}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    case.client(**options).put(name=LONG)
    assert ("content-encoding" in case.sent.headers) is is_compressed


@pytest.mark.parametrize("size", [-1, 10_485_761, True, "many"])
def test_another_size_is_refused(case: Any, size: Any) -> None:
    with pytest.raises(
        ConfigError, match=r"^request_min_compression_size_bytes .*; it is a number from 0 to 10485760$"
    ):
        case.client(request_min_compression_size_bytes=size).put(name="n")


def test_other_operations_are_not_changed_by_it(case: Any) -> None:
    case.client().plain(name=LONG)
    assert "content-encoding" not in case.sent.headers
