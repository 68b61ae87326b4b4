# SPDX-License-Identifier: Apache-2.0
"""Where calls go: the view of the module ``endpoints``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from heliograph_codegen import ir
from heliograph_codegen.endpoint_rules import OWN_NAMES, TYPE_NAMES, CompiledRules, compile_rules
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.jmespath_python import EXPRESSION_NAMES, Compiled, WireNames, compile_path
from heliograph_codegen.pyview.names import import_order
from heliograph_codegen.pyview.views import EndpointsView
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_literal, py_str
from heliograph_codegen.verify import Vocabulary

_STANDARD: Mapping[str, str] = {
    "AWS::Region": "Region",
    "AWS::UseFIPS": "UseFIPS",
    "AWS::UseDualStack": "UseDualStack",
    "SDK::Endpoint": "Endpoint",
}
"""The built-ins of AWS's standard rules, and their parameters."""


RUNTIME_NAMES = frozenset({*OWN_NAMES, *TYPE_NAMES, "label_of_host", "lookup"})
"""Names that the module takes from the runtime, besides those of its template."""


def endpoints_view(model: ir.Model) -> EndpointsView:
    """The view of a model's endpoints.

    Raises:
        GenerationError: the rules cannot be compiled, or are given a parameter that they do not have.
    """
    rules = _rules(model)
    parameters = _by_operation(model, lambda each: _parameters(model, each, rules))
    prefixes = _by_operation(model, lambda each: _host_prefix(model, each, rules))
    built_ins = (
        {each.built_in: str(each.name) for each in rules.parameters if each.built_in} if rules else _STANDARD
    )
    return EndpointsView(
        prefix=py_str(model.service.endpoint.prefix) if model.service.endpoint else None,
        rules=rules.source if rules else None,
        built_ins=tuple((py_str(name), py_str(own)) for name, own in built_ins.items()),
        parameters=parameters,
        host_prefixes=prefixes,
        imports=_imports(model, rules, (*parameters, *prefixes)),
        typing_imports=_typing_imports(rules),
        collections=_collections(rules, bool(parameters or prefixes)),
        signs_4a=_signs_4a(model),
        vocabulary=_vocabulary(model, rules),
    )


def _rules(model: ir.Model) -> CompiledRules | None:
    service = model.service
    rules = None
    if service.endpoint_rules is not None:
        rules = compile_rules(dict(service.endpoint_rules.document), service.origin)
    known = {str(each.name) for each in rules.parameters} if rules else {*_STANDARD.values()}
    for name, what, origin in _given(model):
        if name not in known:
            raise GenerationError(
                f"{what} gives the endpoint rules the parameter {name}, which they do not have; remove it",
                origin,
            )
    return rules


def _given(model: ir.Model) -> Iterator[tuple[str, str, ir.Origin]]:
    """The parameters that a model gives to its rules: name, giver and place."""
    for param in model.service.client_params:
        yield param.name, "the client", model.service.origin
    for operation in model.operations.values():
        names = [each.name for each in operation.static_params] + [
            each.name for each in operation.input_params
        ]
        for name in names:
            yield name, f"operation {operation.name}", operation.origin
        for member in _members(model, operation):
            if member.context_param:
                yield member.context_param, f"member {member.name} of {operation.name}", member.origin


def _members(model: ir.Model, operation: ir.Operation) -> tuple[ir.Member, ...]:
    return tuple(model.structure(operation.input).members.values()) if operation.input else ()


# --- What depends on the call


def _by_operation(
    model: ir.Model, made: Callable[[ir.Operation], Code | None]
) -> tuple[tuple[Lit, Code], ...]:
    """Operations, with what is made for them; those for which nothing is are left out."""
    found = ((py_str(each.name), made(each)) for each in model.operations.values())
    return tuple((name, source) for name, source in found if source is not None)


def _parameters(model: ir.Model, operation: ir.Operation, rules: CompiledRules | None) -> Code | None:
    """A dict of what an operation gives to the rules; only what they look at, and what is closest to the call."""
    read = rules.read if rules else frozenset(_STANDARD.values())
    values: dict[str, Code] = {}
    for member in _members(model, operation):
        if member.context_param:
            values[member.context_param] = code("members.get({})", py_str(member.name))
    for each in operation.input_params:
        if operation.input is None:
            raise GenerationError(
                f"operation {operation.name} has no input that {each.name} could be found in",
                operation.origin,
            )
        values[each.name] = _found(model, operation, each).source
    for param in operation.static_params:
        values[param.name] = py_literal(list(param.value) if isinstance(param.value, tuple) else param.value)
    looked_at = [(py_str(name), value) for name, value in sorted(values.items()) if name in read]
    if not looked_at:
        return None
    return code("{{{}}}", join(", ", (code("{}: {}", name, value) for name, value in looked_at)))


def _found(model: ir.Model, operation: ir.Operation, param: ir.InputParam) -> Compiled:
    """What an operation's input holds for a parameter."""
    return compile_path(
        model, param.path, operation.input or "", Ident("members"), WireNames(), operation.origin
    )


def _host_prefix(model: ir.Model, operation: ir.Operation, rules: CompiledRules | None) -> Code | None:
    """The text in front of the host; none where the rules put the same members there themselves."""
    prefix = operation.host_prefix
    if prefix is None:
        return None
    members = {each.name: each for each in _members(model, operation)}
    placed = [members[label.name].context_param in (rules.read if rules else ()) for label in prefix.labels]
    if placed and all(placed):
        return None
    return join(
        " + ",
        (
            code("label_of_host(members, {})", py_str(members[part.name].name))
            if isinstance(part, ir.Label)
            else py_str(part)
            for part in prefix.parts
        ),
    )


def _signs_4a(model: ir.Model) -> bool:
    """Whether operations are signed by version 4A: by the model, or by rules that a required member leads to."""
    operations = model.operations.values()
    if any((each.auth or model.service.auth)[0] is ir.Auth.SIGV4A for each in operations):
        return True
    rules = model.service.endpoint_rules
    named = {*_schemes(rules.document)} if rules else set[object]()
    leads_there = any(
        member.context_param and member.required
        for operation in operations
        for member in _members(model, operation)
    )
    return "sigv4a" in named and "sigv4" not in named and leads_there


def _schemes(value: object) -> Iterator[object]:
    """The names of the ways to sign that rules speak of."""
    if isinstance(value, Mapping):
        record = cast("Mapping[str, object]", value)
        for scheme in cast("Iterable[Mapping[str, object]]", record.get("authSchemes", ())):
            yield scheme.get("name")
        for inside in record.values():
            yield from _schemes(inside)
    elif isinstance(value, (list, tuple)):
        for item in cast("Iterable[object]", value):
            yield from _schemes(item)


# --- What the module imports and says


def _vocabulary(model: ir.Model, rules: CompiledRules | None) -> Vocabulary:
    if rules is None:
        return Vocabulary(strings=frozenset(_STANDARD))
    found = [
        _found(model, operation, param)
        for operation in model.operations.values()
        for param in operation.input_params
    ]
    literals = [ast.literal_eval(literal) for each in found for literal in each.literals]
    return rules.vocabulary | Vocabulary(
        names=EXPRESSION_NAMES if found else frozenset(),
        strings=frozenset(each for each in literals if isinstance(each, str)),
        numbers=frozenset(each for each in literals if isinstance(each, (int, float))),
    )


def _imports(
    model: ir.Model, rules: CompiledRules | None, functions: tuple[tuple[Lit, Code], ...]
) -> tuple[Ident, ...]:
    names = {*rules.imports} if rules else set[Ident]()
    if rules is None:
        names.add(Ident("standard_endpoint" if model.service.endpoint else "given_endpoint"))
    for name in ("label_of_host", "lookup"):
        if any(f"{name}(" in source for _, source in functions):
            names.add(Ident(name))
    return tuple(sorted({*names, Ident("rule_parameters")}, key=import_order))


def _typing_imports(rules: CompiledRules | None) -> tuple[Ident, ...]:
    names = {*rules.typing_imports} if rules else {Ident("ResolvedEndpoint")}
    return tuple(sorted(names, key=import_order))


def _collections(rules: CompiledRules | None, with_functions: bool) -> tuple[Ident, ...]:
    names = [
        *(["Callable"] if with_functions else []),
        "Mapping",
        *(["Sequence"] if rules and rules.sequences else []),
    ]
    return tuple(map(Ident, names))
