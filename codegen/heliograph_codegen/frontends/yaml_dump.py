# SPDX-License-Identifier: Apache-2.0
"""The canonical text of a model: :func:`dump` is the inverse of :func:`~.yaml_model.load`.

Mappings follow the order of the dialect's reference and names are sorted; what equals a default is left out.
The text does not depend on PyYAML's emitter, so it is the same with every version of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir
from heliograph_codegen.frontends.common import default_fault
from heliograph_codegen.frontends.document import resolve
from heliograph_codegen.frontends.yaml_model import (
    DIALECT,
    INPUT_SUFFIX,
    OUTPUT_SUFFIX,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from heliograph_codegen.ir import Json


def dump(model: ir.Model) -> str:
    """The model in the YAML dialect.

    ``load`` of the text gives an equal model, if nothing in it is unused (see
    :func:`heliograph_codegen.passes.check_all_used`).
    """
    return "".join(f"{line}\n" for line in _block(to_document(model), 0))


def to_document(model: ir.Model) -> dict[str, Json]:
    """The model as the parsed document that :func:`dump` writes."""
    service = model.service
    inline = _inline_names(model)
    shapes = {name: shape for name, shape in model.shapes.items() if name not in inline}
    errors = {name: _error(shape) for name, shape in shapes.items() if _is_error(shape)}
    return _present(
        {
            "heliograph": DIALECT,
            "service": service.id,
            "version": service.version,
            "protocol": _one_or_many([protocol.value for protocol in service.protocols]),
            "signing": service.signing_name,
            "auth": None if service.auth == (ir.Auth.SIGV4,) else _auth(service.auth),
            "target-prefix": service.target_prefix,
            "json-version": service.json_version,
            "retries": None if service.retries is None else _retries(service.retries),
            "query-compatible": service.query_compatible,
            "http2": _value(service.http2),
            "endpoint": _endpoint(service),
            "client-params": {each.name: _client_param(each) for each in service.client_params},
            "per-resource": service.per_resource,
            "documentation": service.documentation,
            "reference": service.reference,
            "deprecated": _deprecated(service.deprecated),
            "common-errors": list(service.errors),
            "operations": {name: _operation(model, each, inline) for name, each in model.operations.items()},
            "waiters": {each.name: _waiter(each) for each in model.waiters},
            "shapes": {name: _shape(shape) for name, shape in shapes.items() if name not in errors},
            "errors": errors,
        },
        keep=("operations",),
    )


# --- Model to document ---


def _present(entries: dict[str, Json], keep: tuple[str, ...] = ()) -> dict[str, Json]:
    """The entries that say something."""
    return {
        key: value
        for key, value in entries.items()
        if key in keep or not (value is None or value is False or value == "" or value in ([], {}))
    }


def _one_or_many(values: list[Json]) -> Json:
    return values[0] if len(values) == 1 else values


def _auth(auth: tuple[ir.Auth, ...] | None) -> Json:
    return None if auth is None else _one_or_many([each.value for each in auth])


def _is_error(shape: ir.AnyShape) -> bool:
    return isinstance(shape, ir.StructureShape) and shape.error is not None


def _inline_names(model: ir.Model) -> frozenset[str]:
    """Shapes that are written in their operation: named after it, used once, and nothing but members."""
    uses: dict[str, int] = {}
    for operation in model.operations.values():
        for name in ir.used_by(operation):
            uses[name] = uses.get(name, 0) + 1
    for shape in model.shapes.values():
        for name in ir.targets(shape):
            uses[name] = uses.get(name, 0) + 1
    own = {
        name + suffix
        for name, operation in model.operations.items()
        for end, suffix in ((operation.input, INPUT_SUFFIX), (operation.output, OUTPUT_SUFFIX))
        if end == name + suffix
    }
    return frozenset(name for name in own if uses[name] == 1 and _is_bare(model.shapes[name]))


def _is_bare(shape: ir.AnyShape) -> bool:
    return isinstance(shape, ir.StructureShape) and shape == ir.StructureShape(
        name=shape.name, members=shape.members
    )


def _operation(model: ir.Model, operation: ir.Operation, inline: frozenset[str]) -> Json:
    is_default = operation.method == "POST" and operation.path == ir.Path()
    has_http = model.service.protocol.is_rest or not is_default
    ends: dict[str, Json] = {"input": operation.input, "output": operation.output}
    for side, name in (("input", operation.input), ("output", operation.output)):
        if name is not None and name in inline:
            ends[side] = _members(model.structure(name))
    timeout = operation.read_timeout
    static: dict[str, Json] = {each.name: _static_value(each.value) for each in operation.static_params}
    return _present(
        {
            "http": f"{operation.method} {operation.path}" if has_http else None,
            "status": None if operation.status == 200 else operation.status,
            "host-prefix": None if operation.host_prefix is None else str(operation.host_prefix),
            "auth": _auth(operation.auth),
            "unsigned-payload": operation.unsigned_payload,
            "documentation": operation.documentation,
            "reference": operation.reference,
            "deprecated": _deprecated(operation.deprecated),
            "idempotent": operation.idempotent,
            "readonly": operation.readonly,
            "read-timeout": None
            if timeout is None
            else _with_reason("seconds", timeout.seconds, timeout.reason),
            "long-polling": operation.long_polling,
            "positional": list(operation.positional),
            "input-element": operation.input_element,
            "input-namespace": _namespace(operation.input_namespace),
            "result-wrapper": operation.result_wrapper,
            "static-params": static,
            "input-params": {each.name: each.path for each in operation.input_params},
            "endpoint-discovery": _endpoint_discovery(operation.endpoint_discovery),
            "endpoint-operation": operation.endpoint_operation,
            "checksum": None if operation.checksum is None else _checksum(operation.checksum),
            "compression": list(operation.compression),
            "headers": dict(operation.headers),
            "customise": list(operation.customisations),
            "paginator": None if operation.paginator is None else _paginator(operation.paginator),
            **ends,
            "errors": list(operation.errors),
            "examples": [_example(example) for example in operation.examples],
        },
        keep=tuple(
            key for key, value in {**ends, "checksum": operation.checksum}.items() if value is not None
        ),
    )


def _endpoint(service: ir.Service) -> Json:
    if service.endpoint_rules is not None:
        return {"rules": dict(service.endpoint_rules.document)}
    return None if service.endpoint is None else {"prefix": service.endpoint.prefix}


def _client_param(param: ir.ClientParam) -> Json:
    documentation = param.documentation
    return {"type": param.type.value, "documentation": documentation} if documentation else param.type.value


def _retries(retries: ir.Retries) -> Json:
    return {"attempts": retries.attempts, "base": retries.base}


def _static_value(value: bool | str | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _deprecated(deprecated: ir.Deprecated | None) -> Json:
    if deprecated is None:
        return None
    return _present({"message": deprecated.message, "since": deprecated.since}) or True


def _namespace(namespace: ir.XmlNamespace | None) -> Json:
    if namespace is None:
        return None
    return {"uri": namespace.uri, "prefix": namespace.prefix} if namespace.prefix else namespace.uri


def _endpoint_discovery(discovery: ir.EndpointDiscovery | None) -> Json:
    if discovery is None:
        return None
    return "required" if discovery.required else "optional"


def _checksum(checksum: ir.Checksum) -> Json:
    return _present(
        {
            "required": checksum.required,
            "algorithm-member": checksum.algorithm_member,
            "validation-member": checksum.validation_member,
            "response-algorithms": list(checksum.response_algorithms),
        }
    )


def _paginator(paginator: ir.Paginator) -> Json:
    return _present(
        {
            "input-tokens": _one_or_many(list(paginator.input_tokens)),
            "output-tokens": _one_or_many(list(paginator.output_tokens)),
            "limit": paginator.limit,
            "results": _one_or_many(list(paginator.results)),
            "more": paginator.more,
            "constant": list(paginator.constant),
        }
    )


def _waiter(waiter: ir.Waiter) -> Json:
    return _present(
        {
            "operation": waiter.operation,
            "delay": waiter.delay,
            "max-attempts": waiter.max_attempts,
            "documentation": waiter.documentation,
            "deprecated": _deprecated(waiter.deprecated),
            "acceptors": [_acceptor(each) for each in waiter.acceptors],
        }
    )


def _acceptor(acceptor: ir.Acceptor) -> Json:
    head: dict[str, Json] = {"outcome": acceptor.outcome.value}
    if acceptor.matcher in ir.IN_OUTPUT:
        return {**head, acceptor.matcher.value: acceptor.path, "expected": acceptor.expected}
    return {**head, acceptor.matcher.value: acceptor.expected}


def _with_reason(key: str, value: Json, reason: str) -> Json:
    """The short form, or the long one where a reason goes with it."""
    return {key: value, "reason": reason} if reason else value


def _example(example: ir.Example) -> Json:
    error = example.error
    return _present(
        {
            "title": example.title,
            "documentation": example.documentation,
            "input": dict(example.input),
            "output": None if example.output is None else dict(example.output),
            "error": None if error is None else {error.shape: dict(error.members)},
        },
        keep=("output",) if example.output is not None else (),
    )


def _shape(shape: ir.AnyShape) -> Json:
    common: dict[str, Json] = {
        "sensitive": _sensitive(shape.sensitive),
        "documentation": shape.documentation,
        "deprecated": _deprecated(shape.deprecated),
        **_constraints(shape.constraints),
    }
    match shape:
        case ir.SimpleShape():
            own: dict[str, Json] = {
                "type": shape.kind.value,
                "timestamp-format": _value(shape.timestamp_format),
                "media-type": shape.media_type,
            }
        case ir.EnumShape():
            own = {shape.kind.value: [_enum_value(value) for value in shape.values]}
        case ir.ListShape():
            own = {"list": _entry_of(shape.element, shape.entry), "sparse": shape.sparse}
        case ir.MapShape():
            pair: dict[str, Json] = {
                "key": _entry_of(shape.key, shape.key_entry),
                "value": _entry_of(shape.value, shape.value_entry),
            }
            own = {"map": pair, "sparse": shape.sparse}
        case ir.StructureShape():
            return _present(
                {**common, "event-stream": shape.event_stream, shape.kind.value: _members(shape)},
                keep=(shape.kind.value,),
            )
    return _present({**own, **common})


def _entry_of(target: str, entry: ir.Entry) -> Json:
    details = _present(
        {
            "name": entry.name,
            "namespace": _namespace(entry.namespace),
            "timestamp-format": _value(entry.timestamp_format),
            "json-value": entry.json_value,
        }
    )
    return {"type": target, **details} if details else target


def _error(shape: ir.AnyShape) -> Json:
    if not isinstance(shape, ir.StructureShape) or shape.error is None:
        raise TypeError(f"{shape.name} is no error")
    trait = shape.error
    retryable = trait.retryable
    return _present(
        {
            "status": trait.status,
            "fault": None if trait.fault is default_fault(trait.status) else trait.fault.value,
            "code": None if trait.code == shape.name else trait.code,
            "retryable": None if retryable is None else _retryable(retryable),
            "sensitive": _sensitive(shape.sensitive),
            "documentation": shape.documentation,
            "deprecated": _deprecated(shape.deprecated),
            "members": _members(shape),
        }
    )


def _retryable(retryable: ir.Retryable) -> Json:
    details = _present({"throttling": retryable.throttling, "reason": retryable.reason})
    return details or True


def _sensitive(sensitive: ir.Sensitive | None) -> Json:
    if sensitive is None:
        return None
    return {"reason": sensitive.reason} if sensitive.reason else True


def _constraints(constraints: ir.Constraints) -> dict[str, Json]:
    return {
        "length": None if constraints.length is None else _bounds(constraints.length),
        "range": None if constraints.range is None else _bounds(constraints.range),
        "pattern": constraints.pattern,
    }


def _bounds(bounds: ir.Bounds) -> Json:
    return bounds.least if bounds.least == bounds.most else str(bounds)


def _value(value: StrEnum | None) -> Json:
    return None if value is None else value.value


def _enum_value(value: ir.EnumValue) -> Json:
    if not value.name and not value.documentation:
        return value.value
    details = _present({"name": value.name, "documentation": value.documentation})
    return {"value": value.value, **details}


def _members(shape: ir.StructureShape) -> dict[str, Json]:
    return {name: _member(member) for name, member in shape.members.items()}


def _member(member: ir.Member) -> Json:
    entries = _present(
        {
            "required": member.required,
            "wire-name": None if member.wire_name == member.name else member.wire_name,
            "query-name": member.query_name,
            **_binding(member),
            "event": _value(member.event_part),
            "timestamp-format": _value(member.timestamp_format),
            "json-value": member.json_value,
            "flattened": member.flattened,
            "xml-attribute": member.xml_attribute,
            "xml-namespace": _namespace(member.xml_namespace),
            **_constraints(member.constraints),
            "sensitive": _sensitive(member.sensitive),
            "idempotency-token": member.idempotency_token,
            "host-label": member.host_label,
            "context-param": member.context_param,
            "streaming": member.streaming,
            "requires-length": member.requires_length,
            "documentation": member.documentation,
            "deprecated": _deprecated(member.deprecated),
        }
    )
    if member.default is not None:
        entries["default"] = member.default
    return {"type": member.target, **entries} if entries else member.target


def _binding(member: ir.Member) -> dict[str, Json]:
    binding = member.binding
    if binding is None:
        return {}
    is_own_label = binding.location is ir.Location.LABEL and binding.name == member.name
    return {binding.location.value: True if is_own_label or not binding.name else binding.name}


# --- Document to text ---

_WIDTH: Final = 110
_PLAIN = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./+-]| (?=[A-Za-z0-9_./+-]))*|[0-9]+\.\.[0-9]*", re.ASCII)
_MISREAD = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
"""Words that YAML 1.1 readers, or people, take for something else."""
_ESCAPES: Final[Mapping[str, str]] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_FOLDABLE = re.compile(r"\S(?:\S| (?=\S))*")
_BLOCK_LINE = re.compile(r"(?:\S(?:.*\S)?)?")


def _block(value: Json, indent: int) -> list[str]:
    """A mapping or list in lines."""
    pad = " " * indent
    lines: list[str] = []
    if isinstance(value, dict):
        for key, item in value.items():
            lines += _entry(f"{pad}{_scalar(key)}:", item, indent + 2)
    elif isinstance(value, list):
        for item in value:
            lines += _entry(f"{pad}-", item, indent + 2)
    return lines


def _entry(head: str, value: Json, indent: int) -> list[str]:
    """``head`` and its value: on one line where that is short, else below."""
    if isinstance(value, str):
        return _text(head, value, indent)
    if not isinstance(value, dict | list):
        return [f"{head} {_scalar(value)}"]
    line = f"{head} {_flow(value)}"
    is_flat = not any(
        isinstance(each, dict | list) for each in (value.values() if isinstance(value, dict) else value)
    )
    if not value or (is_flat and len(line) <= _WIDTH):
        return [line]
    below = _block(value, indent)
    return [f"{head} {below[0].lstrip()}", *below[1:]] if head.endswith("-") else [head, *below]


def _flow(value: Json) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case _:
            return _scalar(value)


def _scalar(value: bool | int | float | str | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return value if _is_plain(value) else _quoted(value)


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.lower() not in _MISREAD and isinstance(resolve(text), str)


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(each) or _printable(each) for each in text) + '"'


def _printable(character: str) -> str:
    """Itself, or an escape where it is invisible or ends a line for some reader."""
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _text(head: str, text: str, indent: int) -> list[str]:
    """A text: beside its key, folded over lines, or line by line."""
    beside = f"{head} {_scalar(text)}"
    is_visible = text.replace("\n", "").isprintable()
    lines = text.split("\n")
    if "\n" in text and is_visible and lines[0] and lines[-1] and all(map(_BLOCK_LINE.fullmatch, lines)):
        return [f"{head} |-", *(f"{' ' * indent}{line}" if line else "" for line in lines)]
    if len(beside) > _WIDTH and is_visible and _FOLDABLE.fullmatch(text):
        return [f"{head} >-", *_fold(text, indent)]
    return [beside]


def _fold(text: str, indent: int) -> list[str]:
    """The words of a text in lines, broken at single spaces only."""
    pad = " " * indent
    lines = [pad]
    for word in text.split(" "):
        if lines[-1] != pad and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(pad)
        lines[-1] += word if lines[-1] == pad else f" {word}"
    return lines
