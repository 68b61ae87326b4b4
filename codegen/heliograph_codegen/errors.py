# SPDX-License-Identifier: Apache-2.0
"""The one error of the generator."""

from __future__ import annotations

_LONGEST = 1000
"""Characters of a problem that are shown: a hostile model can hold names of a megabyte."""


class GenerationError(Exception):
    """The model cannot become a client; says where, what is wrong and, where one is known, the mend.

    Its text is always exactly one line, safe to print to a terminal, whatever the model held:
    ``file:line: what is wrong, and the mend``.

    Args:
        problem: What is wrong, and what to do about it. May quote the model.
        origin: Where it stands: anything whose ``str()`` is a place like ``model/x.yaml:12``. None if
            there is no such place.
    """

    def __init__(self, problem: str, origin: object | None = None) -> None:
        super().__init__(problem, origin)
        self.problem = problem
        self.origin = origin

    def __str__(self) -> str:
        problem = _one_line(self.problem)
        return problem if self.origin is None else f"{_one_line(str(self.origin))}: {problem}"


def _one_line(text: str) -> str:
    """The text without line ends, and with everything a terminal could act upon written as an escape."""
    shown = "".join(_visible(character) for character in text[:_LONGEST].strip())
    return shown if len(text) <= _LONGEST else shown + " ..."


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return character.encode("unicode_escape").decode("ascii")
