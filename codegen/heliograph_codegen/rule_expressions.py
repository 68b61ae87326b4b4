# SPDX-License-Identifier: Apache-2.0
"""Expressions of the endpoint rule language as Python source that carries its type.

The language is Smithy's ("Rules engine standard library", "AWS rules engine library functions"). What it promises
statically is checked here, so that the source has nothing left to check: types of arguments, references to what is
in scope, values that are certainly set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import LiteralString, cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.text import Code, Lit, code, join, py_literal, py_str


class Kind(Enum):
    """The types of the rule language, by the names of those that parameters can have."""

    STRING = "string"
    BOOLEAN = "boolean"
    STRINGS = "stringarray"
    PARTITION = "partition"
    ARN = "arn"
    URL = "url"


# --- The document


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document, and where it stands."""

    value: object
    file: str
    pointer: str

    @property
    def origin(self) -> str:
        return f"{self.file}#{self.pointer}" if self.pointer else self.file

    def refusal(self, problem: str) -> GenerationError:
        return GenerationError(problem, self.origin)

    def members(self) -> dict[str, Node]:
        value = self.value
        if not isinstance(value, dict):
            raise self.refusal("an object is needed here")
        record = cast("dict[str, object]", value)
        return {name: self._inside(name, value) for name, value in record.items()}

    def record(self, required: LiteralString, optional: LiteralString = "") -> dict[str, Node]:
        """The members of an object that has these, and perhaps documentation."""
        members = self.members()
        for name in required.split():
            if name not in members:
                raise self.refusal(f"{name!r} is missing")
        for name in members:
            if name not in {*required.split(), *optional.split(), "documentation"}:
                raise self.refusal(f"{name!r} is not known here; the rules may be of a newer version")
        return members

    def items(self) -> list[Node]:
        value = self.value
        if not isinstance(value, list):
            raise self.refusal("an array is needed here")
        values = cast("list[object]", value)
        return [self._inside(str(index), value) for index, value in enumerate(values)]

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.refusal("a string is needed here")
        return self.value

    def _inside(self, step: str, value: object) -> Node:
        return Node(value, self.file, f"{self.pointer}/{step.replace('~', '~0').replace('/', '~1')}")


# --- Values, and what is known of them


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known where a condition holds, or where it does not; variables by their names in the rules."""

    set: frozenset[str] = frozenset()
    """Variables that are set."""

    unset: frozenset[str] = frozenset()
    """Variables that are not."""

    safe: frozenset[str] = frozenset()
    """Variables that can stand in a host name as they are."""

    equal: Mapping[Code, str] = field(default_factory=dict[Code, str])
    """The values of strings, by their source."""


@dataclass(frozen=True, slots=True)
class Value:
    """A compiled expression."""

    code: Code
    kind: Kind
    optional: bool = False
    """Whether it may be ``None``."""

    unset: bool = False
    """Whether it is certainly ``None``."""

    literal: str | bool | None = None
    """The value of a literal."""

    variable: str | None = None
    """The name, in the rules, of a parameter or variable."""

    guard: LiteralString | None = None
    """The function it must pass before it enters a host name."""

    ends_host: bool = False
    """Whether it begins with a slash: what comes after it in a URL is no longer the host's name."""

    inverse: Code | None = None
    """The source of a boolean's negation; a boolean that has one is more than a name or call."""

    facts: Facts = field(default_factory=Facts)
    """What is known where it holds."""

    otherwise: Facts = field(default_factory=Facts)
    """What is known where it does not."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be referred to, and what is known."""

    variables: Mapping[str, Value]
    """Parameters and variables, by name in the rules."""

    equal: Mapping[Code, str] = field(default_factory=dict[Code, str])
    """The known values of strings, by their source."""

    def knowing(self, facts: Facts) -> Scope:
        """The scope where these facts hold."""
        changed = {
            name: replace(
                self.variables[name],
                optional=self.variables[name].optional and name not in facts.set,
                unset=name in facts.unset,
                guard=None if name in facts.safe else self.variables[name].guard,
            )
            for name in facts.set | facts.unset | facts.safe
            if name in self.variables
        }
        return Scope({**self.variables, **changed}, {**self.equal, **facts.equal})

    def assigning(self, name: str, value: Value) -> Scope:
        """The scope with one more variable."""
        return Scope({**self.variables, name: value}, self.equal)


ANNOTATIONS: Mapping[Kind, Code] = {
    Kind.STRING: Code("str"),
    Kind.BOOLEAN: Code("bool"),
    Kind.STRINGS: Code("Sequence[str]"),
    Kind.PARTITION: Code("Partition"),
    Kind.ARN: Code("Arn"),
    Kind.URL: Code("Url"),
}
ATTRIBUTES: Mapping[Kind, Mapping[str, Value]] = {
    Kind.PARTITION: {
        "name": Value(Code("name"), Kind.STRING),
        "dnsSuffix": Value(Code("dns_suffix"), Kind.STRING),
        "dualStackDnsSuffix": Value(Code("dual_stack_dns_suffix"), Kind.STRING),
        "supportsFIPS": Value(Code("supports_fips"), Kind.BOOLEAN),
        "supportsDualStack": Value(Code("supports_dual_stack"), Kind.BOOLEAN),
        "implicitGlobalRegion": Value(Code("global_region"), Kind.STRING),
    },
    Kind.ARN: {
        "partition": Value(Code("partition"), Kind.STRING, guard="as_host_part"),
        "service": Value(Code("service"), Kind.STRING, guard="as_host_part"),
        "region": Value(Code("region"), Kind.STRING, guard="as_host_part"),
        "accountId": Value(Code("account_id"), Kind.STRING, guard="as_host_part"),
        "resourceId": Value(Code("resource_id"), Kind.STRINGS),
    },
    Kind.URL: {
        "scheme": Value(Code("scheme"), Kind.STRING),
        "authority": Value(Code("authority"), Kind.STRING),
        "path": Value(Code("path"), Kind.STRING),
        "normalizedPath": Value(Code("normalized_path"), Kind.STRING, ends_host=True),
        "isIp": Value(Code("is_ip"), Kind.BOOLEAN),
    },
}
"""The attributes of each structure, by their names in the rules."""

_TRUE = Value(Code("True"), Kind.BOOLEAN, literal=True)
_FALSE = Value(Code("False"), Kind.BOOLEAN, literal=False)


# --- Expressions


_TEMPLATE = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<reference>[^{}]*)\}|(?P<stray>[{}])|(?P<text>[^{}]+)")
_PATH = re.compile(r"(?P<name>[A-Za-z]*)(?:\[(?P<index>-?[0-9]{1,4})\])?")
_LONGEST_TEMPLATE = 100
"""Pieces of a template; Python's parser has a limit for sums."""
_DEEPEST_CALL = 20
"""Calls in each other's arguments."""

_Arguments = Sequence["Node"]


_URL_TEXT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]*", re.ASCII)
"""What may stand in the URL of an endpoint, which has neither query nor fragment (RFC 3986, section 3)."""


_HEADER_TEXT = re.compile(r"[ -~]*", re.ASCII)
"""What may stand in the value of a header that rules set."""


class Expressions:
    """The expressions of one rule set; notes what they use and say."""

    def __init__(self) -> None:
        self.used: set[LiteralString] = set()
        """Functions of the runtime that the source calls."""

        self.read: set[str] = set()
        """Parameters and variables that were referred to, by name in the rules."""

        self.strings: set[str] = set()
        self.numbers: set[int | float] = set()
        self._depth = 0
        self._functions: Mapping[str, tuple[int, Callable[[_Arguments, Scope], Value]]] = {
            "aws.isVirtualHostableS3Bucket": (2, self._is_virtual_hostable_s3_bucket),
            "aws.parseArn": (1, self._parse_arn),
            "aws.partition": (1, self._partition),
            "booleanEquals": (2, self._boolean_equals),
            "coalesce": (-2, self._coalesce),
            "getAttr": (2, self._get_attr),
            "isSet": (1, self._is_set),
            "isValidHostLabel": (2, self._is_valid_host_label),
            "ite": (3, self._ite),
            "not": (1, self._not),
            "parseURL": (1, self._parse_url),
            "split": (3, self._split),
            "stringEquals": (2, self._string_equals),
            "substring": (4, self._substring),
            "uriEncode": (1, self._uri_encode),
        }

    def value(self, node: Node, scope: Scope) -> Value:
        """A literal, a template, a reference or a call."""
        match node.value:
            case bool(boolean):
                return _TRUE if boolean else _FALSE
            case str(text):
                return self._sum(self._pieces(text, node, scope))
            case dict():
                if "ref" in node.members():
                    return self._reference(node.record("ref")["ref"].text(), node, scope)
                return self.call(node.record("fn argv"), scope)
            case _:
                raise node.refusal("a string, a boolean, a reference or a function is needed here")

    def call(self, call: Mapping[str, Node], scope: Scope) -> Value:
        """A call, whose members have been looked at."""
        name = call["fn"].text()
        if name not in self._functions:
            raise call["fn"].refusal(
                f"the function {name!r} is not known; one of {', '.join(self._functions)} is"
            )
        count, function = self._functions[name]
        arguments = call["argv"].items()
        if len(arguments) != count and not 0 < -count <= len(arguments):
            least = "at least " if count < 0 else ""
            raise call["argv"].refusal(f"{name} takes {least}{abs(count)} arguments, not {len(arguments)}")
        self._depth += 1
        if self._depth > _DEEPEST_CALL:
            raise call["fn"].refusal(f"calls in each other's arguments go deeper than {_DEEPEST_CALL} levels")
        value = function(arguments, scope)
        self._depth -= 1
        return value

    def text(self, node: Node, scope: Scope) -> Code:
        """A string that is certainly set."""
        return self._of(Kind.STRING, node, scope).code

    def url(self, node: Node, scope: Scope) -> Code:
        """An endpoint's URL; what enters its host name passes its guard."""
        if not isinstance(node.value, str):
            return self.text(node, scope)
        pieces = self._pieces(node.value, node, scope)
        for piece in pieces:
            if isinstance(piece.literal, str) and not _URL_TEXT.fullmatch(piece.literal):
                raise node.refusal("the URL of an endpoint has a character that no scheme, host or path has")
        return self._sum(list(self._guarded(pieces))).code

    def header(self, node: Node, scope: Scope) -> Code:
        """The value of a header."""
        pieces = self._pieces(node.value, node, scope) if isinstance(node.value, str) else []
        for piece in pieces:
            if isinstance(piece.literal, str) and not _HEADER_TEXT.fullmatch(piece.literal):
                raise node.refusal("the value of a header has a character that none may have")
        return self.text(node, scope)

    def literal(self, node: Node, scope: Scope) -> Code:
        """A property of an endpoint: strings are templates, at any depth."""
        match node.value:
            case str():
                return self.text(node, scope)
            case dict():
                pairs = [(self.string(name), value) for name, value in node.members().items()]
                inside = (code("{}: {}", name, self.literal(value, scope)) for name, value in pairs)
                return code("{{{}}}", join(", ", inside))
            case list():
                return code("[{}]", join(", ", (self.literal(item, scope) for item in node.items())))
            case int(number) | float(number):
                self.numbers.add(number)
            case _:
                pass
        return py_literal(node.value, node.origin)

    def needed(self, variable: Code, name: str) -> Code:
        """A variable's value, or an error where it is not set."""
        return self._calling("needed", variable, self.string(name))

    def string(self, text: str) -> Lit:
        """A string literal."""
        self.strings.add(text)
        return py_str(text)

    # References and templates

    def _reference(self, name: str, node: Node, scope: Scope) -> Value:
        if name not in scope.variables:
            raise node.refusal(
                f"{name!r} is no parameter, and no variable that is assigned before this place"
            )
        self.read.add(name)
        return scope.variables[name]

    def _attribute(self, value: Value, path: str, node: Node) -> Value:
        """``a``, ``a[0]`` or ``[0]`` of a value; no structure has structures inside."""
        found = _PATH.fullmatch(path)
        if found is None or not path:
            raise node.refusal(f"the path {path!r} is none: write name, name[0] or [0]")
        value = self._certain(value, node)
        if found["name"]:
            attribute = ATTRIBUTES.get(value.kind, {}).get(found["name"])
            if attribute is None:
                raise node.refusal(f"a {value.kind.value} has no attribute {found['name']!r}")
            value = replace(attribute, code=code("{}.{}", value.code, attribute.code))
        if found["index"]:
            if value.kind is not Kind.STRINGS:
                raise node.refusal(f"a {value.kind.value} has no items")
            index = int(found["index"])
            self.numbers.add(index)
            item = self._calling("item", value.code, py_literal(index))
            value = Value(item, Kind.STRING, optional=True, guard="as_host_part")
        return value

    def _pieces(self, template: str, node: Node, scope: Scope) -> list[Value]:
        """A template's pieces: string literals, and strings that are certainly set."""
        pieces: list[Value] = []
        text = ""
        for found in _TEMPLATE.finditer(template):
            if found["stray"]:
                raise node.refusal("a brace that opens or closes no reference is written twice: {{ or }}")
            if found["reference"] is None:
                text += found["text"] or found["brace"][0]
                continue
            if text:
                pieces.append(self._literal_piece(text))
                text = ""
            name, has_path, path = found["reference"].partition("#")
            value = self._reference(name, node, scope)
            value = self._attribute(value, path, node) if has_path else value
            pieces.append(self._expected(Kind.STRING, value, node))
        if text or not pieces:
            pieces.append(self._literal_piece(text))
        if len(pieces) > _LONGEST_TEMPLATE:
            raise node.refusal(f"a template of {len(pieces)} pieces; at most {_LONGEST_TEMPLATE} are allowed")
        return pieces

    def _literal_piece(self, text: str) -> Value:
        return Value(self.string(text), Kind.STRING, literal=text)

    def _sum(self, pieces: Sequence[Value]) -> Value:
        if len(pieces) == 1:
            return pieces[0]
        guarded = any(piece.guard for piece in pieces)
        whole = join(" + ", (piece.code for piece in pieces))
        return Value(whole, Kind.STRING, guard="as_host_part" if guarded else None)

    def _guarded(self, pieces: Sequence[Value]) -> Iterator[Value]:
        """The pieces of a URL, those of its host name guarded."""
        in_host = False
        for piece in pieces:
            if isinstance(piece.literal, str):
                text = piece.literal
                if "://" in text:
                    in_host, text = True, text.partition("://")[2]
                in_host = in_host and not any(mark in text for mark in "/?#")
            elif piece.ends_host:
                in_host = False
            elif in_host and piece.guard is not None:
                piece = replace(piece, code=self._calling(piece.guard, piece.code), guard=None)
            yield piece

    # Arguments

    def _calling(self, function: LiteralString, *arguments: Code) -> Code:
        self.used.add(function)
        return code("{}({})", Code(function), join(", ", arguments))

    def _of(self, kind: Kind, node: Node, scope: Scope) -> Value:
        """An argument of this kind that is certainly set."""
        return self._expected(kind, self.value(node, scope), node)

    def _expected(self, kind: Kind, value: Value, node: Node) -> Value:
        if value.kind is not kind:
            raise node.refusal(f"a {kind.value} is needed here, not a {value.kind.value}")
        return self._certain(value, node)

    def _certain(self, value: Value, node: Node) -> Value:
        """The value; one that is not certainly set, against the rules of the language, is looked at when it runs."""
        if not value.optional:
            return value
        if value.variable is None:
            raise node.refusal("the value may be unset here; assign it in a condition before")
        return replace(value, code=self.needed(value.code, value.variable), optional=False)

    def _number(self, node: Node) -> Lit:
        """An argument that is a number, written out."""
        number = node.value
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise node.refusal("a whole number from 0 up is needed here")
        self.numbers.add(number)
        return py_literal(number, node.origin)

    # Functions: booleans

    def _is_set(self, arguments: _Arguments, scope: Scope) -> Value:
        value = self.value(arguments[0], scope)
        if value.unset or not value.optional:
            return _FALSE if value.unset else _TRUE
        return Value(
            code("{} is not None", value.code),
            Kind.BOOLEAN,
            inverse=code("{} is None", value.code),
            facts=Facts(set=_named(value)),
            otherwise=Facts(unset=_named(value)),
        )

    def _not(self, arguments: _Arguments, scope: Scope) -> Value:
        return _negated(self._of(Kind.BOOLEAN, arguments[0], scope))

    def _boolean_equals(self, arguments: _Arguments, scope: Scope) -> Value:
        first, second = (self.value(node, scope) for node in arguments)
        for value, node in zip((first, second), arguments, strict=True):
            self._expected(Kind.BOOLEAN, replace(value, optional=False), node)
        if isinstance(first.literal, bool):
            first, second = second, first
        if not isinstance(second.literal, bool):
            return _comparison(_operand(first), "==", "!=", _operand(second))
        if first.optional:
            return _comparison(_operand(first), "is", "is not", second.code)
        return first if second.literal else _negated(first)

    def _string_equals(self, arguments: _Arguments, scope: Scope) -> Value:
        first, second = (self.value(node, scope) for node in arguments)
        for value, node in zip((first, second), arguments, strict=True):
            self._expected(Kind.STRING, replace(value, optional=False), node)
        if first.literal is not None:
            first, second = second, first
        comparison = _comparison(first.code, "==", "!=", second.code)
        if not isinstance(second.literal, str):
            return comparison
        known = scope.equal.get(first.code)
        if known is not None:
            return _TRUE if known == second.literal else _FALSE
        return replace(comparison, facts=Facts(equal={first.code: second.literal}))

    def _is_valid_host_label(self, arguments: _Arguments, scope: Scope) -> Value:
        return self._host_check("is_valid_host_label", arguments, scope)

    def _is_virtual_hostable_s3_bucket(self, arguments: _Arguments, scope: Scope) -> Value:
        return self._host_check("is_virtual_hostable_s3_bucket", arguments, scope)

    def _host_check(self, function: LiteralString, arguments: _Arguments, scope: Scope) -> Value:
        value = self._of(Kind.STRING, arguments[0], scope)
        allow_subdomains = self._of(Kind.BOOLEAN, arguments[1], scope)
        return Value(
            self._calling(function, value.code, allow_subdomains.code),
            Kind.BOOLEAN,
            facts=Facts(safe=_named(value)),
        )

    # Functions: strings and structures

    def _get_attr(self, arguments: _Arguments, scope: Scope) -> Value:
        value = self.value(arguments[0], scope)
        return self._attribute(value, arguments[1].text(), arguments[1])

    def _partition(self, arguments: _Arguments, scope: Scope) -> Value:
        return Value(self._calling("partition_of", self.text(arguments[0], scope)), Kind.PARTITION)

    def _parse_arn(self, arguments: _Arguments, scope: Scope) -> Value:
        return Value(self._calling("parse_arn", self.text(arguments[0], scope)), Kind.ARN, optional=True)

    def _parse_url(self, arguments: _Arguments, scope: Scope) -> Value:
        return Value(self._calling("parse_url", self.text(arguments[0], scope)), Kind.URL, optional=True)

    def _substring(self, arguments: _Arguments, scope: Scope) -> Value:
        text = self._of(Kind.STRING, arguments[0], scope)
        start, stop = (self._number(node) for node in arguments[1:3])
        reverse = self._of(Kind.BOOLEAN, arguments[3], scope).code
        call = self._calling("substring", text.code, start, stop, reverse)
        return Value(call, Kind.STRING, optional=True, guard="as_host_part")

    def _uri_encode(self, arguments: _Arguments, scope: Scope) -> Value:
        call = self._calling("uri_encode", self.text(arguments[0], scope))
        return Value(call, Kind.STRING, guard="as_host_part")

    def _split(self, arguments: _Arguments, scope: Scope) -> Value:
        text, delimiter = (self._of(Kind.STRING, node, scope) for node in arguments[:2])
        if delimiter.literal == "":
            raise arguments[1].refusal("a delimiter cannot be empty")
        limit = self._number(arguments[2])
        return Value(self._calling("split", text.code, delimiter.code, limit), Kind.STRINGS)

    def _coalesce(self, arguments: _Arguments, scope: Scope) -> Value:
        """The values up to the first that is certainly set, the last being the default of those before."""
        values: list[Value] = []
        for node in arguments:
            values.append(self._same_kind(values[:1], self.value(node, scope), node))
        certain = [index for index, value in enumerate(values) if not value.optional]
        *others, whole = values[: certain[0] + 1] if certain else values
        for value in reversed(others):
            call = self._calling("coalesce", value.code, whole.code)
            whole = Value(call, value.kind, optional=whole.optional, guard=value.guard or whole.guard)
        return whole

    def _ite(self, arguments: _Arguments, scope: Scope) -> Value:
        condition = self._of(Kind.BOOLEAN, arguments[0], scope)
        one = self.value(arguments[1], scope)
        other = self._same_kind([one], self.value(arguments[2], scope), arguments[2])
        return Value(
            code("({} if {} else {})", one.code, condition.code, other.code),
            one.kind,
            optional=one.optional or other.optional,
            guard="as_host_part" if one.guard or other.guard else None,
        )

    def _same_kind(self, others: Sequence[Value], value: Value, node: Node) -> Value:
        for other in others:
            self._expected(other.kind, replace(value, optional=False), node)
        return value


def _named(value: Value) -> frozenset[str]:
    return frozenset() if value.variable is None else frozenset({value.variable})


def _negated(value: Value) -> Value:
    if isinstance(value.literal, bool):
        return _FALSE if value.literal else _TRUE
    return Value(
        value.inverse or code("not {}", value.code),
        Kind.BOOLEAN,
        inverse=value.code,
        facts=value.otherwise,
        # Other rules may give the same name to another value, so an equality says nothing to them.
        otherwise=replace(value.facts, equal={}),
    )


def _comparison(first: Code, operator: LiteralString, inverse: LiteralString, second: Code) -> Value:
    return Value(
        code("{} {} {}", first, Code(operator), second),
        Kind.BOOLEAN,
        inverse=code("{} {} {}", first, Code(inverse), second),
    )


def _operand(value: Value) -> Code:
    """A boolean as it may stand beside an operator."""
    return value.code if value.inverse is None else code("({})", value.code)
