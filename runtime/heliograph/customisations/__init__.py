# SPDX-License-Identifier: Apache-2.0
"""What a few services want besides what their models say, one module for each of them.

The generator names a customisation on the operations that need it, and nothing else of it: what it does is here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..core import Core
    from ..effects import Effects
    from ..http import Request, WireResponse
    from ..operation import OperationInfo


class Customisation:
    """Functions that change a call on its way. Only ``output`` changes what it is given in place.

    Attributes:
        name: its name in models.
        prepare: changes the input with the help of what the client knows and can ask for: effects of a call.
        members: changes the input, by wire names, before it is written.
        request: changes the request that was made of it.
        response: changes the answer before anybody looks at it; keeps its ``stream``, the body that is still to come.
        output: changes the output that was read; it is told the input as the caller gave it.
    """

    __slots__ = ("members", "name", "output", "prepare", "request", "response")

    def __init__(
        self,
        name: str,
        *,
        prepare: Callable[[Core, OperationInfo[Any], Mapping[str, Any]], Effects[Mapping[str, Any]]]
        | None = None,
        members: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
        request: Callable[[Request], Request] | None = None,
        response: Callable[[WireResponse], WireResponse] | None = None,
        output: Callable[[Any, Mapping[str, Any]], None] | None = None,
    ) -> None:
        self.name = name
        self.prepare = prepare
        self.members = members
        self.request = request
        self.response = response
        self.output = output

    def __repr__(self) -> str:
        return f"<Customisation {self.name}>"
