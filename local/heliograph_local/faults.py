# SPDX-License-Identifier: Apache-2.0
"""Faults that a test has asked for, one call each."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from heliograph.errors import ConfigError
from heliograph_local.operations import OPERATIONS

if TYPE_CHECKING:
    from heliograph_local.answers import ServiceFault


class PlannedFaults:
    """A queue of faults for each operation, first in first out. Safe for threads: each step is atomic."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[ServiceFault]] = {
            operation.name: deque() for operation in OPERATIONS.values()
        }

    def add(self, operation: str, fault: ServiceFault) -> None:
        """Let the next call of an operation that has no fault planned yet fail; ConfigError if unknown."""
        if operation not in self._queues:
            raise ConfigError(f"no operation {operation!r} here; there are {', '.join(self._queues)}")
        self._queues[operation].append(fault)

    def raise_next(self, operation: str) -> None:
        """Raise the fault planned for this call, where there is one."""
        try:
            fault = self._queues[operation].popleft()
        except IndexError:
            return
        raise fault
