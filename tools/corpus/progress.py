# SPDX-License-Identifier: Apache-2.0
"""How far it is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time

_WIDTH = 40


class Progress:
    """Counts to ``total``."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._start = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def step(self, name: str) -> None:
        """One more is done."""
        self._done += 1
        seconds = time.monotonic() - self._start
        if self._is_terminal:
            full = _WIDTH * self._done // self._total
            end = "\n" if self._done == self._total else ""
            sys.stderr.write(
                f"\r{self._what} [{'#' * full:{_WIDTH}}] {self._done}/{self._total} {name:30.30}{end}"
            )
        elif self._done == self._total or self._done % max(1, self._total // 20) == 0:
            sys.stderr.write(f"{self._what}: {self._done} of {self._total} after {seconds:.0f} s\n")
        sys.stderr.flush()
