# SPDX-License-Identifier: Apache-2.0
"""The methods of a client: their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from heliograph_codegen import ir
from heliograph_codegen.customisations import filled
from heliograph_codegen.pyview.annotations import Annotations
from heliograph_codegen.pyview.pages import Signature
from heliograph_codegen.pyview.paginators import Method
from heliograph_codegen.pyview.scope import Scope
from heliograph_codegen.pyview.views import ArgumentView
from heliograph_codegen.text import Code, Ident, code

_PARAMS = ArgumentView(Ident("params"), "", Code("Mapping[str, Any] | None"), Code("None"))


class Methods:
    """The methods of one client.

    Args:
        scope: The names.
        annotations: The types.
    """

    def __init__(self, scope: Scope, annotations: Annotations) -> None:
        self._scope = scope
        self._annotations = annotations

    def arguments(self, operation: ir.Operation) -> tuple[list[ArgumentView], list[ArgumentView]]:
        """Positional arguments and keywords, each in the order of the signature."""
        views = self._offered(operation, self._scope.argument_names(operation))
        positional = [views.pop(name) if name != ir.PARAMS else _PARAMS for name in operation.positional]
        keywords = [*views.values(), *([] if ir.PARAMS in operation.positional else [_PARAMS])]
        return positional, keywords

    def signature(self, operation: ir.Operation) -> Signature:
        """What a call of it looks like."""
        return *self.arguments(operation), self._scope.output_class(operation)

    def of(self, operation: ir.Operation) -> Method:
        """The method of an operation."""
        return Method(
            self._scope.methods[operation.name],
            self._scope.constants[operation.name],
            self._scope.output_class(operation),
            partial(self._offered, operation),
            _PARAMS,
        )

    def _offered(self, operation: ir.Operation, names: Mapping[str, Ident]) -> dict[str, ArgumentView]:
        """An argument for each member that has a name there, those that must be given first."""
        shape = self._scope.input(operation)
        may_lack = filled(operation)
        members = [each for each in shape.members.values() if each.name in names] if shape else []
        needed = {
            each.name
            for each in members
            if each.required and not each.idempotency_token and each.name not in may_lack
        }
        return {
            each.name: ArgumentView(
                names[each.name],
                each.name,
                self._annotations.given(each)
                if each.name in needed
                else code("{} | None", self._annotations.given(each)),
                None if each.name in needed else Code("None"),
            )
            for each in sorted(members, key=lambda each: each.name not in needed)
        }
