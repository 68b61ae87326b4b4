# SPDX-License-Identifier: Apache-2.0
"""What front-ends do alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from heliograph_codegen.frontends.c2j_nodes import Notes

UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""Characters that no model may hold as they are."""

_AUTHS: Final[Mapping[str, ir.Auth]] = {
    "aws.auth#sigv4": ir.Auth.SIGV4,
    "aws.auth#sigv4a": ir.Auth.SIGV4A,
    "smithy.api#httpBearerAuth": ir.Auth.BEARER,
    "smithy.api#noAuth": ir.Auth.NONE,
}


def sorted_keys(value: ir.Json) -> ir.Json:
    """With sorted keys at every depth: the order in which they were written says nothing."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(item) for item in value] if isinstance(value, list) else value


def endpoint_rules(document: ir.Json, origin: ir.Origin) -> ir.EndpointRules:
    """A rule set, after a look at its outline; what its rules say is checked when they are compiled."""
    if not isinstance(document, dict):
        raise GenerationError("endpoint rules are a mapping with version, parameters and rules", origin)
    for key, kind in (("version", str), ("parameters", dict), ("rules", list)):
        if not isinstance(document.get(key), kind):
            raise GenerationError(f"the endpoint rules lack '{key}', or it is of another type", origin)
    return ir.EndpointRules(cast("dict[str, ir.Json]", sorted_keys(document)))


def default_fault(status: int | None) -> ir.Fault:
    """Who is at fault when the model does not say: the server from 500 on."""
    return ir.Fault.SERVER if status is not None and status >= 500 else ir.Fault.CLIENT


def schemes(names: tuple[str, ...], what: str, origin: ir.Origin) -> tuple[ir.Auth, ...]:
    """The auth schemes of these shape ids, each once and none of them last."""
    for name in names:
        if name not in _AUTHS:
            raise GenerationError(
                f"the auth {quoted(name)} of {what} is not known{suggestion(name, _AUTHS)}", origin
            )
    found = list(dict.fromkeys(_AUTHS[name] for name in names))
    return tuple(sorted(found, key=lambda auth: auth is ir.Auth.NONE))


def path_of(text: str, origin: ir.Origin) -> ir.Path:
    """The path of an operation."""
    try:
        return ir.Path.parse(text)
    except ValueError as error:
        raise GenerationError(f"{quoted(text)} is no path: {error}", origin) from None


def host_prefix_of(text: str, origin: ir.Origin) -> ir.HostPrefix:
    """What an operation puts in front of the host."""
    try:
        return ir.HostPrefix.parse(text)
    except ValueError as error:
        raise GenerationError(f"{quoted(text)} is no host prefix: {error}", origin) from None


def visible_pattern(pattern: str) -> str:
    """A regular expression without unprintable characters, which stand in it as escapes; empty for blanks."""
    shown = UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04X}", pattern)
    return shown if shown.strip() else ""


def service_id_of(text: str) -> str:
    """A service id made of the words in what else names a service."""
    words = " ".join(re.findall("[A-Za-z0-9]+", text.rpartition(".")[2] or text))
    return words if grammar.SERVICE_ID.fullmatch(words) else f"Unnamed Service {words}".strip()


def without_idle_host_labels(model: ir.Model, notes: Notes) -> ir.Model:
    """Without marks of host labels that no operation puts into its host: the members stay what else they are."""
    used: dict[str, set[str]] = {}
    for operation in model.operations.values():
        if operation.input is not None:
            labels = operation.host_prefix.labels if operation.host_prefix is not None else ()
            used.setdefault(operation.input, set()).update(label.name for label in labels)
    shapes = dict(model.shapes)
    for name, wanted in used.items():
        shape = model.structure(name)
        idle = [each for each in shape.members.values() if each.host_label and each.name not in wanted]
        for member in idle:
            notes.add("'hostLabel' without a host prefix was passed over", member.origin)
        if idle:
            members = {**shape.members, **{each.name: replace(each, host_label=False) for each in idle}}
            shapes[name] = replace(shape, members=members)
    return replace(model, shapes=shapes)


def with_fitting_examples(
    model: ir.Model, examples: Mapping[str, tuple[ir.Example, ...]], notes: Notes
) -> ir.Model:
    """With those published examples, by operation, whose values fit the shapes."""
    operations: dict[str, ir.Operation] = {}
    for name, operation in model.operations.items():
        found = examples.get(name, ())
        fitting = tuple(each for each in found if passes.example_problem(model, operation, each) is None)
        if len(fitting) < len(found):
            missing = len(found) - len(fitting)
            notes.add("an example does not fit the shapes and was left out", found[0].origin, missing)
        operations[name] = replace(operation, examples=fitting) if fitting else operation
    return replace(model, operations=operations)
