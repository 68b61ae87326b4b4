# SPDX-License-Identifier: Apache-2.0
"""A string as the whole body, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


def test_writes_and_reads_utf_8(case: Any) -> None:
    got = case.client(content="\u00e4\n".encode()).swap(text="\u00e4\n")
    assert case.sent.content == b"\xc3\xa4\n"
    assert case.sent.headers["content-type"] == "text/plain"
    assert got.text == "\u00e4\n"


def test_writes_and_reads_an_enumeration(case: Any) -> None:
    assert case.client(content=b"MAUVE").paint(color="RED").color == "MAUVE"
    assert case.sent.content == b"RED"


def test_half_a_surrogate_pair_is_refused(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Text: "):
        case.client().swap(text="\ud800")


def test_a_required_one_that_is_absent_says_so_when_read(case: Any) -> None:
    got = case.client().paint(color="RED")
    with pytest.raises(AttributeError, match="Color"):
        got.color  # noqa: B018 - reading it is the test
