# SPDX-License-Identifier: Apache-2.0
"""How far long work is: a bar for a person at a terminal, plain lines elsewhere. Apart from results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from heliograph_codegen.cli.terminal import is_terminal, plain, width

_INTERVAL: Final = 0.1
"""Seconds between two drawings of the bar."""
_CELLS: Final = 24
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Counts steps; a context manager that leaves nothing of the bar behind, however it ends.

    Args:
        total: How many steps there will be.
        stream: Where it is shown; standard error if None.
        clock: Seconds that never go back.
    """

    def __init__(
        self, total: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._stream = sys.stderr if stream is None else stream
        self._done = 0
        self._clock = clock
        self._drawn = -_INTERVAL
        self._is_visible = False
        self._is_bar = is_terminal(self._stream)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def step(self, what: str) -> None:
        """A step begins."""
        self._done += 1
        if not self._is_bar:
            if self._total > 1:
                print(f"[{self._done}/{self._total}] {plain(what)}", file=self._stream, flush=True)
            return
        now = self._clock()
        if now - self._drawn >= _INTERVAL:
            self._drawn, self._is_visible = now, True
            full = _CELLS * (self._done - 1) // self._total
            bar = f"[{'#' * full}{'.' * (_CELLS - full)}] {self._done}/{self._total} {plain(what)}"
            self._stream.write(_CLEAR + bar[: width() - 1])
            self._stream.flush()

    def warn(self, line: str) -> None:
        """Something that is no error."""
        self.clear()
        print(f"warning: {plain(line)}", file=self._stream)

    def clear(self) -> None:
        """Take the bar away, where something else is to be said."""
        if self._is_visible:
            self._is_visible = False
            self._stream.write(_CLEAR)
            self._stream.flush()
