# SPDX-License-Identifier: Apache-2.0
"""The table of security rules names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = {
    row.group(1): re.findall(r"`(tests/[^`]+)::(test_\w+)`", row.group(0))
    for row in re.finditer(
        r"^\| ([^|]+?) \|.*$", (ROOT / "docs/security-tests.md").read_text("utf-8"), re.MULTILINE
    )
    if row.group(1) not in ("id", "what", "---")
}


def test_every_rule_has_a_row() -> None:
    assert list(ROWS)[:16] == [f"S{number}" for number in range(1, 17)]
    assert [rule for rule, tests in ROWS.items() if not tests] == []


@pytest.mark.parametrize("rule", ROWS)
def test_the_tests_of_a_rule_exist(rule: str) -> None:
    missing = []
    for file, name in ROWS[rule]:
        path = ROOT / file
        functions = ast.walk(ast.parse(path.read_text("utf-8"))) if path.is_file() else ()
        if name not in {
            node.name for node in functions if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }:
            missing.append(f"{file}::{name}")
    assert missing == []
