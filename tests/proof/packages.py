# SPDX-License-Identifier: Apache-2.0
"""Packages that are generated and imported without a file."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from heliograph_codegen import frontends, ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import Package, package_of
from heliograph_codegen.prune import prune


@dataclass(frozen=True, eq=False)
class Source:
    """A model as it was published, not read yet.

    Attributes:
        document: The parsed document.
        options: What :func:`heliograph_codegen.frontends.load` is told besides.
    """

    document: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> ir.Model:
        """The model. GenerationError where it cannot be read."""
        return frontends.load(self.document, **self.options)


@dataclass(frozen=True)
class Made:
    """A package that can be called, and the model it was made from."""

    model: ir.Model
    package: Any


class Shelf(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports generated packages from memory; to be put on ``sys.meta_path``."""

    def __init__(self) -> None:
        self._sources: dict[str, bytes] = {}

    def put(self, package: Package) -> ModuleType:
        """Make a package importable, and import it."""
        for file, content in package.files.items():
            if file.endswith(".py"):
                module = file.removesuffix(".py").replace("/", ".")
                name = package.name if module == "__init__" else f"{package.name}.{module}"
                self._sources[name] = content
        return importlib.import_module(package.name)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname not in self._sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return "." not in fullname

    def get_source(self, fullname: str) -> str:
        return self._sources[fullname].decode()

    def clear(self) -> None:
        """Take the modules out of the interpreter."""
        for name in self._sources:
            sys.modules.pop(name, None)


class Workshop:
    """Makes the packages of published models, each once, as far as the generator can.

    A model of which it cannot make everything is made operation by operation, so that one thing that it
    refuses hides nothing else.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._made: dict[tuple[Source, str], Made | GenerationError] = {}
        self._models: dict[Source, ir.Model | GenerationError] = {}
        self._number = 0

    def make(self, source: Source, operation: str) -> Made:
        """A package that has this operation. GenerationError, the same each time, where there can be none."""
        for scope in ("", operation):
            if (source, scope) not in self._made:
                self._made[source, scope] = self._attempt(source, scope)
            made = self._made[source, scope]
            if isinstance(made, Made):
                return made
        assert isinstance(made, GenerationError)
        raise made.with_traceback(None)

    def _attempt(self, source: Source, operation: str) -> Made | GenerationError:
        try:
            model = self.model(source)
            if operation:
                model = prune(model, [operation])
            passes.supported(model)
            self._number += 1
            return Made(
                model, self._shelf.put(package_of(model, f"made_{self._number:04}", is_formatted=False))
            )
        except GenerationError as error:
            return error

    def model(self, source: Source) -> ir.Model:
        """The model, read once. GenerationError where it cannot be read."""
        if source not in self._models:
            try:
                self._models[source] = source.load()
            except GenerationError as error:
                self._models[source] = error
        model = self._models[source]
        if isinstance(model, GenerationError):
            raise model
        return model


@contextmanager
def shelf() -> Iterator[Shelf]:
    """A shelf from which packages can be imported while this lasts."""
    opened = Shelf()
    sys.meta_path.insert(0, opened)
    try:
        yield opened
    finally:
        sys.meta_path.remove(opened)
        opened.clear()


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A workshop whose packages can be imported while this lasts."""
    with shelf() as opened:
        yield Workshop(opened)
