# SPDX-License-Identifier: Apache-2.0
"""Templates: what they may put into the output, and how they are run.

A template's own text is trusted. Everything that an expression of a template gives must be of a safe type
(`heliograph_codegen.text`): a plain ``str`` stops the run, whatever it holds, because somewhere a text did
not pass the one door. Template names tell the language: ``*.md.j2`` is Markdown, every other one is Python.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import nodes

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.text import Code, Comment, Ident, Md, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2.bccache import Bucket
    from jinja2.runtime import Context

_PYTHON = (Code, Comment, Rendered)
_MARKDOWN = (Md, Ident, Rendered)


@jinja2.pass_context
def _finalize(context: Context, value: object) -> object:
    """Jinja calls this with the value of each expression that a template puts out."""
    accepted = _MARKDOWN if (context.name or "").endswith(".md.j2") else _PYTHON
    if isinstance(value, accepted) or type(value) is int:
        return value
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises: the environment is strict
    expected = ", ".join(kind.__name__ for kind in accepted)
    raise GenerationError(
        f"an expression gave a {type(value).__name__}, which is none of {expected}; "
        "pass text of the model through heliograph_codegen.text",
        f"template {context.name}",
    )


def _rendered(parts: Iterable[str]) -> Rendered:
    return Rendered("".join(parts))


class _Environment(jinja2.Environment):
    """Jinja's environment, in which macros and blocks give safe text and constants of templates are safe."""

    concat = staticmethod(_rendered)  # Jinja joins checked parts with it

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for output in template.find_all(nodes.Output):
            output.nodes = [_with_safe_constants(node) for node in output.nodes]
        return template


def _with_safe_constants(node: nodes.Expr) -> nodes.Expr:
    """The expression; a text that stands in the template (``{{ "await " if x else "" }}``) becomes safe."""
    if isinstance(node, nodes.CondExpr):
        node.expr1 = _with_safe_constants(node.expr1)
        node.expr2 = node.expr2 and _with_safe_constants(node.expr2)
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        rendered = nodes.ImportedName(f"{Rendered.__module__}.{Rendered.__name__}")
        return nodes.Call(rendered, [node], [], None, None, lineno=node.lineno)
    return node


class _BytecodeCache(jinja2.BytecodeCache):
    """Compiled templates beside the package's bytecode, under the same conditions and with the same trust as it."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled from the same source by the same code; jinja compares the source."""
        try:
            with self._place(bucket).open("rb") as stored:
                if stored.read(len(_COMPILER)) == _COMPILER:
                    bucket.load_bytecode(stored)
        except (OSError, EOFError, ValueError, TypeError):
            return  # it is compiled

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, where Python keeps bytecode."""
        if sys.dont_write_bytecode:
            return
        place = self._place(bucket)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            new = place.with_name(f"{place.name}.{os.getpid()}")
            new.write_bytes(_COMPILER + bucket.bytecode_to_string())
            new.replace(place)
        except OSError:
            return  # the next run compiles it too

    def _place(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(Path(__file__).with_name(f"{_key(bucket)}.py"))))


def _key(bucket: Bucket) -> str:
    return f"template-{bucket.key[:16]}"


def _compiler() -> bytes:
    """What besides a template decides how it is compiled: jinja, and this module."""
    what = f"{jinja2.__version__} {sys.version}".encode() + Path(__file__).read_bytes()
    return hashlib.sha256(what).digest()


_COMPILER = _compiler()


class Renderer:
    """A set of templates.

    Args:
        loader: Where the templates come from; the generator's own if None.
    """

    def __init__(self, loader: jinja2.BaseLoader | None = None) -> None:
        self.environment: jinja2.Environment = _Environment(
            loader=loader or jinja2.PackageLoader("heliograph_codegen", "templates"),
            undefined=jinja2.StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # the output is no HTML; `finalize` guards it
            bytecode_cache=None if loader else _BytecodeCache(),
        )

    def render(self, template_name: str, /, **view: object) -> str:
        """Run a template.

        Args:
            template_name: Its name, such as ``client.py.j2``.
            view: What the template may use; whatever it puts out of this must be of a safe type.

        Returns:
            The text, not formatted.

        Raises:
            GenerationError: The template put out a value that is not safe, or one that does not exist, or it
                is no template.
        """
        try:
            return self.environment.get_template(template_name).render(view)
        except jinja2.TemplateSyntaxError as error:
            raise GenerationError(str(error.message), f"template {error.name}:{error.lineno}") from error
        except jinja2.TemplateError as error:
            problem = f"{type(error).__name__}: {error.message}"
            raise GenerationError(problem, f"template {template_name}") from error


@cache
def default_renderer() -> Renderer:
    """The generator's own templates, compiled once in a process."""
    return Renderer()


def render(template_name: str, /, **view: object) -> str:
    """Run one of the generator's own templates; see `Renderer.render`."""
    return default_renderer().render(template_name, **view)
