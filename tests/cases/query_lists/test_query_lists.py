# SPDX-License-Identifier: Apache-2.0
"""Lists in the query: the key once for each item."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({"texts": ["a", "b&c"]}, "/find?text=a&text=b%26c"),
        ({"texts": []}, "/find"),
        ({"numbers": [2, 1]}, "/find?number=2&number=1"),
        ({"moments": [datetime.fromtimestamp(7, UTC)]}, "/find?moment=7"),
    ],
)
def test_writes(case: Any, arguments: dict[str, Any], target: str) -> None:
    case.client().find(**arguments)
    assert case.target == target


@pytest.mark.parametrize("texts", ["abc", {"a": "b"}, 7, [b"a"]])
def test_refuses_what_is_no_list_of_texts(case: Any, texts: Any) -> None:
    with pytest.raises(ParamError, match=r"^Texts"):
        case.client().find(texts=texts)
