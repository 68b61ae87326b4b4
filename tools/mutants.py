# SPDX-License-Identifier: Apache-2.0
"""Change the runtime in small ways, one at a time, and see whether its tests notice.

    python tools/mutants.py                      # every module of the table below
    python tools/mutants.py retries --share 1/4  # every fourth change of one module

A change is one of: another comparison, another arithmetic operator, ``and`` for ``or``, a condition turned round, a
number one higher, another text, ``True`` for ``False``, a statement left out. Each is made in a copy of the runtime
that a child process imports first. Survivors are listed with their line; the exit status is 1 where fewer than
``--least`` percent were noticed. A change that no caller could tell from the original stands in :data:`EQUAL`, with its
reason.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = {
    "sigv4": ["tests/unit/test_sigv4.py", "tests/conformance/test_sigv4_suite.py"],
    "retries": ["tests/unit/test_retries.py", "tests/unit/test_observing.py"],
    "adaptive": ["tests/unit/test_adaptive.py"],
    "skew": ["tests/unit/test_skew.py"],
}
"""The tests that must notice a change, by module of the runtime."""
EQUAL: dict[tuple[str, str], str] = {}
"""Module and change as listed, and why nobody could notice."""
PATIENCE = 120
"""Seconds after which a test run that does not end counts as having noticed."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node: a word for it, and the other node."""
    new = copy.deepcopy(node)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        assert isinstance(new, ast.Compare)
        new.ops[0] = COMPARISONS[type(node.ops[0])]()
        yield "other comparison", new
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        assert isinstance(new, ast.BinOp)
        new.op = OPERATORS[type(node.op)]()
        yield "other operator", new
    elif isinstance(node, ast.BoolOp):
        assert isinstance(new, ast.BoolOp)
        new.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and for or", new
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", node.operand
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        assert isinstance(new, (ast.If, ast.IfExp, ast.While))
        new.test = ast.UnaryOp(ast.Not(), node.test)
        yield "condition turned round", new
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "other truth", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield "number one higher", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield "other text", ast.Constant(node.value + "X")
    elif isinstance(node, (ast.AugAssign, ast.Raise)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield "statement left out", ast.Pass()


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where nodes stand that matter at run time: parent, field, index."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        parent = waiting.pop()
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list", "type_params") or isinstance(
                parent, ast.ImportFrom
            ):
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST) and not _is_aside(child):
                    yield parent, field, index
                    waiting.append(child)


def _is_aside(node: ast.AST) -> bool:
    """Whether a statement means nothing to callers: documentation, typing, slots, what a star imports, repr."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return True
    names = (
        [target.id for target in node.targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.Assign)
        else []
    )
    return bool({"__all__", "__slots__", "TYPE_CHECKING"} & {*names})


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what was changed, and the changed source."""
    tree = ast.parse(source)
    for parent, field, index in places(tree):
        holder = getattr(parent, field)
        node = holder if index is None else holder[index]
        for word, other in changes(node):
            ast.copy_location(other, node)
            if index is None:
                setattr(parent, field, other)
            else:
                holder[index] = other
            line = getattr(node, "lineno", 0)
            yield (
                line,
                f"{word}: {ast.unparse(node).splitlines()[0][:70]}",
                ast.unparse(ast.fix_missing_locations(tree)),
            )
            if index is None:
                setattr(parent, field, node)
            else:
                holder[index] = node


def noticed(runtime: Path, tests: list[str]) -> bool:
    """Whether a test fails with this copy of the runtime."""
    environment = {**os.environ, "PYTHONPATH": str(runtime), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def run(module: str, step: int) -> tuple[int, int]:
    """Try every ``step``-th change of a module; how many were noticed, of how many."""
    source = (ROOT / "runtime/heliograph" / f"{module}.py").read_text("utf-8")
    killed = total = 0
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder, "heliograph")
        shutil.copytree(ROOT / "runtime/heliograph", copied, ignore=shutil.ignore_patterns("__pycache__"))
        if noticed(Path(folder), TESTS[module]):
            raise SystemExit(f"{module}: its tests fail without any change")
        for number, (line, what, changed) in enumerate(mutants(source)):
            if number % step or (module, what) in EQUAL:
                continue
            (copied / f"{module}.py").write_text(changed, "utf-8")
            total += 1
            if noticed(Path(folder), TESTS[module]):
                killed += 1
            else:
                print(f"survived  {module}.py:{line}  {what}", flush=True)
    print(f"{module}: {killed} of {total} changes noticed ({100 * killed / max(total, 1):.0f} %)", flush=True)
    return killed, total


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS)}; all by default")
    parser.add_argument("--share", default="1/1", help="1/N tries every N-th change")
    parser.add_argument("--least", type=float, default=0, help="percent that must be noticed")
    options = parser.parse_args()
    unknown = {*options.modules} - TESTS.keys()
    if unknown:
        parser.error(f"no such module in the table: {', '.join(sorted(unknown))}")
    step = int(options.share.partition("/")[2])
    results = [run(module, step) for module in options.modules or TESTS]
    killed, total = map(sum, zip(*results, strict=True))
    share = 100 * killed / max(total, 1)
    print(f"together: {killed} of {total} ({share:.1f} %)")
    return int(share < options.least)


if __name__ == "__main__":
    sys.exit(main())
