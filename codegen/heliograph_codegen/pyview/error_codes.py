# SPDX-License-Identifier: Apache-2.0
"""Which error a code means."""

from __future__ import annotations

from functools import cached_property

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.pyview.scope import Scope


class ErrorCodes:
    """The errors that codes of answers stand for.

    Args:
        scope: The names.
        by_shape: Whether the protocol names shapes, and codes where it does not.
    """

    def __init__(self, scope: Scope, *, by_shape: bool) -> None:
        self._scope = scope
        self._by_shape = by_shape

    @cached_property
    def of_service(self) -> dict[str, str]:
        """The error that each code stands for; where it stands for several, the first or the one of that name."""
        found: dict[str, str] = {}
        for shape in self._scope.errors:
            assert shape.error is not None
            found.setdefault(shape.error.code, shape.name)
        if self._by_shape:
            found |= {name: name for name in self._scope.exceptions}
        return dict(sorted(found.items()))

    def elsewhere(self, operation: ir.Operation) -> dict[str, str]:
        """The errors that codes stand for in answers of an operation, where elsewhere they are others.

        Raises:
            GenerationError: two of its errors have one code.
        """
        of_service = self.of_service
        found: dict[str, str] = {}
        for name in operation.errors:
            code = _error_code(self._scope.model.structure(name))
            if self._by_shape and code in self._scope.exceptions:
                continue
            first = found.setdefault(code, name)
            if first != name and not self._by_shape:
                problem = (
                    f"the errors {first} and {name} of {operation.name} have one code, {code}; remove one"
                )
                raise GenerationError(problem, operation.origin)
        return {code: name for code, name in found.items() if of_service[code] != name}


def _error_code(shape: ir.StructureShape) -> str:
    assert shape.error is not None
    return shape.error.code
