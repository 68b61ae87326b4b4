# SPDX-License-Identifier: Apache-2.0
"""The last look at generated files: what stands in them is listed, or the run stops.

A guard against mistakes of the generator, not a second generator: one walk over the tree parsed from the
very bytes that will be written allows listed kinds of nodes, imports and import-time calls, known names, and
strings of the templates or of the model; one pass looks at every comment, which a tree does not show.
What the templates themselves say is read out of them (`template_vocabulary`), so nobody keeps it twice.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn, cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.text import HEADER, clean_text, docstring_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand in generated files. Two vocabularies are joined by ``|``."""

    names: frozenset[str] = frozenset()
    """Identifiers, from the identifier table. A string that equals one is accepted too."""

    strings: frozenset[str | bytes] = frozenset()
    """Values of string literals, after decoding."""

    docstrings: frozenset[str] = frozenset()
    """Texts of docstrings, in any indentation."""

    numbers: frozenset[int | float] = frozenset()
    """Values of numbers; each is accepted with either sign."""

    comments: frozenset[str] = frozenset()
    """Whole comments, ``# `` included."""

    def __or__(self, other: Vocabulary) -> Vocabulary:
        return Vocabulary(
            self.names | other.names,
            self.strings | other.strings,
            self.docstrings | other.docstrings,
            self.numbers | other.numbers,
            self.comments | other.comments,
        )


_PARTS: frozenset[type[ast.AST]] = frozenset(
    {ast.alias, ast.arg, ast.arguments, ast.keyword, ast.comprehension, ast.withitem, ast.ExceptHandler}
    | {ast.Load, ast.Store, ast.Del, ast.And, ast.Or, ast.Not, ast.USub, ast.Invert}
    | {ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitOr, ast.BitAnd}
    | {ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn}
)
"""Operators, contexts and the inner parts of other nodes."""

AT_IMPORT: frozenset[type[ast.AST]] = _PARTS | {
    *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.ClassDef, ast.FunctionDef),
    *(ast.AsyncFunctionDef, ast.If, ast.Expr, ast.Pass, ast.Name, ast.Attribute, ast.Constant, ast.Tuple),
    *(ast.List, ast.Dict, ast.Set, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp),
    *(ast.Starred, ast.Call, ast.Lambda),
}
"""Nodes of what runs while a module is imported: definitions, tables, and calls that a policy lists."""

IN_FUNCTIONS: frozenset[type[ast.AST]] = (AT_IMPORT - {ast.ClassDef}) | {
    *(ast.Return, ast.AugAssign, ast.Delete, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith),
    *(ast.Raise, ast.Try, ast.Break, ast.Continue, ast.NamedExpr, ast.IfExp, ast.ListComp, ast.SetComp),
    *(ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield, ast.YieldFrom, ast.Slice),
}
"""Nodes of function bodies. No formatted strings: text of a model must never stand in one."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What kind of Python a generated file may be; see `PACKAGE` and `TESTS`."""

    imports: frozenset[str]
    """Modules that may be imported, by their whole names, besides those of the package (relative imports)."""

    typing_imports: frozenset[str] = frozenset()
    """Modules that may be imported below ``if TYPE_CHECKING:`` besides."""

    calls: frozenset[str] = frozenset()
    """Functions that may be called while the module is imported, as written: ``pytest.param``."""

    at_import: frozenset[type[ast.AST]] = AT_IMPORT
    """Nodes allowed outside function bodies."""

    in_functions: frozenset[type[ast.AST]] = IN_FUNCTIONS
    """Nodes allowed in function bodies."""


PACKAGE = Policy(
    imports=frozenset({"__future__", "heliograph.generated"}),
    typing_imports=frozenset({"collections.abc", "datetime", "decimal", "types", "typing"}),
)
"""A generated package. The caller adds the import-time calls of its templates (`dataclasses.replace`)."""

TESTS = Policy(
    imports=PACKAGE.imports | {"datetime", "decimal", "heliograph", "httpx", "json", "pytest", "respx"},
    typing_imports=PACKAGE.typing_imports,
    calls=frozenset({"pytest.mark.parametrize", "pytest.param", "pytest.fixture"}),
    in_functions=IN_FUNCTIONS | {ast.Assert},
)
"""A generated test module. The caller adds the package that it tests to the imports."""


def verify(files: Mapping[str, bytes], vocabulary: Vocabulary, policy: Policy) -> None:
    """Look at the files of one package, or of one set of tests, before they are written.

    Args:
        files: The bytes to be written, by relative name with ``/``. A file that is not Python must be empty.
        vocabulary: Names, strings, docstrings, numbers and comments that may occur.
        policy: Kinds of nodes, imports and import-time calls that may occur.

    Raises:
        GenerationError: Something else occurs; the error names the first such place.
    """
    docstrings = _Docstrings(vocabulary.docstrings)
    modules = frozenset(map(PurePosixPath, files))
    for path, data in files.items():
        if path.endswith(".py"):
            _check_bytes(path, data)
            tree = _parsed(path, data)
            _check_outside_strings(path, data, vocabulary.comments)
            _Walk(PurePosixPath(path), modules, vocabulary, docstrings, policy).check(tree)
        elif data:
            raise _refusal(path, 1, "content in a file that is not Python")


def _refusal(path: object, line: int, what: str) -> GenerationError:
    return GenerationError(
        f"the generated file has {what}, which no template and no name or text of the model accounts for; "
        "this is a defect of the generator: nothing was written, please report it with the model",
        f"{path}:{line}",
    )


# --- Text: encoding, control characters, comments


_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]")


def _check_bytes(path: str, data: bytes) -> None:
    if not data.startswith(_HEADER):
        raise _refusal(path, 1, "other first lines than the two constant ones")
    control = _CONTROL.search(data)
    if control is not None:
        raise _refusal(path, data.count(b"\n", 0, control.start()) + 1, f"the control {control.group()!r}")


_HEADER = HEADER.encode()

_LEXEME = re.compile(
    rb"""
      \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    | "(?:[^"\\\n]++|\\.)*+" | '(?:[^'\\\n]++|\\.)*+'
    | (?P<comment>\#[^\n]*)
    | (?P<other>[^\x00-\x7f"'\#]+)
    """,
    re.VERBOSE | re.DOTALL,
)
"""Strings, whatever their prefix, comments, and runs of what is not ASCII: in source that parses, a quote outside of
the first two begins a string, and a ``#`` a comment."""


def _check_outside_strings(path: str, data: bytes, comments: frozenset[str]) -> None:
    """Look at every comment, and at what is not ASCII, of a source that parses."""
    if b"#" not in data[len(_HEADER) :] and data.isascii():
        return
    for found in _LEXEME.finditer(data, len(_HEADER)):
        if found.lastgroup is None:
            continue
        text = found.group().decode(errors="replace")
        if found.lastgroup == "comment" and text.rstrip() not in comments:
            raise _refusal(path, data.count(b"\n", 0, found.start()) + 1, f"the comment {_shown(text)}")
        if not text.isascii():
            raise _refusal(
                path, data.count(b"\n", 0, found.start()) + 1, f"{_shown(text)} outside string literals"
            )


def _parsed(path: str, data: bytes) -> ast.Module:
    """The tree of the bytes; not of decoded text, which would not show what an encoding comment does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(data, path)
            compile(data, path, "exec", dont_inherit=True)
    except (SyntaxError, Warning, ValueError, RecursionError, MemoryError) as error:
        raise _not_python(path, error) from error
    return tree


def _not_python(path: str, error: BaseException) -> GenerationError:
    line = (error.lineno if isinstance(error, SyntaxError) else None) or 1
    problem = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
    return GenerationError(
        f"the generated source does not compile: {problem}; this is a defect of the generator: nothing was "
        "written, please report it with the model",
        f"{path}:{line}",
    )


# --- The tree


class _When(IntEnum):
    """When a piece of code runs, which decides what it may be."""

    IMPORT = 0
    TYPING = 1
    CALL = 2


_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_DANGEROUS = frozenset(
    {
        "__import__",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "getattr",
        "globals",
        "input",
        "locals",
    }
    | {"open", "setattr", "vars"}
)
"""Builtins that run text, reach by computed names or leave the process; never called, never passed on."""


class _Docstrings:
    """The docstrings that may stand in a package, in any indentation."""

    def __init__(self, texts: frozenset[str]) -> None:
        self._texts = texts

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(map(docstring_key, self._texts))

    def __contains__(self, text: str) -> bool:
        return text in self._texts or docstring_key(text) in self._keys


class _Walk:
    """One walk over the tree of one file."""

    def __init__(
        self,
        path: PurePosixPath,
        modules: frozenset[PurePosixPath],
        vocabulary: Vocabulary,
        docstrings: _Docstrings,
        policy: Policy,
    ) -> None:
        self._path = path
        self._modules = modules
        self._names = vocabulary.names
        self._strings = vocabulary.strings
        self._numbers = vocabulary.numbers
        self._docstrings = docstrings
        self._imports = policy.imports
        self._typing_imports = policy.imports | policy.typing_imports
        self._calls = policy.calls
        self._allowed = (policy.at_import, policy.at_import, policy.in_functions)
        """Kinds of nodes by when they run."""
        self._visitors: dict[type[ast.AST], Callable[..., bool | None]] = {
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Constant: self._constant,
            ast.arg: self._argument,
            ast.keyword: self._keyword,
            ast.ExceptHandler: self._handler,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.ClassDef: self._class,
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.Lambda: self._function,
            ast.If: self._if,
            ast.Expr: self._expression,
            ast.Call: self._call,
        }
        self._leaves = tuple(
            frozenset(kind for kind in kinds if not kind._fields and kind not in self._visitors)
            for kinds in self._allowed
        )
        """Those of them that need no visit: nothing stands in them."""
        self._waiting: list[tuple[ast.AST, _When, _Function | None]] = []

    def check(self, tree: ast.Module) -> None:
        """Visit each node once; a visitor that returns True has put its node's children in line itself."""
        waiting, visitors, allowed = self._waiting, self._visitors, self._allowed
        self._later(tree.body, _When.IMPORT, None)
        while waiting:
            node, when, function = waiting.pop()
            kind = type(node)
            if kind not in allowed[when]:
                self._refuse(node, f"a node of kind {kind.__name__}")
            visitor = visitors.get(kind)
            if visitor is None or not visitor(node, when, function):
                self._later(_children(node), when, function)

    def _later(self, nodes: Iterable[ast.AST | None], when: _When, function: _Function | None) -> None:
        leaves = self._leaves[when]
        found = [(node, when, function) for node in nodes if node is not None and type(node) not in leaves]
        found.reverse()
        self._waiting += found

    def _refuse(self, node: ast.AST, what: str) -> NoReturn:
        raise _refusal(self._path, getattr(node, "lineno", 1), what)

    def _known(self, name: str, node: ast.AST) -> None:
        if name not in self._names:
            self._refuse(node, f"the name {_shown(name)}")

    # Names

    def _name(self, node: ast.Name, when: _When, function: _Function | None) -> None:
        self._known(node.id, node)
        if node.id in _DANGEROUS and isinstance(node.ctx, ast.Load) and not _binds(function, node.id):
            self._refuse(node, f"the builtin {node.id}")

    def _attribute(self, node: ast.Attribute, when: _When, function: _Function | None) -> None:
        self._known(node.attr, node)

    def _argument(self, node: ast.arg, when: _When, function: _Function | None) -> None:
        self._known(node.arg, node)

    def _keyword(self, node: ast.keyword, when: _When, function: _Function | None) -> None:
        if node.arg is not None:
            self._known(node.arg, node)

    def _handler(self, node: ast.ExceptHandler, when: _When, function: _Function | None) -> None:
        if node.name is not None:
            self._known(node.name, node)

    def _class(self, node: ast.ClassDef, when: _When, function: _Function | None) -> None:
        self._known(node.name, node)

    # Constants

    def _constant(self, node: ast.Constant, when: _When, function: _Function | None) -> bool:
        value = node.value
        if isinstance(value, str | bytes):
            if value not in self._strings and value not in self._names:
                self._refuse(node, f"the string {_shown(value)}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if value not in self._numbers and -value not in self._numbers:
                self._refuse(node, f"the number {_shown(value)}")
        elif isinstance(value, complex):
            self._refuse(node, "a complex number")
        return True

    def _expression(self, node: ast.Expr, when: _When, function: _Function | None) -> bool:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if value.value not in self._docstrings:
                self._refuse(node, f"the docstring {_shown(value.value)}")
            return True
        if when is not _When.CALL and not isinstance(value, ast.Call):
            self._refuse(node, "an expression for a statement")
        return False

    # Definitions and calls

    def _function(self, node: _Function, when: _When, function: _Function | None) -> bool:
        """What is evaluated with the definition, and what runs when the function is called."""
        if isinstance(node, ast.Lambda):
            self._later([node.args], when, function)
            self._later([node.body], _When.CALL, node)
        else:
            self._known(node.name, node)
            self._later([*node.decorator_list, node.args, node.returns], when, function)
            self._later(node.body, _When.CALL, node)
        return True

    def _if(self, node: ast.If, when: _When, function: _Function | None) -> bool:
        typing = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" and when is _When.IMPORT
        self._later([node.test], when, function)
        self._later(node.body, _When.TYPING if typing else when, function)
        self._later(node.orelse, when, function)
        return True

    def _call(self, node: ast.Call, when: _When, function: _Function | None) -> bool:
        called = _dotted(node.func)
        if when is not _When.CALL and called not in self._calls:
            self._refuse(node, f"a call of {_shown(called or type(node.func).__name__)} at import")
        if called == "getattr" and len(node.args) >= 2 and isinstance(node.args[1], ast.Constant):
            self._known(called, node)
        elif called in _DANGEROUS:
            self._refuse(node, f"a call of the builtin {called}")
        else:
            self._later([node.func], when, function)
        self._later([*node.args, *node.keywords], when, function)
        return True

    # Imports

    def _import(self, node: ast.Import, when: _When, function: _Function | None) -> bool:
        for alias in node.names:
            self._importable(alias.name, node, when)
            if alias.asname is not None:
                self._known(alias.asname, node)
        return True

    def _import_from(self, node: ast.ImportFrom, when: _When, function: _Function | None) -> bool:
        if node.level:
            self._inside(node)
        else:
            self._importable(node.module or "", node, when)
        for alias in node.names:
            self._known(alias.name, node)
            if alias.asname is not None:
                self._known(alias.asname, node)
        return True

    def _importable(self, module: str, node: ast.AST, when: _When) -> None:
        if module not in (self._typing_imports if when is _When.TYPING else self._imports):
            self._refuse(node, f"an import of {_shown(module)}")

    def _inside(self, node: ast.ImportFrom) -> None:
        """A relative import must end at a file of the package."""
        above = [*self._path.parents]
        if node.level <= len(above):
            target = above[node.level - 1].joinpath(*(node.module or "").split("."))
            if (
                target / "__init__.py" in self._modules
                or target.with_name(target.name + ".py") in self._modules
            ):
                return
        self._refuse(node, f"an import of {_shown('.' * node.level + (node.module or ''))}")


def _children(node: ast.AST) -> list[ast.AST | None]:
    """The nodes directly below."""
    found: list[ast.AST | None] = []
    names = _INNER_FIELDS.get(type(node))
    if names is None:
        names = _INNER_FIELDS[type(node)] = _inner_fields(type(node))
    for name in names:
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += cast("list[ast.AST | None]", value)
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found


_INNER_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _inner_fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields in which nodes can stand: these five hold texts, in every kind of node that has them."""
    return tuple(name for name in kind._fields if name not in ("arg", "attr", "id", "kind", "type_comment"))


def _binds(function: _Function | None, name: str) -> bool:
    """Whether the function has the name as an argument or a variable of its own."""
    return function is not None and any(
        (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in ast.walk(function)
    )


def _dotted(node: ast.expr) -> str | None:
    """``a.b.c`` of nested attributes of a name; None for any other expression."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


def _shown(value: object) -> str:
    try:
        text = ascii(value)
    except ValueError:
        return "of too many digits"
    return text if len(text) <= 80 else text[:80] + "..."


# --- What the templates say


_HOLE = "\ue000"
"""Stands for an expression or a block in the text of a template; no template has this character."""

_SCAN = re.compile(
    r"""
      (?P<comment>\#[^\n]*)
    | (?:[rRuU]|[bB][rR]?|[rR][bB])?
      (?:(?P<long>\"{3}(?:\\.|[^\\])*?\"{3})|(?P<short>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>[0-9][0-9A-Za-z_.]*)
    """,
    re.VERBOSE | re.DOTALL,
)


def template_vocabulary(environment: Environment) -> Vocabulary:
    """What the Python templates themselves say: names, literals and comments of their constant text.

    A name, a literal or a comment that is only partly constant is not in it: a template takes whole
    identifiers, literals and docstrings from its view.

    Args:
        environment: The environment of the templates; all but ``*.md.j2`` are read.

    Returns:
        Their vocabulary, to be joined with that of a model.
    """
    vocabulary = Vocabulary(comments=frozenset(HEADER.splitlines()))
    for name in environment.list_templates(filter_func=lambda name: not name.endswith(".md.j2")):
        assert environment.loader is not None
        source = environment.loader.get_source(environment, name)[0]
        for text in _constant_texts(environment, source):
            vocabulary |= _vocabulary_of(text)
    return vocabulary


def _constant_texts(environment: Environment, source: str) -> Iterator[str]:
    """The template's output with holes for what is not constant; then each string its expressions hold."""
    output: list[str] = []
    for _, kind, value in environment.lex(source):
        if kind == "data":
            output.append(value)
        elif kind in ("variable_begin", "block_begin"):
            output.append(_HOLE)
        elif kind == "string":
            yield str(ast.literal_eval(value))
    yield "".join(output)


def _vocabulary_of(text: str) -> Vocabulary:
    names: set[str] = set()
    strings: set[str | bytes] = set()
    docstrings: set[str] = set()
    numbers: set[int | float] = set()
    comments: set[str] = set()
    for found in _SCAN.finditer(text):
        whole = found.group()
        match found.lastgroup:
            case _ if _HOLE in whole:
                continue
            case "comment":
                comments.add(whole.rstrip())
            case "name":
                names.add(whole)
            case "long":
                docstrings.add(ast.literal_eval(whole))
            case "short":
                strings.add(ast.literal_eval(whole))
            case _:
                numbers.update(_number(whole))
    return Vocabulary(
        frozenset(names), frozenset(strings), frozenset(docstrings), frozenset(numbers), frozenset(comments)
    )


def _number(text: str) -> Iterator[int | float]:
    try:
        yield ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return


# --- For tests


def equal_but_for_constants(first: bytes, second: bytes) -> bool:
    """Whether two sources have the same tree when each string in them counts as the same.

    A hostile model and its harmless twin must give such a pair.
    """
    return _skeleton(first) == _skeleton(second)


def _skeleton(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            node.value = type(node.value)()
            node.kind = None
    return ast.dump(tree)


# --- Markdown


_FENCED = re.compile(r"^(?P<fence>`{3,})[a-z]*\n.*?^ {0,3}(?P=fence)`* *$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(
    r"""
      \\[!-/:-@\[-`{-~]                                         # an escaped mark
    | (?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ ]*\n).)+?(?<!`)(?P=ticks)(?!`)   # a code span, within its paragraph
    | \]\((?:https?://[^\s<>()\\]+|\#[\w.-]+)\)                 # a link to the web or within the page
    | (?P<fence>^[ ]{0,3}(?:`{3}|~{3}))
    | (?P<html><)
    | (?P<link>\]\()
    | (?P<definition>^[ ]{0,3}\[[^\n]*\]:)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_MARKS = {
    "fence": "a fence that is not closed",
    "html": "HTML",
    "link": "a link elsewhere than http or https",
    "definition": "a link definition",
}


def verify_markdown(text: str, path: str = "reference page") -> None:
    """Look at a reference page before it is written.

    Args:
        text: The page.
        path: Its name, for the error.

    Raises:
        GenerationError: It has HTML, a link to something other than http(s) or the page itself, a fence left
            open, or a control or another invisible character.
    """
    data = text.encode("utf-8", "replace")
    control = _CONTROL.search(data)
    if control is not None:
        raise _refusal(path, data.count(b"\n", 0, control.start()) + 1, f"the control {control.group()!r}")
    for line, content in enumerate(text.split("\n"), 1):
        if clean_text(content) != content:
            raise _refusal(path, line, "an invisible character")
    rest = _FENCED.sub(lambda block: "\n" * block.group().count("\n"), text)
    for found in _MARK.finditer(rest):
        if found.lastgroup in _MARKS:
            raise _refusal(path, rest.count("\n", 0, found.start()) + 1, _MARKS[found.lastgroup])
