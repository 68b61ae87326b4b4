# SPDX-License-Identifier: Apache-2.0
"""The endpoint rules of every AWS service that botocore knows, and their published cases.

The rule sets are those of the installed botocore. Its cases stand in its source distribution only:
HELIOGRAPH_BOTOCORE_SDIST names the folder of an unpacked one.
"""

from __future__ import annotations

import ast
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore
import pytest

from heliograph_codegen.endpoint_rules import CompiledRules, compile_rules
from heliograph_codegen.formatting import format_python
from heliograph_codegen.text import HEADER
from heliograph_codegen.verify import PACKAGE, Vocabulary, verify

Run = Callable[[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]

RULES = "endpoint-rule-set-1.json"
SMALLEST = (430, 14_500)
"""Services and cases that there are at least, so that an empty folder is no pass."""


def newest_rules(data: Path) -> dict[str, Path]:
    """The newest rule set of each service; compressed, in an installed botocore."""
    return {path.parent.parent.name: path for path in sorted(data.glob(f"*/*/{RULES}*"))}


def load(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    document: dict[str, Any] = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return document


@pytest.fixture(scope="module")
def compiled() -> dict[str, CompiledRules]:
    paths = newest_rules(Path(botocore.__file__).parent / "data")
    assert len(paths) >= SMALLEST[0]
    return {name: compile_rules(load(path), path.name) for name, path in paths.items()}


@pytest.fixture(scope="module")
def modules(compiled: dict[str, CompiledRules]) -> dict[str, str]:
    """Each service's rules as a formatted module."""
    return format_python({f"{name}.py": module_of(rules) for name, rules in compiled.items()})


def module_of(rules: CompiledRules) -> str:
    imports = [f"from heliograph.generated import {name}" for name in rules.imports]
    typing = [f"    from heliograph.generated import {name}" for name in rules.typing_imports]
    typing += ["    from collections.abc import Sequence"] if rules.sequences else []
    return "\n".join(
        [
            HEADER + "from __future__ import annotations",
            *imports,
            "TYPE_CHECKING = False",
            "if TYPE_CHECKING:",
            *(typing or ["    pass"]),
            rules.source,
            "",
        ]
    )


def test_all_of_it_passes_the_last_look(compiled: dict[str, CompiledRules], modules: dict[str, str]) -> None:
    frame = Vocabulary(
        names=frozenset({"annotations", "TYPE_CHECKING"}), comments=frozenset(HEADER.splitlines())
    )
    for name, rules in compiled.items():
        verify({f"{name}.py": modules[f"{name}.py"].encode()}, frame | rules.vocabulary, PACKAGE)


def test_nothing_is_imported_in_vain(modules: dict[str, str]) -> None:
    for name, source in modules.items():
        tree = ast.parse(source)
        imported = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert imported - used == {"annotations"}, name


def test_functions_stay_readable(modules: dict[str, str]) -> None:
    deepest = {name: max(map(indentation, source.splitlines())) for name, source in modules.items()}
    assert max(deepest.values()) <= 16 * 4, max(deepest.items(), key=lambda item: item[1])


def indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def test_published_cases(endpoint_rules: Run) -> None:
    sdist = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not sdist:
        pytest.skip("no cases: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution")
    paths = newest_rules(Path(sdist, "botocore", "data"))
    folders = sorted(Path(sdist, "tests", "functional", "endpoint-rules").iterdir())
    seen = 0
    for folder in folders:
        outcome = endpoint_rules(load(paths[folder.name]))
        for case in json.loads((folder / "endpoint-tests-1.json").read_text())["testCases"]:
            seen += 1
            assert outcome(case.get("params", {})) == expected(case), (folder.name, case)
    assert len(folders) >= SMALLEST[0]
    assert seen >= SMALLEST[1]


def expected(case: dict[str, Any]) -> dict[str, Any]:
    expect: dict[str, Any] = case["expect"]
    if "endpoint" not in expect:
        return expect
    return {"endpoint": {name: value for name, value in expect["endpoint"].items() if value}}
