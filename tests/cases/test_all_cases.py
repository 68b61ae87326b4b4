# SPDX-License-Identifier: Apache-2.0
"""What holds for the generated code of every case: its tests pass, and no checker finds anything."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import heliograph.generated
from heliograph_codegen.generate import generate
from heliograph_codegen.pyview.codec import RUNTIME_NAMES

ROOT = Path(__file__).parents[2]
INFERRED = 256
"""Of so many entries of a tuple pyright infers the types, and of no more."""


def run(*command: str | Path, path: Path | None = None) -> None:
    """Run a program of this Python and show what it says if it fails."""
    search = [*([path] if path else []), ROOT / "runtime"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, search)), "MYPYPATH": str(search[0])}
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, cwd=path, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def everything(workshop: Any) -> Any:
    """The workshop, with the packages of all cases in it."""
    workshop.all()
    return workshop


def test_the_generated_tests_pass(everything: Any) -> None:
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "-W",
        "error",
        f"--rootdir={everything.tests}",
    ]
    run("-m", "pytest", *options, "-c", os.devnull, everything.tests, path=everything.out)


@pytest.mark.once
def test_ruff_finds_nothing_to_say_or_to_format(everything: Any) -> None:
    sources = f"src = ['{everything.out}', '{ROOT / 'runtime'}']"
    rules = ["--no-cache", "--config", ROOT / "pyproject.toml", "--config", sources]
    run("-m", "ruff", "check", "-q", *rules, everything.out)
    run("-m", "ruff", "check", "-q", *rules, "--ignore=D,E501,TC", everything.tests)  # as tests/generated
    run("-m", "ruff", "format", "-q", "--check", *rules, everything.out, everything.tests)


@pytest.mark.once
def test_mypy_finds_nothing_to_say(everything: Any, tmp_path: Path) -> None:
    options = ["--strict", "--no-error-summary", "--explicit-package-bases", f"--cache-dir={tmp_path}"]
    run("-m", "mypy", *options, "--config-file=", everything.out, everything.tests, path=everything.out)


@pytest.mark.once
def test_pyright_finds_nothing_to_say(everything: Any, tmp_path: Path) -> None:
    members = "".join(f"      Member{number}: string\n" for number in range(INFERRED + 1))
    (tmp_path / "wide.yaml").write_text(
        'heliograph: 1\nservice: Wide\nversion: "2020-01-01"\nprotocol: json\nendpoint: {prefix: wide}\n'
        f"operations:\n  Get:\n    output:\n{members}"
    )
    generate(tmp_path / "wide.yaml", tmp_path, package="wide")
    settings = {
        "typeCheckingMode": "strict",
        "include": [str(everything.out), "wide"],
        "extraPaths": [str(everything.out), str(ROOT / "runtime")],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    run("-m", "pyright", "--pythonpath", sys.executable, "-p", tmp_path)


def test_importing_runs_nothing_and_loads_little(everything: Any) -> None:
    names = [package.name for package in everything.all()]
    code = (
        "import importlib, sys\n"
        f"sys.path[:0] = [{str(everything.out)!r}, {str(ROOT / 'runtime')!r}]\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "heavy = {'httpx', 'asyncio', 'ssl', 'logging', 'json', 're', 'typing', 'dataclasses', 'enum'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "for name in names:\n"
        "    for module in ('client', 'async_client', 'types', 'errors', 'operations', 'endpoints'):\n"
        "        importlib.import_module(f'{name}.{module}')\n"
    ).replace("in names:", f"in {names!r}:")
    run("-I", "-S", "-W", "error", "-c", code)


def test_both_flavours_are_one_text(everything: Any) -> None:
    for package in everything.all():
        flavours = [_without_waiting(package.files[name]) for name in ("client.py", "async_client.py")]
        assert flavours[0] == flavours[1], package.name


def _without_waiting(source: bytes) -> str:
    text = (
        source.decode()
        .replace("AsyncClient", "Client")
        .replace("Async", "")
        .replace("asynchronous", "synchronous")
    )
    tree = ast.parse(text.replace("async def", "def").replace("return await", "return"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: alias.name)  # ``Async`` stands elsewhere in the alphabet
    return ast.dump(tree)


def test_the_runtime_has_what_expressions_use() -> None:
    assert {name for name in RUNTIME_NAMES if not hasattr(heliograph.generated, name)} == set()
