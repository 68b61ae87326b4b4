# SPDX-License-Identifier: Apache-2.0
"""The changes that `nox -s mutants` makes, and those that it leaves alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from mutants.changes import mutants
from mutants.table import EQUAL, MODULES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a = b < c", ["a = b <= c"]),
        ("a = 1 <= b < 9", ["a = 1 < b < 9", "a = 1 <= b <= 9", "a = 2 <= b < 9", "a = 1 <= b < 10"]),
        ("a = b + c", ["a = b - c"]),
        ("a = b and c", ["a = b or c"]),
        ("a = not b", ["a = b"]),
        ("a = True", ["a = False"]),
        ("a = 'text'", ["a = 'tex'"]),
        ("a = b'no'", ["a = b'n'"]),
        ("a = f'{b}/'", ["a = f'{b}'"]),
        ("if a:\n    b = c", ["if not a:\n    b = c"]),
        ("if a == b:\n    c = d", ["if a != b:\n    c = d"]),
        ("if not a:\n    b = c", ["if a:\n    b = c"]),
        ("a(b)", ["pass"]),
        ("a += b", ["pass"]),
        ("raise A('b')", ["pass"]),
        ("a = printable(b, 80)", []),
        ("a = cast('b', c)", []),
        ("raise A('b' if c else 'd')", ["pass", "raise A('b' if not c else 'd')"]),
        ("warn('b', area='c')", ["pass", "warn('b', area='')"]),
        ("where = f'{place}: x'", []),
        ("class A:\n    NAME: str = 'x'", []),
        ("a = f'{self.NAME}: x'", []),
        ("a(place='x')", ["pass"]),
        ("a = 'text that people read'", []),
        ("def a(*, place='x'):\n    '''What it does.'''", []),
        ("def a(b: 'x' = 1) -> 'y':\n    return b", ["def a(b: 'x'=2) -> 'y':\n    return b"]),
        ("if TYPE_CHECKING:\n    a = 1", []),
        ("class A:\n    __slots__ = ('a',)\n\n    def __repr__(self):\n        return 'a'", []),
        ("raise AssertionError", []),
    ],
)
def test_what_is_changed(source: str, changed: list[str]) -> None:
    assert [each.source for each in mutants(source)] == changed


def test_a_change_is_named_by_its_place() -> None:
    source = "class A:\n    @b\n    def c(self):\n        def d():\n            return 1\n        return 2"
    found = sorted((each.line, each.function, each.first_line, each.what) for each in mutants(source))
    assert found == [(5, "A.c.d", 4, "number one higher: 1"), (6, "A.c", 2, "number one higher: 2")]


def test_every_module_and_every_equal_change_of_the_table_is_there() -> None:
    runtime = ROOT / "runtime" / "heliograph"
    known = {
        (module, each.function, each.what)
        for module in {module for module, _, _ in EQUAL}
        for each in mutants((runtime / f"{module}.py").read_text("utf-8"))
    }
    assert not EQUAL.keys() - known
    tests = [ROOT / name for names in MODULES.values() for name in names]
    assert [path for path in tests if not path.is_file()] == []
    credentials = {f"credentials/{path.stem}" for path in (runtime / "credentials").glob("*.py")}
    assert credentials - MODULES.keys() == set()
