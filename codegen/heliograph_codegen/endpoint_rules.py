# SPDX-License-Identifier: Apache-2.0
"""Endpoint rule sets as plain Python: from the rules' document to the source of ``resolve_endpoint``.

The language is Smithy's ("Rules engine specification"). A rule becomes an ``if`` and a body that always returns or
raises; reading and writing are one walk. A tree rule ends the evaluation, as the specification has it: where none of
its rules matches, that is an error. A subtree that would make a function long or deep gets a function of its own.

What a caller's value puts into a host name is guarded: by `as_host_label` where it is a region or an account id,
by `as_host_part` elsewhere, and not at all where a condition has looked at it already.
"""

from __future__ import annotations

import itertools
import keyword
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.passes import OWN_HEADERS
from heliograph_codegen.rule_expressions import (
    ANNOTATIONS,
    ATTRIBUTES,
    Expressions,
    Facts,
    Kind,
    Node,
    Scope,
    Value,
)
from heliograph_codegen.text import Code, Ident, Lit, code, docstring, identifier, join, py_literal
from heliograph_codegen.verify import Vocabulary
from heliograph_codegen.wording import quoted, suggestion


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a rule set."""

    name: Ident
    """Its name in the rules, which is its keyword in Python."""

    kind: Kind
    """``STRING``, ``BOOLEAN`` or ``STRINGS``."""

    built_in: str | None
    """What the client fills it with, such as ``AWS::Region``."""

    required: bool
    """Whether the rules cannot do without it."""

    default: str | bool | list[str] | None
    """Its value where none is given."""

    @property
    def set(self) -> bool:
        """Whether the rules can rely on a value."""
        return self.required or self.default is not None


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """A rule set as Python."""

    source: Code
    """The function ``resolve_endpoint`` and those it calls, not formatted."""

    imports: tuple[Ident, ...]
    """Names of ``heliograph.generated`` that run, sorted."""

    typing_imports: tuple[Ident, ...]
    """Names of ``heliograph.generated`` that only annotations use, sorted."""

    sequences: bool
    """Whether annotations use ``Sequence`` of ``collections.abc``."""

    parameters: tuple[Parameter, ...]
    """The parameters, in the order of the document."""

    read: frozenset[str]
    """Parameters that some rule looks at; the others change nothing."""

    vocabulary: Vocabulary
    """What may stand in the source."""

    @property
    def built_ins(self) -> Lit:
        """A dict: the parameter that each built-in fills, by the built-in's whole name."""
        return py_literal({each.built_in: str(each.name) for each in self.parameters if each.built_in})


def compile_rules(document: dict[str, Any], origin: object) -> CompiledRules:
    """Compile a rule set.

    Args:
        document: The parsed document: ``endpointRuleSet`` of Smithy, ``endpoint-rule-set-1.json`` of botocore.
        origin: Where it stands, for errors; the place inside is added to it as a JSON pointer.

    Returns:
        The source, and what it needs.

    Raises:
        GenerationError: The rules break the rules of their language, or use a version, type or function of it that
            is not known.
    """
    try:
        return _Compiler().compile(Node(document, str(origin), ""))
    except RecursionError:
        raise GenerationError("the rules are nested too deeply; use fewer levels", origin) from None


# --- Rules


_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
_LABELS = ("AWS::Region", "AWS::Auth::AccountId")
"""Built-ins that are one label of a host name."""

BUILT_INS: Mapping[str, Kind] = {
    "AWS::Auth::AccountId": Kind.STRING,
    "AWS::Auth::AccountIdEndpointMode": Kind.STRING,
    "AWS::Region": Kind.STRING,
    "AWS::S3::Accelerate": Kind.BOOLEAN,
    "AWS::S3::DisableMultiRegionAccessPoints": Kind.BOOLEAN,
    "AWS::S3::ForcePathStyle": Kind.BOOLEAN,
    "AWS::S3::UseArnRegion": Kind.BOOLEAN,
    "AWS::S3::UseGlobalEndpoint": Kind.BOOLEAN,
    "AWS::S3Control::UseArnRegion": Kind.BOOLEAN,
    "AWS::STS::UseGlobalEndpoint": Kind.BOOLEAN,
    "AWS::UseDualStack": Kind.BOOLEAN,
    "AWS::UseFIPS": Kind.BOOLEAN,
    "SDK::Endpoint": Kind.STRING,
}
"""What the runtime can fill a parameter with, and the parameter's type: all that published rule sets ask for."""

_PARAMETER_KINDS = {kind.value: kind for kind in (Kind.STRING, Kind.BOOLEAN, Kind.STRINGS)}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MENTIONED = re.compile(r"\{([^{}#]*)[#}]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_EXHAUSTED: LiteralString = "no endpoint rule matches these parameters"
_DOCSTRING: LiteralString = (
    "The endpoint for these parameters of the service's endpoint rules, by the names the rules give them."
)

OWN_NAMES = frozenset(
    {
        *("EndpointError", "ResolvedEndpoint", "as_host_label", "as_host_part", "coalesce"),
        *("is_valid_host_label", "is_virtual_hostable_s3_bucket", "item", "needed", "parse_arn", "parse_url"),
        *("partition_of", "resolve_endpoint", "split", "substring", "uri_encode"),
    }
)
"""Names that function bodies use, which no parameter and no variable can have."""

TYPE_NAMES = frozenset({"Arn", "Partition", "Sequence", "Url", "bool", "str"})
"""Names that only annotations use."""

_LONGEST_FUNCTION = 40
"""Rules in a function, about."""
_DEEPEST_FUNCTION = 8
"""Levels of rules in a function."""


@dataclass(slots=True)
class _Function:
    """A function that is being written."""

    lines: list[Code] = field(default_factory=list[Code])
    names: dict[str, Code] = field(default_factory=dict[str, Code])
    """Its names in Python, with the annotations they would have."""

    def write(self, depth: int, line: Code) -> None:
        self.lines.append(code("{}{}", Code("    " * depth), line))


class _Compiler:
    """One rule set on its way."""

    def __init__(self) -> None:
        self._expressions = Expressions()
        self._function = _Function()
        self._helpers: list[Code] = []
        self._own_functions: set[str] = set()
        self._annotated: set[Kind] = set()
        self._locals: set[str] = set()

    def compile(self, document: Node) -> CompiledRules:
        members = _checked(document)
        parameters = tuple(_parameter(name, node) for name, node in members["parameters"].members().items())
        rules = members["rules"].items()
        _check_built_ins(parameters, members["parameters"])
        for rule in rules:
            self._measure(rule)
        scope = Scope({str(each.name): _parameter_value(each) for each in parameters})
        self._function.names = self._names_of(scope)
        self._write_defaults(parameters)
        given = frozenset(str(each.name) for each in parameters if each.set)
        self._write_rules(rules, scope.knowing(Facts(set=given)), 1)
        resolve = self._definition(parameters)
        return CompiledRules(
            source=join("\n\n\n", [resolve, *self._helpers]),
            imports=self._sorted(self._expressions.used),
            typing_imports=self._sorted(self._annotation_names() - self._expressions.used),
            sequences=Kind.STRINGS in self._annotated,
            parameters=parameters,
            read=frozenset(self._expressions.read & {str(each.name) for each in parameters}),
            vocabulary=self._vocabulary(parameters),
        )

    # Functions

    def _definition(self, parameters: Sequence[Parameter]) -> Code:
        lines = [Code("def resolve_endpoint(")]
        if parameters:
            lines.append(Code("    *,"))
        for each in parameters:
            if each.default is False:
                lines.append(code("    {}: bool = False,", each.name))
            else:
                lines.append(code("    {}: {} = None,", each.name, self._annotation(each.kind, True)))
        lines.append(Code(") -> ResolvedEndpoint:"))
        lines.append(code("    {}", docstring(_DOCSTRING, 4)))
        return join("\n", [*lines, *self._function.lines])

    def _helper(self, rules: Sequence[Node], scope: Scope) -> Code:
        """Write rules as a function of their own; the call of it."""
        outer, read = self._function, self._expressions.read
        self._function, self._expressions.read = _Function(names=self._names_of(scope)), set()
        place = len(self._helpers)
        self._helpers.append(Code(""))
        self._write_rules(rules, scope, 1)
        taken = [value for name, value in scope.variables.items() if name in self._expressions.read]
        signature = (
            code("{}: {}", value.code, self._annotation(value.kind, value.optional)) for value in taken
        )
        opening = code("def _rules_{}({}) -> ResolvedEndpoint:", place + 1, join(", ", signature))
        self._helpers[place] = join("\n", [opening, *self._function.lines])
        self._locals.add(f"_rules_{place + 1}")
        self._function, self._expressions.read = outer, read | self._expressions.read
        return code("_rules_{}({})", place + 1, join(", ", (value.code for value in taken)))

    def _measure(self, rule: Node) -> tuple[int, int]:
        """Rules and levels of a subtree, as the function around it sees it."""
        inside = rule.members().get("rules")
        measured = [self._measure(each) for each in inside.items()] if inside else []
        size = 1 + sum(each[0] for each in measured)
        height = 1 + max((each[1] for each in measured), default=0)
        if size > _LONGEST_FUNCTION or height > _DEEPEST_FUNCTION:
            self._own_functions.add(rule.pointer)
            return 1, 1
        return size, height

    def _annotation(self, kind: Kind, optional: bool) -> Code:
        self._annotated.add(kind)
        return code("{} | None" if optional else "{}", ANNOTATIONS[kind])

    def _annotation_names(self) -> set[str]:
        structures = {Kind.ARN, Kind.PARTITION, Kind.URL} & self._annotated
        return {"ResolvedEndpoint", *(str(ANNOTATIONS[kind]) for kind in structures)}

    def _names_of(self, scope: Scope) -> dict[str, Code]:
        return {str(value.code): Code("") for value in scope.variables.values()}

    # Rules

    def _write_defaults(self, parameters: Sequence[Parameter]) -> None:
        for each in parameters:
            if each.default is False or not each.set:
                continue
            if each.default is None:
                self._function.write(
                    1, code("{} = {}", each.name, self._expressions.needed(each.name, each.name))
                )
            else:
                values = each.default if isinstance(each.default, list) else [each.default]
                self._expressions.strings.update(value for value in values if isinstance(value, str))
                self._function.write(1, code("if {} is None:", each.name))
                self._function.write(2, code("{} = {}", each.name, py_literal(each.default)))

    def _write_rules(self, rules: Sequence[Node], scope: Scope, depth: int) -> None:
        """Rules of which the first that matches decides."""
        for rule in rules:
            rest = self._write_rule(rule, scope, depth)
            if rest is None:
                return
            scope = rest
        self._write_raise(depth, self._expressions.string(_EXHAUSTED))

    def _write_rule(self, rule: Node, scope: Scope, depth: int) -> Scope | None:
        """One rule; the scope of those after it, ``None`` where it always matches."""
        kind, conditions, body = _parts(rule)
        start, used = len(self._function.lines), set(self._expressions.used)
        held = self._write_conditions(conditions, _names_in(rule.value), scope, depth)
        if held is None:
            del self._function.lines[start:]
            self._expressions.used = used
            return scope
        if kind == "endpoint":
            self._write_endpoint(body, held)
        elif kind == "error":
            self._write_raise(held.depth, self._expressions.text(body, held.scope))
        elif rule.pointer in self._own_functions:
            self._function.write(held.depth, code("return {}", self._helper(body.items(), held.scope)))
        else:
            self._write_rules(body.items(), held.scope, held.depth)
        if held.depth == depth:
            return None
        return scope.knowing(held.otherwise)

    def _write_conditions(
        self, conditions: Sequence[Node], wanted: Set[str], scope: Scope, depth: int
    ) -> _Held | None:
        """Conditions of which all must hold; ``None`` where one never does.

        Args:
            conditions: The conditions.
            wanted: Names that the rule refers to; variables of other names are not kept.
            scope: What the conditions can refer to.
            depth: Levels of indentation of the rule.
        """
        tests: list[Code] = []
        otherwise: list[Facts] = []
        for node in conditions:
            members = node.record("fn argv", "assign")
            value = self._expressions.call(members, scope)
            if value.literal is False:
                return None
            scope = scope.knowing(value.facts)
            source, assigned = value.code, None
            if "assign" in members and members["assign"].value in wanted:
                assigned = self._assigned(members["assign"], value, scope)
                source = code("({} := {})", assigned.code, source)
            if value.kind is Kind.BOOLEAN and value.literal is None:
                tests.append(code("{} is True", source) if value.optional else source)
                otherwise.append(value.otherwise)
            elif value.optional:
                tests.append(code("{} is not None", source))
                otherwise.append(value.otherwise)
            elif assigned is not None:
                depth = self._write_if(tests, depth)
                tests = []
                self._function.write(depth, code("{} = {}", assigned.code, value.code))
            if assigned is not None and assigned.variable is not None:
                scope = scope.assigning(assigned.variable, assigned)
        depth = self._write_if(tests, depth)
        return _Held(scope, depth, otherwise[0] if len(otherwise) == 1 else Facts())

    def _write_if(self, tests: Sequence[Code], depth: int) -> int:
        if not tests:
            return depth
        self._function.write(depth, code("if {}:", join(" and ", tests)))
        return depth + 1

    def _write_endpoint(self, endpoint: Node, held: _Held) -> None:
        members = endpoint.record("url", "properties headers")
        arguments = [self._expressions.url(members["url"], held.scope)]
        if "properties" in members and members["properties"].members():
            arguments.append(self._expressions.literal(members["properties"], held.scope))
        if "headers" in members and members["headers"].members():
            arguments.append(code("headers={}", self._headers(members["headers"], held.scope)))
        self._expressions.used.add("ResolvedEndpoint")
        self._function.write(held.depth, code("return ResolvedEndpoint({})", join(", ", arguments)))

    def _write_raise(self, depth: int, text: Code) -> None:
        self._expressions.used.add("EndpointError")
        self._function.write(depth, code("raise EndpointError({})", text))

    def _headers(self, headers: Node, scope: Scope) -> Code:
        pairs: list[Code] = []
        for name, values in headers.members().items():
            if not _HEADER.fullmatch(name) or name.lower() in OWN_HEADERS:
                raise values.refusal(f"{quoted(name)} is no header that rules can set; take another name")
            texts = join(", ", (self._expressions.header(value, scope) for value in values.items()))
            pairs.append(code("{}: [{}]", self._expressions.string(name), texts))
        return code("{{{}}}", join(", ", pairs))

    def _assigned(self, node: Node, value: Value, scope: Scope) -> Value:
        """The variable of a value that was found to be set."""
        name = node.text()
        if not _NAME.fullmatch(name):
            raise node.refusal(f"{name!r} is no name; write letters, digits and _, a letter first")
        if name in scope.variables:
            raise node.refusal(f"{name!r} is assigned already, or a parameter; take another name")
        annotation = code("{} | None" if value.optional else "{}", ANNOTATIONS[value.kind])
        local = self._local(name, annotation, scope)
        return Value(local, value.kind, variable=name, guard=value.guard, ends_host=value.ends_host)

    def _local(self, name: str, annotation: Code, scope: Scope) -> Ident:
        """A variable's name in Python: no other's in scope, and always of one type in a function."""
        wanted = _HUMP.sub("_", name).lower()
        if keyword.iskeyword(wanted) or wanted in OWN_NAMES:
            wanted += "_"
        visible = {str(value.code) for value in scope.variables.values()}
        names = self._function.names
        spellings = itertools.chain([wanted], (f"{wanted}_{number}" for number in itertools.count(2)))
        free = next(
            spelling
            for spelling in spellings
            if spelling not in visible and names.setdefault(spelling, annotation) == annotation
        )
        self._locals.add(free)
        return identifier(free)

    # What was used

    def _sorted(self, names: Set[str]) -> tuple[Ident, ...]:
        return tuple(identifier(name) for name in sorted(names))

    def _vocabulary(self, parameters: Sequence[Parameter]) -> Vocabulary:
        attributes = {str(each.code) for kind in ATTRIBUTES.values() for each in kind.values()}
        return Vocabulary(
            names=OWN_NAMES
            | TYPE_NAMES
            | attributes
            | self._locals
            | {str(each.name) for each in parameters}
            | {"headers"},
            strings=frozenset(self._expressions.strings),
            docstrings=frozenset({_DOCSTRING}),
            numbers=frozenset(self._expressions.numbers),
        )


@dataclass(frozen=True, slots=True)
class _Held:
    """Where all conditions of a rule hold."""

    scope: Scope
    depth: int
    """Levels of indentation of the rule's body."""

    otherwise: Facts
    """What is known where they do not hold."""


def _names_in(value: object) -> set[str]:
    """Names that references and templates of a rule may mean."""
    match value:
        case str():
            return set(_MENTIONED.findall(value))
        case list():
            return set[str]().union(*map(_names_in, cast("list[object]", value)))
        case dict():
            pairs = cast("dict[str, object]", value).items()
            names = set[str]().union(*(_names_in(each) for key, each in pairs if key != "documentation"))
            reference = cast("dict[str, object]", value).get("ref")
            return names | {reference} if isinstance(reference, str) else names
        case _:
            return set()


def _checked(document: Node) -> dict[str, Node]:
    """The members of the document, if this is a version and form that can be compiled."""
    if "nodes" in document.members() or "root" in document.members():
        raise document.refusal(
            "endpoint rules as a binary decision diagram (endpointBdd) are not supported; use the endpointRuleSet"
        )
    members = document.record("version parameters rules", "serviceId")
    version = members["version"].text()
    if version not in _VERSIONS:
        raise members["version"].refusal(
            f"version {version!r} of the rule language is not known; {', '.join(_VERSIONS)} are"
        )
    return members


def _parts(rule: Node) -> tuple[str, list[Node], Node]:
    """A rule's type, its conditions, and what it leads to."""
    kind = rule.members()["type"].text() if "type" in rule.members() else ""
    match kind:
        case "endpoint":
            members = rule.record("type conditions endpoint")
            body = members["endpoint"]
        case "error":
            members = rule.record("type conditions error")
            body = members["error"]
        case "tree":
            members = rule.record("type conditions rules")
            body = members["rules"]
        case _:
            raise rule.refusal(f"a rule of type {kind!r} is not known; endpoint, error and tree are")
    return kind, members["conditions"].items(), body


def _parameter(name: str, node: Node) -> Parameter:
    members = node.record("type", "required default builtIn deprecated")
    kind = _PARAMETER_KINDS.get(members["type"].text().lower())
    if kind is None:
        raise members["type"].refusal(f"a parameter of type {members['type'].value!r} is not known")
    if not _NAME.fullmatch(name):
        raise node.refusal(f"{name!r} is no name; write letters, digits and _, a letter first")
    return Parameter(
        name=identifier(name, reserved=OWN_NAMES, origin=node.origin),
        kind=kind,
        built_in=members["builtIn"].text() if "builtIn" in members else None,
        required="required" in members and members["required"].value is True,
        default=_default(members["default"], kind) if "default" in members else None,
    )


def _check_built_ins(parameters: Sequence[Parameter], node: Node) -> None:
    """Refuse what no client could fill: a setting that is not known, of another type, or that was asked for already."""
    fillers: dict[str, Ident] = {}
    for each in parameters:
        if each.built_in is None:
            continue
        place = node.members()[str(each.name)].members()["builtIn"]
        kind = BUILT_INS.get(each.built_in)
        if kind is None:
            known = suggestion(each.built_in, BUILT_INS)
            raise place.refusal(
                f"the built-in {quoted(each.built_in)} is not one that a client can fill in{known}"
            )
        if each.kind is not kind:
            raise place.refusal(
                f"the built-in {each.built_in} is a {kind.value}, and {each.name} is a {each.kind.value}"
            )
        if each.built_in in fillers:
            raise place.refusal(
                f"{fillers[each.built_in]} is the built-in {each.built_in} already; keep one of them"
            )
        fillers[each.built_in] = each.name


def _default(node: Node, kind: Kind) -> str | bool | list[str] | None:
    match kind, node.value:
        case _, None:
            return None
        case Kind.STRING, str(text):
            return text
        case Kind.BOOLEAN, bool(boolean):
            return boolean
        case Kind.STRINGS, list():
            return [item.text() for item in node.items()]
        case _:
            raise node.refusal(f"the default of a {kind.value} is needed here")


def _parameter_value(parameter: Parameter) -> Value:
    """A parameter as the rules see it."""
    guard: LiteralString = "as_host_label" if parameter.built_in in _LABELS else "as_host_part"
    return Value(
        parameter.name,
        parameter.kind,
        optional=parameter.default is not False,
        variable=str(parameter.name),
        guard=guard if parameter.kind is Kind.STRING else None,
    )
