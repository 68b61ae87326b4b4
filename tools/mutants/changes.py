# SPDX-License-Identifier: Apache-2.0
"""The changes that can be made to a module.

A change is one of: another comparison, another arithmetic operator, ``and`` for ``or``, a condition turned round, a
number one higher, a text without its last character, ``True`` for ``False``, a statement left out.

Not changed is what means nothing to a program: documentation, annotations, what only type checkers read, ``__all__``
and ``__slots__``, ``__repr__``, and ``raise AssertionError``, which says that no way leads there. Nor are the words of
texts that people read, since a test that pinned them would break with each better wording:

- in a ``raise`` statement and in the message of a ``warn`` call, and how much of a text ``printable`` shows;
- in a ``cast``, which nothing reads at run time;
- of three words or more;
- in what errors are told to call something: the names of :data:`SPOKEN`, and texts made of them.

That the statement stands there at all, its condition, and the values put into the text are changed.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple, cast

SPOKEN = frozenset({"NAME", "lacking", "place", "problem", "source", "told", "where"})
"""Variables, attributes and arguments of the runtime that hold nothing but words of errors."""

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
OPPOSITES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
"""Comparisons whose other one is their opposite."""
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult,
}


class Mutant(NamedTuple):
    """One change.

    Attributes:
        line: where it was made.
        function: the innermost function around it, by its dotted name; empty at module level.
        first_line: of that function, its decorators included; 0 at module level.
        what: the kind of change, and what stood there.
        source: the module with it.
    """

    line: int
    function: str
    first_line: int
    what: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of a module, each once."""
    tree = ast.parse(source)
    spoken = set(_spoken(tree))
    seen: set[str] = set()
    for place in _places(tree):
        holder = getattr(place.parent, place.field)
        node: ast.AST = holder if place.at is None else holder[place.at]
        for word, other in _changes(node):
            if word in ("shorter text", "number one higher") and node in spoken:
                continue
            ast.copy_location(other, node)
            place.put(other)
            changed = ast.unparse(ast.fix_missing_locations(tree))
            place.put(node)
            if changed not in seen:
                seen.add(changed)
                shown = ast.unparse(node).splitlines()[0][:70]
                yield Mutant(
                    getattr(node, "lineno", 0), place.function, place.first_line, f"{word}: {shown}", changed
                )


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node: a word for it, and the other node."""
    new = copy.deepcopy(node)
    if isinstance(node, ast.Compare):
        assert isinstance(new, ast.Compare)
        for index, operator in enumerate(node.ops):
            new.ops[index] = COMPARISONS[type(operator)]()
            yield "other comparison", copy.deepcopy(new)
            new.ops[index] = operator
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
        if not (_is_turned_elsewhere(node.test) or _is_for_checkers(node)):
            new.test = ast.UnaryOp(ast.Not(), node.test)
            yield "condition turned round", new
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "other truth", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield "number one higher", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and node.value:
        yield "shorter text", ast.Constant(node.value[:-1])
    elif isinstance(node, (ast.AugAssign, ast.Raise)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ):
        yield "statement left out", ast.Pass()


def _is_turned_elsewhere(test: ast.expr) -> bool:
    """Whether another change of the condition turns it round already."""
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and isinstance(test.ops[0], OPPOSITES)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


class _Place(NamedTuple):
    """Where a node stands."""

    parent: ast.AST
    field: str
    at: int | None
    function: str
    first_line: int

    def put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


def _places(tree: ast.Module) -> Iterator[_Place]:
    """Where nodes stand that matter at run time, in the order of the text."""
    waiting: list[tuple[ast.AST, str, int]] = [(tree, "", 0)]
    while waiting:
        parent, function, first_line = waiting.pop()
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            function = f"{function}.{parent.name}".lstrip(".")
            if not isinstance(parent, ast.ClassDef):
                first_line = min([parent.lineno, *(each.lineno for each in parent.decorator_list)])
        found: list[tuple[ast.AST, str, int]] = []
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list", "type_params") or isinstance(
                parent, ast.ImportFrom
            ):
                continue
            is_list = isinstance(value, list)
            for index, child in enumerate(cast("list[object]", value if is_list else [value])):
                if isinstance(child, ast.AST) and not _is_aside(child):
                    yield _Place(parent, field, index if is_list else None, function, first_line)
                    found.append((child, function, first_line))
        waiting += reversed(found)


def _is_aside(node: ast.AST) -> bool:
    """Whether a statement means nothing to callers."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.If) and _is_for_checkers(node):
        return not node.orelse
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id == "AssertionError":
        return True
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return True
    names = (
        [target.id for target in node.targets if isinstance(target, ast.Name)]
        if isinstance(node, ast.Assign)
        else []
    )
    return bool({"__all__", "__slots__", "TYPE_CHECKING"} & {*names})


def _is_for_checkers(node: ast.If | ast.IfExp | ast.While) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _spoken(tree: ast.Module) -> Iterator[ast.AST]:
    """The texts that people read."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Raise)
            or (isinstance(node, ast.JoinedStr) and any(_speaks(part) for part in node.values))
            or (isinstance(node, ast.keyword) and node.arg in SPOKEN)
            or (isinstance(node, ast.Constant) and len(str(node.value).split()) > 2)
        ):
            yield from ast.walk(node)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("cast", "printable", "warn")
        ):
            for argument in node.args:
                yield from ast.walk(argument)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if node.value is not None and _speaks(target):
                yield from ast.walk(node.value)
        elif isinstance(node, ast.arguments):
            pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
            yield from (default for argument, default in pairs if default and argument.arg in SPOKEN)


def _speaks(node: ast.AST) -> bool:
    """Whether a node is a name of :data:`SPOKEN`, by itself, as an attribute, or put into a text."""
    if isinstance(node, ast.FormattedValue):
        return _speaks(node.value)
    return (isinstance(node, ast.Name) and node.id in SPOKEN) or (
        isinstance(node, ast.Attribute) and node.attr in SPOKEN
    )
