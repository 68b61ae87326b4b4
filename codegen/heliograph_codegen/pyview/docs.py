# SPDX-License-Identifier: Apache-2.0
"""What docstrings say: what a thing does, its arguments with units and limits, what comes back, what is raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.text import LINE_LENGTH, Code, clean_text, docstring, fill, wrap

_UNITS = {
    Kind.STRING: "characters",
    Kind.ENUM: "characters",
    Kind.BLOB: "bytes",
    Kind.LIST: "entries",
    Kind.MAP: "entries",
}


def prose(text: str) -> str:
    """Documentation of a model, fit for one paragraph: no odd characters, no line ends."""
    return " ".join(clean_text(text).split())


def first_sentence(text: str) -> str:
    """The first sentence of a documentation."""
    whole = prose(text)
    match = re.match(r"(.+?[.!?])(?= [A-Z`]|$)", whole)
    return match.group(1) if match else whole


def limits(model: ir.Model, member: ir.Member) -> str:
    """What the model says of a member's size: ``1 to 256 characters``; nothing of patterns, which are often wrong."""
    shape = model.shape(member.target)
    said: list[str] = []
    length = member.constraints.length or shape.constraints.length
    if length is not None:
        said.append(f"{_between(length)} {_UNITS[shape.kind]}")
    spread = member.constraints.range or shape.constraints.range
    if spread is not None:
        said.append(_between(spread))
    return ", ".join(said)


def _between(bounds: ir.Bounds) -> str:
    if bounds.least is None:
        return f"at most {bounds.most}"
    if bounds.most is None:
        return f"at least {bounds.least}"
    return f"exactly {bounds.least}" if bounds.least == bounds.most else f"{bounds.least} to {bounds.most}"


def about(model: ir.Model, member: ir.Member) -> str:
    """What there is to say of a member: its documentation, else its shape's, and its limits."""
    shape = model.shape(member.target)
    text = prose(member.documentation or shape.documentation)
    said = limits(model, member)
    if isinstance(shape, ir.EnumShape):
        known = ", ".join(f"`{prose(str(value.value))}`" for value in shape.values[:12])
        said = "; ".join(
            filter(None, [said, f"known values: {known}{' ...' if len(shape.values) > 12 else ''}"])
        )
    if isinstance(shape, ir.StructureShape) and shape.event_stream:
        said = f"a stream of events: {', '.join(f'`{prose(name)}`' for name in shape.members)}"
    if not said:
        return text
    sentence = f"{said[0].upper()}{said[1:]}."
    return f"{text}{'' if text[-1:] in '.!?' else '.'} {sentence}" if text else sentence


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a documentation."""
    return [prose(block) for block in re.split(r"\n\s*\n", clean_text(text).strip()) if block.strip()]


def section(title: str, items: Sequence[tuple[str, str]], indent: int) -> str:
    """A section of a docstring: a title, and an indented item for each name."""
    lines = [f"{title}:", *(_item(name, text, indent) for name, text in items)]
    return "\n".join(lines)


def _item(name: str, text: str, indent: int) -> str:
    words = f"{name}: {text or 'not documented.'}".split()
    return "    " + fill(words, LINE_LENGTH - indent, len("    "), "        ")


def written(blocks: Iterable[str], indent: int) -> Code:
    """A docstring of blocks: paragraphs are wrapped, sections stand as they are."""
    laid_out = [block if ":\n    " in block else wrap(block, indent) for block in blocks if block]
    return docstring("\n\n".join(laid_out) or "Undocumented.", indent)
