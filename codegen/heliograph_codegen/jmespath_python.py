# SPDX-License-Identifier: Apache-2.0
"""JMESPath as plain Python: from a tree to one expression over typed outputs, or over input by wire names.

The shapes are known, so names and types are checked here and nothing is looked up when the code runs. Each part that
may be absent is guarded: ``output.table.table_status if output.table is not None else None``. Where the language says
null, the code says ``None``, with one difference: an absent list or map is an empty one, as everywhere in this library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, NoReturn, Protocol

from heliograph_codegen import ir, jmespath
from heliograph_codegen.jmespath import Node
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_literal, py_str
from heliograph_codegen.wording import suggestion

EXPRESSION_NAMES: Final = frozenset(
    "all_are getattr get items keys join len lookup starts_with str values".split()
    + ["item"]
    + [f"item{number}" for number in range(2, 10)]
)
"""Names that expressions use besides those of members."""


class Kind(Enum):
    """What kind of value an expression gives."""

    STRUCTURE = "a structure"
    UNION = "a union"
    LIST = "a list"
    MAP = "a map"
    STRING = "a text"
    NUMBER = "a number"
    BOOLEAN = "a boolean"
    NULL = "null"
    OTHER = "a value without parts"


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value.

    Attributes:
        shape: The shape that it is a value of; empty where there is none.
        element: Of a list's elements or a map's values, where there is no shape.
        sparse: Its elements may be null.
    """

    kind: Kind
    shape: str = ""
    element: Type | None = None
    sparse: bool = False


_STRING = Type(Kind.STRING)
_NUMBER = Type(Kind.NUMBER)
_BOOLEAN = Type(Kind.BOOLEAN)
_NULL = Type(Kind.NULL)

_KINDS: Final[Mapping[ir.Kind, Kind]] = {
    ir.Kind.BOOLEAN: Kind.BOOLEAN,
    ir.Kind.STRING: Kind.STRING,
    ir.Kind.ENUM: Kind.STRING,
    ir.Kind.LIST: Kind.LIST,
    ir.Kind.MAP: Kind.MAP,
    ir.Kind.STRUCTURE: Kind.STRUCTURE,
    ir.Kind.UNION: Kind.UNION,
    **dict.fromkeys((ir.Kind.INTEGER, ir.Kind.LONG, ir.Kind.BIG_INTEGER, ir.Kind.INT_ENUM), Kind.NUMBER),
    **dict.fromkeys((ir.Kind.FLOAT, ir.Kind.DOUBLE, ir.Kind.BIG_DECIMAL), Kind.NUMBER),
}


def type_of(model: ir.Model, target: str) -> Type:
    """The type of a shape's values."""
    shape = model.shape(target)
    sparse = isinstance(shape, ir.ListShape | ir.MapShape) and shape.sparse
    return Type(_KINDS.get(shape.kind, Kind.OTHER), shape.name, sparse=sparse)


class _Level(Enum):
    """How strongly the outermost operator of a piece of source binds."""

    CONDITIONAL = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    ATOM = 5


@dataclass(frozen=True, slots=True)
class Value:
    """A piece of Python source and what is known of what it gives.

    Attributes:
        code: The source, which may only run where all guards hold.
        type: What it gives.
        guards: Conditions.
        nullable: Whether the source itself may give ``None``.
        level: How strongly it binds.
        stable: It is a chain of attributes, which checkers narrow.
        clauses: Where it stands in a comprehension of a projection, the clauses; ``code`` is then the element.
        numbered: How many variables the clauses bind.
    """

    code: Code
    type: Type
    guards: tuple[Code, ...] = ()
    nullable: bool = False
    level: _Level = _Level.ATOM
    stable: bool = False
    clauses: tuple[Code, ...] = ()
    numbered: int = 0


class Access(Protocol):
    """How members are reached."""

    def member(self, value: Value, member: ir.Member, owner: ir.StructureShape, type: Type) -> Value:
        """The member of a structure or union."""
        ...


class Attributes:
    """Members of typed outputs: attributes, by the names that a structure's members have in Python.

    An absent optional member is ``None``. The attribute of an absent required one is not set, so it is asked for with
    a default; so is whatever is reached through it.

    Args:
        names: Gives the attributes of a structure by member name.
        known: Where the expression will stand, this gives something: its guards need not be repeated.
    """

    def __init__(
        self,
        names: Callable[[ir.StructureShape], Mapping[str, Ident]],
        known: Compiled | None = None,
    ) -> None:
        self._names = names
        self._known = () if known is None else known.value.guards

    def member(self, value: Value, member: ir.Member, owner: ir.StructureShape, type: Type) -> Value:
        """The attribute, or the entry of a union, which is a dict."""
        if owner.kind is ir.Kind.UNION:
            return _entry(value, member.name, type)
        name = self._names(owner)[member.name]
        if member.required or (value.nullable and not value.stable):
            absent = {Kind.LIST: Code("[]"), Kind.MAP: Code("{}")}.get(type.kind, Code("None"))
            source = code("getattr({}, {}, {})", value.code, py_str(name), absent)
            return replace(
                value,
                code=source,
                type=type,
                nullable=absent == "None",
                level=_Level.ATOM,
                stable=False,
            )
        guarded = _guarded(value)
        guarded = replace(guarded, guards=tuple(each for each in guarded.guards if each not in self._known))
        is_collection = type.kind in (Kind.LIST, Kind.MAP)
        return replace(
            guarded,
            code=code("{}.{}", _atom(guarded), name),
            type=type,
            nullable=not is_collection,
            level=_Level.ATOM,
        )


class WireNames:
    """Members of what callers give: mappings by wire name, or structures, of which any may be absent."""

    def member(self, value: Value, member: ir.Member, owner: ir.StructureShape, type: Type) -> Value:
        """The member, by the runtime's ``lookup``."""
        return replace(
            value,
            code=code("lookup({}, {})", _expression(value), py_str(member.name)),
            guards=(),
            type=type,
            nullable=True,
            level=_Level.ATOM,
            stable=False,
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression as Python.

    Attributes:
        source: One Python expression over the root; ``None`` is null.
        condition: The same where only its truth counts.
        type: What it gives.
        nullable: Whether it may give ``None``.
        collection: For a list, map or text: the same, empty instead of ``None``.
        literals: The texts and numbers in it that are not names of the model.
        value: The whole of what is known of it.
    """

    source: Code
    condition: Code
    type: Type
    nullable: bool
    collection: Code
    literals: tuple[Lit, ...]
    value: Value


def compile_path(
    model: ir.Model,
    text: str,
    shape: str,
    root: Ident,
    access: Access,
    origin: object | None = None,
) -> Compiled:
    """Compile an expression.

    Args:
        model: The model.
        text: The expression.
        shape: The structure that it is applied to.
        root: The variable that holds the structure.
        access: How its members are reached.
        origin: Where the expression stands, for errors.

    Raises:
        GenerationError: It is no expression, names a member that is not there, or does to a value what cannot be done
            to one of its type; the error names the column.
    """
    compiler = _Compiler(model, text, access, origin)
    value = compiler.value(jmespath.parse(text, origin), Value(root, type_of(model, shape), stable=True))
    value = compiler.whole(value)
    return Compiled(
        _expression(value),
        _condition(value),
        value.type,
        value.nullable or bool(value.guards),
        _collection(value),
        tuple(compiler.literals),
        value,
    )


def equals(compiled: Compiled, expected: bool | int | str) -> Code | None:
    """The condition that the expression gives a value; None where it never gives one of that type."""
    value, literal = compiled.value, py_literal(expected)
    if not _may_be(value.type, expected):
        return None
    if not isinstance(expected, bool):
        return _equal(value, literal).code
    if value.nullable:
        return join(" and ", [*value.guards, code("{} is {}", _atom(value), literal)])
    met = _condition(replace(value, guards=()), _Level.AND if expected else _Level.NOT)
    return join(" and ", [*value.guards, met if expected else code("not {}", met)])


def elements_equal(
    model: ir.Model, compiled: Compiled, expected: bool | int | str, *, all: bool
) -> Code | None:
    """The condition that one element of a list, or each of some, equals a value; None where none is of that type."""
    if compiled.type.kind is not Kind.LIST or not _may_be(element_of(model, compiled.type), expected):
        return None
    if all:
        return code("all_are({}, {})", compiled.collection, py_literal(expected))
    return code("{} in {}", py_literal(expected), compiled.collection)


def _may_be(type: Type, expected: bool | int | str) -> bool:
    kind = {bool: Kind.BOOLEAN, int: Kind.NUMBER, str: Kind.STRING}[expected.__class__]
    return type.kind is kind


def element_of(model: ir.Model, type: Type) -> Type:
    """The type of a list's elements or a map's values."""
    if type.element is not None:
        return type.element
    shape = model.shape(type.shape)
    match shape:
        case ir.ListShape():
            return type_of(model, shape.element)
        case ir.MapShape():
            return type_of(model, shape.value)
        case _:
            return Type(Kind.OTHER)


class _Compiler:
    def __init__(self, model: ir.Model, text: str, access: Access, origin: object | None) -> None:
        self._model = model
        self._text = text
        self._access = access
        self._origin = origin
        self.literals: list[Lit] = []
        self._functions: Mapping[str, Callable[[jmespath.Function, list[Value]], Value]] = {
            "contains": self._contains,
            "join": self._join,
            "keys": self._keys,
            "length": self._length,
            "not_null": self._not_null,
            "to_string": self._to_string,
            "values": self._values,
        }

    def _refuse(self, column: int, problem: str) -> NoReturn:
        raise jmespath.refusal(self._text, column, problem, self._origin)

    def whole(self, value: Value) -> Value:
        """The value of a projection as a list; any other value as it is."""
        if not value.clauses:
            return value
        present = _present(value)
        conditions = [code("if {}", join(" and ", present))] if present else []
        source = code("[{} {}]", value.code, join(" ", [*value.clauses, *conditions]))
        return Value(source, Type(Kind.LIST, element=value.type))

    def value(self, node: Node, current: Value) -> Value:
        """What a node gives where ``current`` is what it is applied to."""
        match node:
            case jmespath.Current():
                return current
            case jmespath.Field():
                return self._field(node, current)
            case jmespath.Literal():
                return self._literal(node.value)
            case jmespath.Sub():
                return self._each(node.left, node.right, current)
            case jmespath.Pipe():
                return self.value(node.right, self.whole(self.value(node.left, current)))
            case jmespath.Index():
                return self._index(node, self._list(node.left, current, node.column))
            case jmespath.Flatten():
                return self._flatten(node, current)
            case jmespath.Projection():
                return self._projection(node.left, node.right, None, current, node.column)
            case jmespath.Filter():
                return self._projection(node.left, node.right, node.condition, current, node.column)
            case jmespath.ValueProjection():
                return self._value_projection(node, current)
            case jmespath.Several():
                return self._several(node, current)
            case jmespath.Function():
                return self._function(node, current)
            case jmespath.Comparison():
                return self._comparison(node, current)
            case jmespath.Or():
                return self._or(node, current)
            case jmespath.And():
                return self._and(node, current)
            case jmespath.Not():
                inner = _condition(self.whole(self.value(node.inner, current)), _Level.NOT)
                return Value(code("not {}", inner), _BOOLEAN, level=_Level.NOT)

    def _each(self, left: Node, right: Node, current: Value) -> Value:
        found = self.value(left, current)
        if found.clauses:  # a projection in parentheses ends there, and a list has no members
            found = self.whole(found)
        return self.value(right, found)

    def _field(self, node: jmespath.Field, current: Value) -> Value:
        if current.type.kind is Kind.MAP:
            self.literals.append(py_str(node.name))
            return _entry(current, node.name, self._element(current.type))
        if current.type.kind not in (Kind.STRUCTURE, Kind.UNION):
            self._refuse(
                node.column, f"'{node.name}' is asked of {current.type.kind.value}, which has no members"
            )
        owner = self._model.structure(current.type.shape)
        member = owner.members.get(node.name)
        if member is None:
            hint = suggestion(node.name, owner.members)
            self._refuse(node.column, f"'{node.name}' is no member of {owner.name}{hint}")
        return self._access.member(current, member, owner, type_of(self._model, member.target))

    def _element(self, type: Type) -> Type:
        return element_of(self._model, type)

    def _literal(self, value: jmespath.Constant) -> Value:
        literal = py_literal(value, self._origin)
        self.literals.append(literal)
        match value:
            case None:
                return Value(literal, _NULL, nullable=True)
            case bool():
                return Value(literal, _BOOLEAN)
            case str():
                return Value(literal, _STRING)
            case _:
                return Value(literal, _NUMBER)

    # Lists

    def _list(self, node: Node, current: Value, column: int) -> Value:
        found = self.whole(self.value(node, current))
        if found.type.kind is not Kind.LIST:
            self._refuse(column, f"a list is needed there, not {found.type.kind.value}")
        return found

    def _index(self, node: jmespath.Index, found: Value) -> Value:
        index = node.index
        least = index if index >= 0 else -index - 1
        self.literals += [py_literal(index), py_literal(least)]
        items = _collection(replace(found, guards=()))
        enough = code("len({}) > {}", items, least) if least else items
        return Value(
            code("{}[{}]", items, index),
            self._element(found.type),
            (*found.guards, enough),
            nullable=found.type.sparse,
            numbered=found.numbered,
        )

    def _iterated(self, found: Value, source: Code) -> Value:
        """The elements of a list, as a variable of a comprehension."""
        number = found.numbered + 1
        if number > _VARIABLES:
            self._refuse(1, "it projects too often")
        name = Ident("item" if number == 1 else f"item{number}")
        clause = code("for {} in {}", name, source)
        return Value(
            name,
            self._element(found.type),
            nullable=found.type.sparse,
            stable=True,
            clauses=(*found.clauses, clause),
            numbered=number,
        )

    def _flatten(self, node: jmespath.Flatten, current: Value) -> Value:
        found = self.value(node.left, current)
        if not found.clauses:
            if found.type.kind is not Kind.LIST:
                self._refuse(node.column, f"'[]' is asked of {found.type.kind.value}, which is no list")
            if self._element(found.type).kind is not Kind.LIST:
                return found
            found = self._iterated(found, _collection(found))
        return self._iterated(found, _collection(found)) if found.type.kind is Kind.LIST else found

    def _projection(
        self, left: Node, right: Node, condition: Node | None, current: Value, column: int
    ) -> Value:
        found = self.value(left, current)
        if found.clauses and not isinstance(left, jmespath.Flatten):
            found = self.whole(found)
        if not found.clauses:
            if found.type.kind is not Kind.LIST:
                self._refuse(column, f"a projection is asked of {found.type.kind.value}, which is no list")
            if condition is None and isinstance(right, jmespath.Current) and not found.type.sparse:
                return found
            found = self._iterated(found, _collection(found))
        if condition is not None:
            met = _condition(self.whole(self.value(condition, replace(found, clauses=()))))
            found = replace(found, clauses=(*found.clauses, code("if {}", met)))
        return self._within(found, right)

    def _value_projection(self, node: jmespath.ValueProjection, current: Value) -> Value:
        found = self.value(node.left, current)
        if found.clauses:
            found = self.whole(found)
        if found.type.kind is not Kind.MAP:
            self._refuse(node.column, f"'*' is asked of {found.type.kind.value}, which is no map")
        source = code("{}.values()", _collection(found))
        return self._within(self._iterated(found, source), node.right)

    def _within(self, element: Value, right: Node) -> Value:
        """The right side of a projection, applied to each element."""
        found = self.value(right, replace(element, clauses=()))
        return replace(
            found,
            clauses=(*element.clauses, *found.clauses),
            numbered=max(element.numbered, found.numbered),
        )

    def _several(self, node: jmespath.Several, current: Value) -> Value:
        found = [self.whole(self.value(each, current)) for each in node.items]
        if len({each.type.kind for each in found}) > 1:
            self._refuse(1, "the expressions of a list give values of different types")
        source = code("({},)", join(", ", [_expression(each) for each in found]))
        sparse = any(each.nullable or each.guards for each in found)
        return Value(source, Type(Kind.LIST, element=found[0].type, sparse=sparse), numbered=current.numbered)

    # Functions

    def _function(self, node: jmespath.Function, current: Value) -> Value:
        made = self._functions.get(node.name)
        if made is None:
            names = ", ".join(self._functions)
            self._refuse(node.column, f"the function {node.name} is not offered; there are {names}")
        arguments = [self.whole(self.value(each, current)) for each in node.arguments]
        least, most = _ARITY.get(node.name, (1, 1))
        if not least <= len(arguments) <= most:
            self._refuse(node.column, f"{node.name} is given {len(arguments)} arguments")
        return replace(made(node, arguments), numbered=current.numbered)

    def _needed(self, node: jmespath.Function, value: Value, *kinds: Kind) -> None:
        if value.type.kind not in kinds:
            self._refuse(node.column, f"{node.name} is given {value.type.kind.value}")

    def _length(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        self._needed(node, arguments[0], Kind.LIST, Kind.MAP, Kind.STRING)
        return Value(code("len({})", _collection(arguments[0], bare=True)), _NUMBER)

    def _contains(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        searched, wanted = arguments
        self._needed(node, searched, Kind.LIST, Kind.STRING)
        source = code("{} in {}", _expression(wanted, _Level.ATOM), _collection(searched))
        if searched.type.kind is Kind.STRING and (wanted.nullable or wanted.guards):
            self._refuse(node.column, "contains looks for something that may be absent in a text")
        return Value(source, _BOOLEAN, level=_Level.COMPARISON)

    def _keys(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        self._needed(node, arguments[0], Kind.MAP)
        return Value(code("[*{}]", _collection(arguments[0])), Type(Kind.LIST, element=_STRING))

    def _values(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        self._needed(node, arguments[0], Kind.MAP)
        source = code("[*{}.values()]", _collection(arguments[0]))
        return Value(source, Type(Kind.LIST, element=self._element(arguments[0].type)))

    def _join(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        glue, parts = arguments
        self._needed(node, glue, Kind.STRING)
        self._needed(node, parts, Kind.LIST)
        if self._element(parts.type).kind is not Kind.STRING:
            self._refuse(node.column, "join is given a list of something other than texts")
        return Value(code("{}.join({})", _collection(glue), _collection(parts, bare=True)), _STRING)

    def _to_string(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        value = arguments[0]
        self._needed(node, value, Kind.STRING, Kind.NUMBER)
        if value.type.kind is Kind.STRING:
            return value
        if value.nullable or value.guards:
            self._refuse(node.column, "to_string is given a number that may be absent")
        return Value(code("str({})", value.code), _STRING)

    def _not_null(self, node: jmespath.Function, arguments: list[Value]) -> Value:
        last = arguments[-1]
        for each in reversed(arguments[:-1]):
            if each.type.kind is not last.type.kind:
                self._refuse(node.column, "not_null is given values of different types")
            present = _present(each)
            if not present:
                last = each
                continue
            source = code(
                "{} if {} else {}",
                _atom(each),
                join(" and ", present),
                _expression(last, _Level.CONDITIONAL),
            )
            last = Value(source, each.type, nullable=last.nullable, level=_Level.CONDITIONAL)
        return last

    # Conditions

    def _comparison(self, node: jmespath.Comparison, current: Value) -> Value:
        left = self.whole(self.value(node.left, current))
        right = self.whole(self.value(node.right, current))
        if node.operator in ("==", "!="):
            return self._equality(node, left, right)
        if {left.type.kind, right.type.kind} != {Kind.NUMBER}:
            self._refuse(
                node.column, f"'{node.operator}' compares {left.type.kind.value} with {right.type.kind.value}"
            )
        compared = code("{} {} {}", _atom(left), _OPERATORS[node.operator], _atom(right))
        conditions = [*_present(left), *_present(right), compared]
        level = _Level.AND if len(conditions) > 1 else _Level.COMPARISON
        return Value(join(" and ", conditions), _BOOLEAN, level=level)

    def _equality(self, node: jmespath.Comparison, left: Value, right: Value) -> Value:
        kinds = {left.type.kind, right.type.kind} - {Kind.NULL}
        if len(kinds) > 1:
            self._refuse(
                node.column, f"'{node.operator}' compares {left.type.kind.value} with {right.type.kind.value}"
            )
        if Kind.NULL in (left.type.kind, right.type.kind):
            operator = Code("is") if node.operator == "==" else Code("is not")
        else:
            operator = _OPERATORS[node.operator]
            if node.operator == "==" and not right.nullable and not right.guards:
                return _equal(left, _atom(right))
        source = code("{} {} {}", _expression(left, _Level.ATOM), operator, _expression(right, _Level.ATOM))
        return Value(source, _BOOLEAN, level=_Level.COMPARISON)

    def _or(self, node: jmespath.Or, current: Value) -> Value:
        left = self.whole(self.value(node.left, current))
        right = self.whole(self.value(node.right, current))
        if left.type.kind is right.type.kind is Kind.BOOLEAN:
            source = code("{} or {}", _condition(left, _Level.OR), _condition(right, _Level.OR))
            return Value(source, _BOOLEAN, level=_Level.OR)
        if left.type.kind is not right.type.kind:
            self._refuse(1, f"'||' is between {left.type.kind.value} and {right.type.kind.value}")
        if left.type.kind in (Kind.NUMBER, Kind.OTHER, Kind.STRUCTURE, Kind.UNION):
            found = self._not_null(jmespath.Function("not_null", (), 1), [left, right])
            return replace(found, numbered=current.numbered)
        source = code("{} or {}", _expression(left, _Level.OR), _expression(right, _Level.OR))
        nullable = right.nullable or bool(right.guards)
        return Value(source, left.type, nullable=nullable, level=_Level.OR, numbered=current.numbered)

    def _and(self, node: jmespath.And, current: Value) -> Value:
        left = self.whole(self.value(node.left, current))
        right = self.whole(self.value(node.right, current))
        if not left.type.kind is right.type.kind is Kind.BOOLEAN:
            self._refuse(node.column, "'&&' is offered between conditions only")
        source = code("{} and {}", _condition(left, _Level.AND), _condition(right, _Level.AND))
        return Value(source, _BOOLEAN, level=_Level.AND)


_VARIABLES: Final = 9
_OPERATORS: Final[Mapping[str, Code]] = {
    "==": Code("=="), "!=": Code("!="), "<": Code("<"), "<=": Code("<="), ">": Code(">"), ">=": Code(">="),
}  # fmt: skip
_ARITY: Final[Mapping[str, tuple[int, int]]] = {"contains": (2, 2), "join": (2, 2), "not_null": (1, 20)}


# --- Source


def _parenthesized(source: Code, level: _Level, least: _Level) -> Code:
    return code("({})", source) if level.value < least.value else source


def _atom(value: Value) -> Code:
    """The value's source, without its guards, as something that a dot or a bracket may follow."""
    return _parenthesized(value.code, value.level, _Level.ATOM)


def _guarded(value: Value) -> Value:
    """The value with a guard against its being ``None``."""
    if not value.nullable:
        return value
    guard = code("{} is not None", _parenthesized(value.code, value.level, _Level.COMPARISON))
    return replace(value, guards=(*value.guards, guard), nullable=False)


def _present(value: Value) -> list[Code]:
    """The conditions under which there is a value."""
    return list(_guarded(value).guards)


def _expression(value: Value, least: _Level = _Level.CONDITIONAL) -> Code:
    """The value as one expression, ``None`` where a guard does not hold."""
    if not value.guards:
        return _parenthesized(value.code, value.level, least)
    source = code(
        "{} if {} else None",
        _parenthesized(value.code, value.level, _Level.OR),
        join(" and ", list(value.guards)),
    )
    return _parenthesized(source, _Level.CONDITIONAL, least)


def _collection(value: Value, *, bare: bool = False) -> Code:
    """A list, map or text as an expression that gives an empty one instead of ``None``."""
    empty = {Kind.MAP: Code("{}"), Kind.STRING: Code('""')}.get(value.type.kind, Code("()"))
    least = _Level.CONDITIONAL if bare else _Level.ATOM
    if value.guards:
        inner = _collection(replace(value, guards=()), bare=True)
        inner = _parenthesized(inner, _Level.OR if value.nullable else value.level, _Level.OR)
        source = code("{} if {} else {}", inner, join(" and ", list(value.guards)), empty)
        return _parenthesized(source, _Level.CONDITIONAL, least)
    if value.nullable:
        source = code("{} or {}", _parenthesized(value.code, value.level, _Level.OR), empty)
        return _parenthesized(source, _Level.OR, least)
    return _parenthesized(value.code, value.level, least)


def _condition(value: Value, least: _Level = _Level.CONDITIONAL) -> Code:
    """The value as a condition: absent and empty values are false, numbers and structures true."""
    if value.type.kind in (Kind.NUMBER, Kind.OTHER, Kind.STRUCTURE, Kind.UNION):
        conditions = _present(value) or [Code("True")]
    elif value.guards:
        conditions = [*value.guards, _parenthesized(value.code, value.level, _Level.AND)]
    else:
        return _parenthesized(value.code, value.level, least)
    level = _Level.AND if len(conditions) > 1 else _Level.COMPARISON
    return _parenthesized(join(" and ", conditions), level, least)


def _equal(value: Value, literal: Code) -> Value:
    """Whether the value is there and equal to something that is not null."""
    compared = code("{} == {}", _parenthesized(value.code, value.level, _Level.ATOM), literal)
    level = _Level.AND if value.guards else _Level.COMPARISON
    return Value(join(" and ", [*value.guards, compared]), _BOOLEAN, level=level)


def _entry(value: Value, name: str, type: Type) -> Value:
    """An entry of a dict."""
    guarded = (
        _guarded(value)
        if value.stable
        else replace(value, code=_collection(value), guards=(), nullable=False, level=_Level.ATOM)
    )
    return replace(
        guarded,
        code=code("{}.get({})", _atom(guarded), py_str(name)),
        type=type,
        nullable=True,
        level=_Level.ATOM,
        stable=False,
    )
