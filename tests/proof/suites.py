# SPDX-License-Identifier: Apache-2.0
"""Published cases that a test goes through one after the other, each counted under the name of its suite."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Published(Protocol):
    """The fixture ``published``: a subtest for one case, which the table at the end counts.

    ``excepted`` says that the subtest shows what a file of exceptions gives the reason of, not what was published.
    """

    def __call__(
        self, suite: str, case_id: str, *, excepted: bool = False
    ) -> AbstractContextManager[None]: ...


def read(path: Path, count: int) -> list[dict[str, Any]]:
    """The cases of a file, of which there must be so many."""
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    assert len(cases) == len({case["case_id"] for case in cases}) == count
    return cases


def exceptions(name: str) -> dict[str, str]:
    """What is otherwise here than published, by case, each with its reason."""
    path = Path(__file__).parent.parent / "conformance" / name
    said: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    assert all(reason.endswith(".") for reason in said.values())
    return said
