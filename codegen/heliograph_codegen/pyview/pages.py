# SPDX-License-Identifier: Apache-2.0
"""The reference page, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.samples import Samples, python_code
from heliograph_codegen.pyview.views import ArgumentView, OperationPage, PaginatorView, StructurePage
from heliograph_codegen.text import (
    Code,
    Ident,
    Md,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_code_cell,
    markdown_fence,
)

Signature = tuple[list[ArgumentView], list[ArgumentView], Ident]


class Pages:
    """The sections of one model's page."""

    def __init__(
        self,
        model: ir.Model,
        package: Code,
        client: Ident,
        async_client: Ident,
        classes: Mapping[str, Ident],
        methods: Mapping[str, Ident],
    ) -> None:
        self._model = model
        self._package = package
        self._client = client
        self._async_client = async_client
        self._classes = classes
        self._methods = methods
        self._samples = Samples(model)

    def operation(self, operation: ir.Operation, signature: Signature) -> OperationPage:
        """The section of an operation."""
        method = self._methods[operation.name]
        signing = self._model.service.signing_name
        output = self._model.structure(operation.output) if operation.output else None
        return OperationPage(
            method=markdown_code(method),
            title=markdown_code(operation.name),
            prose=tuple(map(markdown, docs.paragraphs(operation.documentation))),
            signature=markdown_fence(_signature(method, signature)),
            permission=markdown_code(f"{signing}:{operation.name}"),
            reference=_link(operation.reference),
            arguments=self._argument_rows(operation, signature),
            returns=markdown_code(signature[2]) if output is None else self._returned(output),
            errors=tuple(
                (
                    markdown_code(self._classes[name]),
                    Md(str(self._status(name))),
                    markdown_cell(self._model.shape(name).documentation),
                )
                for name in operation.errors
            ),
            example=markdown_fence(self._example(operation, signature)),
        )

    def _status(self, name: str) -> int:
        error = self._model.structure(name).error
        return (error.status if error else None) or 400

    def _argument_rows(self, operation: ir.Operation, signature: Signature) -> tuple[tuple[Md, ...], ...]:
        shape = self._model.structure(operation.input) if operation.input else None
        rows: list[tuple[Md, ...]] = []
        for argument in signature[0] + signature[1]:
            member = shape.members[argument.member] if shape and argument.member else None
            about = markdown_cell(
                docs.about(self._model, member)
                if member
                else "Members by their wire names, not given as arguments."
            )
            rows.append(
                (
                    markdown_code(argument.name),
                    markdown_code(member.name) if member else Md(""),
                    markdown_code_cell(argument.annotation),
                    Md("yes" if argument.default is None else ""),
                    about,
                )
            )
        return tuple(rows)

    def _returned(self, output: ir.StructureShape) -> Md:
        return markdown_code(self._classes[output.name])

    def structure(self, shape: ir.StructureShape, names: Mapping[str, Ident]) -> StructurePage:
        """The section of a structure, whose attributes have these names."""
        return StructurePage(
            title=markdown_code(self._classes[shape.name]),
            prose=tuple(map(markdown, docs.paragraphs(shape.documentation))),
            members=self._member_rows(shape, names),
        )

    def _member_rows(
        self, shape: ir.StructureShape, names: Mapping[str, Ident]
    ) -> tuple[tuple[Md, ...], ...]:
        return tuple(
            (
                markdown_code(names[each.name]),
                markdown_code(each.name),
                markdown_cell(
                    docs.about(self._model, each)
                    + (" Not shown in `repr`." if self._model.is_secret(each) else "")
                ),
            )
            for each in shape.members.values()
        )

    def paginator(self, paginator: ir.Paginator, view: PaginatorView) -> tuple[Md, ...]:
        """The row of a method of ``paginate``."""
        size = markdown_code(paginator.limit) if paginator.limit else Md("")
        return markdown_code(view.method), markdown_code_cell(view.item), size

    def waiter(self, waiter: ir.Waiter, method: Ident) -> tuple[Md, ...]:
        """The row of a method of ``wait_until``."""
        return (
            markdown_code(method),
            markdown_code(self._methods[waiter.operation]),
            Md(f"{waiter.delay} s"),
            Md(str(waiter.max_attempts)),
            markdown_cell(docs.first_sentence(waiter.documentation) or _until(waiter)),
        )

    def _example(self, operation: ir.Operation, signature: Signature) -> str:
        shape = self._model.structure(operation.input) if operation.input else None
        method = self._methods[operation.name]
        own = next((each for each in operation.examples if each.error is None), None)
        values: dict[str, Any] = {}
        if shape is not None:
            samples = self._samples.restart()
            values = samples.example(shape, own.input) if own else samples.members(shape, full=False)
        names = {each.member: each.name for each in signature[0] + signature[1]}
        given = [f"        {names[name]}={python_code(value)}," for name, value in values.items()]
        call = "\n".join([f"client.{method}(", *given, "    )"]) if given else f"client.{method}()"
        endpoint = "endpoint_url=endpoint" if self._model.service.per_resource else ""
        return (
            f"with {self._client}({endpoint}) as client:\n    result = {call}\n\n"
            f"async with {self._async_client}({endpoint}) as client:\n    result = await {call}"
        )


def _until(waiter: ir.Waiter) -> str:
    """What a waiter waits for, in the words of its acceptors."""
    return "; or ".join(
        f"`{each.path or each.matcher}` is `{each.expected}`"
        for each in waiter.acceptors
        if each.outcome is ir.Outcome.SUCCESS
    )


def _signature(method: Ident, signature: Signature) -> str:
    positional, keywords, output = signature
    arguments = [_argument(each) for each in positional]
    if keywords:
        arguments += ["*", *(_argument(each) for each in keywords)]
    inside = "".join(f"    {each},\n" for each in arguments)
    return f"{method}(\n{inside}) -> {output}"


def _argument(view: ArgumentView) -> str:
    return f"{view.name}: {view.annotation}" + ("" if view.default is None else f" = {view.default}")


def _link(reference: str) -> Md | None:
    """A link to a page outside; only https, and without characters that Markdown or HTML would act upon."""
    plain = (
        reference.startswith("https://")
        and reference.isascii()
        and not set(reference) & set("<>()[]\"'\\` \n{}|")
    )
    return Md(reference) if plain and reference.isprintable() else None
