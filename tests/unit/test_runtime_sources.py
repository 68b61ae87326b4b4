# SPDX-License-Identifier: Apache-2.0
"""What the runtime never does, and what it is allowed to need, read from its sources."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from heliograph import generated
from heliograph_codegen.jmespath_python import EXPRESSION_NAMES
from heliograph_codegen.pyview import endpoints
from heliograph_codegen.pyview.codec import RUNTIME_NAMES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "runtime").rglob("*.py"))
}


def imported(tree: ast.AST) -> set[str]:
    """The absolute modules that a module imports, wherever the statement stands."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module)
    return names


def attributes(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_the_runtime_needs_the_standard_library_and_httpx() -> None:
    """httpcore and certifi come with httpx, whose requirements they are; an extra brings what one module needs."""
    extra = {
        "runtime/heliograph/sigv4a.py": {"cryptography"},
        "runtime/heliograph/credentials/login.py": {"cryptography"},
        "runtime/heliograph/otel.py": {"opentelemetry"},
    }
    needed = {
        name
        for path, tree in SOURCES.items()
        for name in {each.partition(".")[0] for each in imported(tree)} - extra.get(path, set())
    }
    needed -= set(sys.stdlib_module_names) | {"_hashlib"}
    assert needed == {"heliograph", "httpx", "httpcore", "certifi"}


@pytest.mark.parametrize("path", SOURCES)
def test_tls_is_always_verified(path: str) -> None:
    tree = SOURCES[path]
    assert attributes(tree).isdisjoint({"CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context"})
    weakened = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.keyword))
        and isinstance(node.value, ast.Constant)
        and node.value.value is False
        and {"check_hostname", "verify"} & {getattr(node, "arg", None), *attributes(node)}
    ]
    assert weakened == []


@pytest.mark.parametrize("path", SOURCES)
def test_what_is_imported_stands_in_a_list(path: str) -> None:
    """No setting and no answer can choose a module, and none can choose a program through a shell."""
    tree = SOURCES[path]
    if path not in ("runtime/heliograph/_lazy.py", "runtime/heliograph/__main__.py"):
        names = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert "import_module" not in names | attributes(tree)
    assert attributes(tree).isdisjoint({"system", "popen"})
    shells = [node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "shell"]
    assert shells == []


def test_the_list_for_generated_packages_has_nothing_that_the_generator_does_not_write() -> None:
    templates = (ROOT / "codegen" / "heliograph_codegen" / "templates").iterdir()
    words = {word for path in templates for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    expressions = RUNTIME_NAMES | EXPRESSION_NAMES | endpoints.RUNTIME_NAMES
    assert set(generated.__dir__()) - expressions - words == set()
