# SPDX-License-Identifier: Apache-2.0
"""``heliograph describe``: what a service offers, and how its client will be called."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from heliograph_codegen import features, frontends, ir
from heliograph_codegen.cli import models
from heliograph_codegen.cli.signatures import Signatures, Value
from heliograph_codegen.cli.terminal import in_columns, plain, styled, wrapped
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_files import SCHEME
from heliograph_codegen.pyview.docs import about, first_sentence, paragraphs
from heliograph_codegen.pyview.names import snake
from heliograph_codegen.wording import quoted, suggestion

_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("model", metavar="SERVICE", help="what botocore calls it, or the path of a model")
    parser.add_argument(
        "operation", metavar="OPERATION", nargs="?", help="by the model's name or the method's"
    )
    models.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the page of a service or of an operation."""
    model = frontends.load(
        _source(arguments.model),
        format=arguments.format,
        service=arguments.service,
        protocol=arguments.protocol,
        sides=models.sides(arguments),
    )
    print(
        "\n".join(_service(model) if arguments.operation is None else _operation(model, arguments.operation))
    )
    return 0


def _source(text: str) -> Path | str:
    """A bare name is botocore's, unless a file is called so."""
    is_name = _PLAIN_NAME.fullmatch(text) is not None and not Path(text).is_file()
    return models.source(f"{SCHEME}{text}" if is_name else text)


# --- A service


def _service(model: ir.Model) -> list[str]:
    service = model.service
    reason = features.verdict(model)
    lines = [
        styled(plain(service.id), "1"),
        "",
        *_facts(
            ("version", service.version),
            ("protocol", ", ".join([service.protocol, *(set(service.protocols) - {service.protocol})])),
            ("endpoint", _endpoint(service)),
            (
                "auth",
                ", ".join(service.auth) + (f" as {service.signing_name}" if service.signing_name else ""),
            ),
            ("client", f"not yet: {reason}" if reason else "can be generated"),
            ("reference", service.reference),
        ),
        *_prose(service.documentation),
        "",
        styled(_counted(len(model.operations), "operation"), "1"),
        "",
        *in_columns(list(model.operations)),
    ]
    waiters = [each.name for each in model.waiters]
    if waiters:
        lines += ["", styled(_counted(len(waiters), "waiter"), "1"), "", *in_columns(waiters)]
    return lines


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _endpoint(service: ir.Service) -> str:
    if service.endpoint is not None:
        return f"https://{service.endpoint.prefix}.REGION.amazonaws.com and its FIPS and dual-stack forms"
    if service.endpoint_rules is not None:
        names = ", ".join(each.name for each in service.client_params)
        return "by its own rules" + (f"; clients may give {names}" if names else "")
    return "callers give it"


def _facts(*facts: tuple[str, str]) -> list[str]:
    return [f"  {name:10}{plain(value)}" for name, value in facts if value]


def _prose(text: str) -> list[str]:
    return [line for block in paragraphs(text) for line in ("", *wrapped(block))]


# --- An operation


def _operation(model: ir.Model, asked: str) -> list[str]:
    signatures = Signatures(model)
    names: dict[str, str] = {method: name for name, method in signatures.methods.items()}
    names.update((name, name) for name in model.operations)
    if asked not in names:
        hint = suggestion(asked, names)
        raise GenerationError(f"{model.service.id} has no operation {quoted(asked)}{hint}", model.origin)
    operation = model.operations[names[asked]]
    place = f"{operation.method} {operation.path}" if model.service.protocol.is_rest else ""
    waiters = [snake(each.name) for each in model.waiters if each.operation == operation.name]
    return [
        styled(plain(operation.name), "1") + (f"  {plain(place)}" if place else ""),
        "",
        *(f"  {line}" for line in signatures.signature(operation)),
        *_prose(operation.documentation),
        *_values(model, signatures.taken(operation), "Takes:"),
        *_values(model, signatures.answered(operation), "Answers:"),
        *_errors(model, operation),
        *_pages(operation, signatures.methods[operation.name]),
        *(
            ["", "Waiters: " + ", ".join(f"client.wait_until.{each}(...)" for each in waiters)]
            if waiters
            else []
        ),
        *(["", plain(operation.reference)] if operation.reference else []),
    ]


def _values(model: ir.Model, values: list[Value], title: str) -> list[str]:
    lines: list[str] = []
    for value in values:
        member = value.member
        marks = [_place(member)]
        marks += ["required"] if value.needed else []
        marks += ["filled where it is left out"] if member.idempotency_token else []
        marks += ["secret"] if model.is_secret(member) else []
        marks += ["deprecated"] if member.deprecated else []
        lines.append(f"  {styled(value.name, '1')}: {plain(value.annotation)} ({', '.join(marks)})")
        lines += wrapped(about(model, member), "      ")
    return ["", styled(title, "1"), *lines] if lines else []


def _place(member: ir.Member) -> str:
    """Where a member travels, by its name there."""
    binding = member.binding
    if binding is None or not binding.name:
        where = "" if binding is None else f" as {binding.location.value}"
        return f"{plain(member.wire_name)}{where}"
    return f"{binding.location.value} {plain(binding.name)}"


def _errors(model: ir.Model, operation: ir.Operation) -> list[str]:
    lines: list[str] = []
    for name in (*operation.errors, *model.service.errors):
        shape = model.structure(name)
        status = shape.error.status if shape.error is not None else None
        retried = shape.error is not None and shape.error.retryable is not None
        marks = [*([str(status)] if status else []), *(["retried"] if retried else [])]
        lines.append(f"  {styled(plain(name), '1')}" + (f" ({', '.join(marks)})" if marks else ""))
        lines += wrapped(first_sentence(shape.documentation), "      ")
    return ["", styled("Errors:", "1"), *lines] if lines else []


def _pages(operation: ir.Operation, method: str) -> list[str]:
    if operation.paginator is None:
        return []
    results = ", ".join(map(plain, operation.paginator.results)) or "pages"
    return ["", f"Pages: client.paginate.{method}(...) yields {results}"]
