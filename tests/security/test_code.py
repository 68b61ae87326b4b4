# SPDX-License-Identifier: Apache-2.0
"""No text becomes code in what ships, and an import does nothing to the world."""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph.core import uuid4

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [path for folder in ("runtime", "generated") for path in sorted((ROOT / folder).rglob("*.py"))]
MODULES = {
    "code", "codeop", "ctypes", "dill", "imp", "marshal", "pickle", "pkgutil", "runpy", "shelve", "xml.dom", "xml.sax",
    "yaml",
}  # fmt: skip
NAMES = {"eval", "exec", "compile", "__import__", "breakpoint", "execfile"}
ATTRIBUTES = {"system", "popen", "execv", "execve", "spawnl", "spawnv", "run_path", "run_module", "getoutput"}
IMPORTERS = {"_lazy.py": 1, "__main__.py": 1}
"""Files that import a module by its name, and how many places there do."""


def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_bytes())))


def what_runs_text(source: ast.AST) -> list[str]:
    """Each use of something that makes code of text, or a program of a command line."""
    found = []
    for node in ast.walk(source):
        if isinstance(node, ast.Name) and node.id in NAMES:
            found.append(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            found.append(node.attr)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            found.append(node.module)
        elif isinstance(node, ast.keyword) and node.arg == "shell":
            found.append("shell=")
        elif isinstance(node, ast.Constant) and node.value == "__builtins__":
            found.append("__builtins__")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "eval(x)", "exec(x)", "compile(x, '', 'eval')", "__import__(x)", "import pickle", "from yaml import load",
        "os.system(x)", "subprocess.run(x, shell=True)", "subprocess.Popen(x, shell=y)", "f = eval", "import marshal",
        "globals()['__builtins__']", "from runpy import run_path",
    ],
)  # fmt: skip
def test_the_scan_sees_what_runs_text(text: str) -> None:
    assert what_runs_text(ast.parse(text)) != []


def test_nothing_that_ships_runs_text() -> None:
    assert len(SHIPPED) > 60
    found = {path.name: uses for path in SHIPPED if (uses := what_runs_text(ast.parse(path.read_bytes())))}
    assert found == {}


def test_modules_are_named_by_tables_of_ours_and_not_by_the_environment() -> None:
    found: dict[str, int] = {}
    for path in SHIPPED:
        for node in nodes(path):
            if not isinstance(node, ast.Call) or isinstance(
                node.args[0] if node.args else None, ast.Constant
            ):
                continue
            called = node.func
            name = getattr(called, "id", None) or getattr(called, "attr", None)
            if name in ("import_module", "find_spec", "entry_points", "load_module", "exec_module"):
                found[path.name] = found.get(path.name, 0) + 1
    assert found == IMPORTERS
    for path in SHIPPED:
        if path.name in IMPORTERS:
            assert "environ" not in path.read_text("utf-8")
            assert "getenv" not in path.read_text("utf-8")


CHILD = """
import asyncio, builtins, importlib, io, json, os, socket, subprocess, sys, tempfile

sys.path[:0] = sys.argv[1:3]
names = json.loads(sys.argv[3])
for name in names:  # what they import of others is loaded now; what others do is not looked at
    importlib.import_module(name)
for name in [name for name in sys.modules if name.partition(".")[0] in ("heliograph", "kinesis_video_signaling")]:
    del sys.modules[name]

class Untouchable(dict):
    def get(self, *arguments):
        raise AssertionError(f"the environment was read: {arguments}")
    __getitem__ = __contains__ = get

def refuse(*arguments, **keywords):
    raise AssertionError(f"the world was touched: {arguments!r}")

for holder, functions in [
    (builtins, "open print input"), (io, "open"), (tempfile, "mkstemp mkdtemp NamedTemporaryFile"),
    (os, "open system popen mkdir listdir scandir stat urandom getenv fork"),
    (socket.socket, "__init__ connect"), (socket, "create_connection getaddrinfo gethostbyname socketpair"),
    (subprocess.Popen, "__init__"), (asyncio, "create_subprocess_exec new_event_loop get_event_loop"),
]:
    for function in functions.split():
        setattr(holder, function, refuse)
os.environ = Untouchable()
for name in names:
    importlib.import_module(name)
sys.stdout.write(str(len(names)))
"""


def test_no_module_touches_the_world_when_it_is_imported() -> None:
    roots = [str(ROOT / "runtime"), str(ROOT / "generated")]
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts[1:]).removesuffix(".__init__")
        for path in SHIPPED
        if path.name != "__main__.py"
    ]
    command = [sys.executable, "-I", "-B", "-W", "error", "-c", CHILD, *roots, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert int(done.stdout) == len(names) > 60


def test_ids_do_not_come_from_a_generator_that_can_be_foreseen() -> None:
    """Each is of version 4, and the same seed, in a forked child too, gives others."""
    made = set()
    for _ in range(100):
        random.seed(1)
        made.add(uuid4())
    assert len(made) == 100
    assert all(text[14] == "4" and text[19] in "89ab" and len(text) == 36 for text in made)
    source = (ROOT / "runtime/heliograph/core.py").read_text("utf-8")
    (function,) = [
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "uuid4"
    ]
    assert "os.urandom(16)" in ast.unparse(function)
    assert os.urandom(16) != os.urandom(16)
