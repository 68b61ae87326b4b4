# SPDX-License-Identifier: Apache-2.0
"""Maps that travel as headers with a common prefix."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


def test_writes_a_header_for_each_key_and_lets_named_ones_stand(case: Any) -> None:
    case.client().move(own="mine", meta={"a": "1", "B": "2", "own": "theirs"})
    assert (case.sent.headers["x-meta-a"], case.sent.headers["x-meta-b"]) == ("1", "2")
    assert case.sent.headers.get_list("x-meta-own") == ["mine"]


def test_reads_the_headers_with_the_prefix(case: Any) -> None:
    got = case.client(headers={"X-Meta-Color": "red", "x-other": "no"}).move()
    assert got.meta == {"color": "red"}


def test_no_such_header_is_an_empty_map(case: Any) -> None:
    got = case.client().move()
    assert len(got.meta) == 0
    assert got.to_dict() == {"Meta": {}}


@pytest.mark.parametrize("meta", [{"a b": "x"}, {"a\n": "x"}, {"a": "x\r\ny"}, {"a": 1}])
def test_refuses_what_is_no_header(case: Any, meta: dict[str, Any]) -> None:
    with pytest.raises(ParamError, match=r"^Meta"):
        case.client().move(meta=meta)
