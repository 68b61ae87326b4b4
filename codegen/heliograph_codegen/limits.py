# SPDX-License-Identifier: Apache-2.0
"""How large a model may be before the generator refuses it.

A model is untrusted input, so each thing it can make grow has a cap. The caps stand about four times above
the largest published model, EC2's (830 operations, 2,607 structures, 10,415 members, a file of 10 MB): no
real service meets one, and a hostile file stops early with an error that names the cap.
"""

from __future__ import annotations

from dataclasses import dataclass

from heliograph_codegen.errors import GenerationError


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of one run; each is the largest value that is still accepted."""

    file_bytes: int = 40_000_000
    """Bytes of one input file, checked before it is parsed."""

    nodes: int = 2_000_000
    """Scalars, sequences and mappings of one parsed file, keys included."""

    depth: int = 100
    """Levels of nesting in one parsed file; published rule sets have about forty."""

    aliases: int = 0
    """YAML aliases (``*name``) in one file: a few of them multiply into billions of nodes when walked."""

    operations: int = 3_500
    """Operations of one service."""

    shapes: int = 30_000
    """Shapes of one service, of every kind."""

    members: int = 45_000
    """Members of all structures and unions of one service together, and values of all its enumerations."""

    name_length: int = 256
    """Characters of one name (shape, member, operation, service); the longest published one has 155."""

    text_length: int = 400_000
    """Characters of one string that is not a name: documentation, pattern, path; the longest has 83,000."""

    def check(self, limit: str, actual: int, origin: object | None = None) -> None:
        """Refuse a value above its cap.

        Args:
            limit: Name of a field of this class, such as ``"shapes"``.
            actual: What the model has.
            origin: Where it has it.

        Raises:
            GenerationError: ``actual`` is larger; the text names the limit, its value and the actual value.
        """
        allowed: int = getattr(self, limit)
        if actual > allowed:
            what = _WORDS[limit]
            raise GenerationError(
                f"{what}: {actual}, where the limit {limit} allows {allowed}; raise Limits.{limit} if the "
                "model is trusted and really this large",
                origin,
            )


_WORDS = {
    "file_bytes": "bytes in the file",
    "nodes": "nodes in the file",
    "depth": "levels of nesting",
    "aliases": "YAML aliases",
    "operations": "operations",
    "shapes": "shapes",
    "members": "members",
    "name_length": "characters in a name",
    "text_length": "characters in a text",
}

DEFAULT_LIMITS = Limits()
"""The caps of a run that names no others."""
