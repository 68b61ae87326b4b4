# SPDX-License-Identifier: Apache-2.0
"""From a model to files: read, check, decide, render, format, look again, write."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from heliograph_codegen import emit, frontends, ir, passes
from heliograph_codegen._version import __version__
from heliograph_codegen.emit import Difference, Manifest
from heliograph_codegen.formatting import format_python, formatter_version
from heliograph_codegen.frontends import NO_SIDES, Sides
from heliograph_codegen.frontends.document import Source
from heliograph_codegen.prune import prune
from heliograph_codegen.pyview import PackageView, bodies, build_view
from heliograph_codegen.pyview.vocabulary import package_vocabulary, test_vocabulary
from heliograph_codegen.render import default_renderer, render
from heliograph_codegen.spoken import spoken
from heliograph_codegen.verify import PACKAGE, TESTS, Vocabulary, template_vocabulary, verify, verify_markdown

API = 1
"""The ``heliograph.generated.API`` that generated packages need."""

_POLICY = dataclasses.replace(
    PACKAGE,
    calls=frozenset({"BodyRules", "OperationInfo", "Paginator", "Service", "Waiter", "exports", "require"}),
)


@dataclass(frozen=True, slots=True)
class Package:
    """A generated package in memory.

    Attributes:
        name: Its import name.
        files: Its files by relative name, formatted and verified.
        test: The test module's bytes; empty where none was asked for.
        page: The reference page's bytes; empty where none was asked for.
        manifest: What made it.
    """

    name: str
    files: Mapping[str, bytes]
    test: bytes
    page: bytes
    manifest: Manifest

    def directory(self, out: Path) -> Path:
        """The package's directory below ``out``; a dotted name makes nested ones."""
        return out.joinpath(*self.name.split("."))

    def beside(self, tests: Path | None, docs: Path | None) -> dict[str, dict[Path, bytes]]:
        """The files outside of the package directory, by path; what was not made cannot be asked for."""
        assert self.test or tests is None
        assert self.page or docs is None
        stem = self.name.replace(".", "_")
        return {
            "tests": {} if tests is None else {tests / f"test_{stem}.py": self.test},
            "docs": {} if docs is None else {docs / f"{stem}.md": self.page},
        }

    def write(self, out: Path, tests: Path | None, docs: Path | None, *, overwrite: bool = False) -> bool:
        """Write it; see :func:`heliograph_codegen.emit.write_package`."""
        target = self.directory(out)
        return emit.write_package(
            target, self.files, self.manifest, overwrite=overwrite, **self.beside(tests, docs)
        )

    def differences(self, out: Path, tests: Path | None, docs: Path | None) -> list[Difference]:
        """What writing it would change, and why; see :func:`heliograph_codegen.emit.compare`."""
        return emit.compare(self.directory(out), self.files, self.manifest, **self.beside(tests, docs))


def load(
    model: Source,
    *,
    format: str | None = None,
    service: str | None = None,
    protocol: str | None = None,
    sides: Sides = NO_SIDES,
    operations: Sequence[str] | None = None,
    warn: Callable[[str], None] | None = None,
) -> ir.Model:
    """Read a model (:func:`heliograph_codegen.frontends.load`), and check that the generator can make all of it.

    Where ``operations`` are named, all of it is these and what they need (:func:`heliograph_codegen.prune.prune`).
    """
    loaded = frontends.load(model, format=format, sides=sides, service=service, protocol=protocol, warn=warn)
    if operations is not None:
        loaded = prune(loaded, operations)
    passes.supported(loaded)
    return loaded


@contextmanager
def _without_collection() -> Generator[None]:
    """Keeps the collector of cycles from walking, again and again, millions of nodes that are in none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collection()
def package_of(
    model: ir.Model, name: str, *, with_test: bool = True, with_page: bool = True, is_formatted: bool = True
) -> Package:
    """Make a package in memory.

    Args:
        model: A checked model.
        name: The package's import name.
        with_test: Whether to make the test module too.
        with_page: Whether to make the reference page too.
        is_formatted: False leaves lines as templates make them, which takes a fifth of the time: for tests that make
            many small packages and keep none.

    Raises:
        GenerationError: A name cannot be Python's, or something that should not be there was rendered.
    """
    heard = spoken(model)
    view = build_view(heard, name, with_test=with_test, with_page=with_page)
    name = str(view.package)  # as Python itself reads it
    sources = {file: render(template, view=view, **options) for file, template, options in _files(view)}
    if with_test:
        sources[_TEST] = render("test_package.py.j2", view=view)
    formatted = format_python(sources) if is_formatted else sources
    encoded = {file: source.encode() for file, source in formatted.items()}
    test = encoded.pop(_TEST, b"")
    verify(encoded, _template_words() | package_vocabulary(heard, view), _POLICY)
    if with_test:
        _verify_test(test, view, name)
    page = _tidied(render("reference.md.j2", view=view)) if with_page else ""
    verify_markdown(page, f"{name}.md")
    manifest = Manifest(API, __version__, formatter_version(), model.service.id, ir.digest(model))
    return Package(name, {**encoded, "py.typed": b""}, test, page.encode(), manifest)


_TEST = "test_package.py"


def _verify_test(test: bytes, view: PackageView, name: str) -> None:
    policy = dataclasses.replace(
        TESTS,
        imports=TESTS.imports | bodies.IMPORTS | {name},
        calls=TESTS.calls | bodies.CALLS | {"pytest.importorskip"},
    )
    verify({_TEST: test}, _template_words() | test_vocabulary(view), policy)


def _files(view: PackageView) -> Iterator[tuple[str, str, dict[str, bool]]]:
    """The files of a package: name, template, and what the template is told besides the view."""
    yield "__init__.py", "__init__.py.j2", {}
    yield "async_client.py", "client.py.j2", {"asynchronous": True}
    yield "client.py", "client.py.j2", {"asynchronous": False}
    if any(each.reads is not None or each.writes is not None for each in view.structures) or view.unions:
        yield "codec.py", "codec.py.j2", {}
    yield "endpoints.py", "endpoints.py.j2", {}
    yield "errors.py", "errors.py.j2", {}
    yield "operations.py", "operations.py.j2", {}
    if view.paginators:
        yield "paginators.py", "paginators.py.j2", {}
    yield "types.py", "types.py.j2", {}
    if view.waiters:
        yield "waiters.py", "waiters.py.j2", {}


@cache
def _template_words() -> Vocabulary:
    return template_vocabulary(default_renderer().environment)


def _tidied(page: str) -> str:
    """A page without runs of empty lines, which templates leave behind."""
    lines: list[str] = []
    for line in page.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip() + "\n"


def generate(
    model: Source,
    out: Path | str,
    *,
    package: str,
    format: str | None = None,
    service: str | None = None,
    protocol: str | None = None,
    endpoint_rules: Source | None = None,
    paginators: Source | None = None,
    waiters: Source | None = None,
    extras: Sequence[Source] = (),
    operations: Sequence[str] | None = None,
    tests: Path | str | None = None,
    docs: Path | str | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the client of a model.

    Args:
        model: ``botocore:NAME``, the path of a model in YAML, C2J or Smithy's JSON AST, or the parsed document.
        out: The directory that will hold the package; with it on ``sys.path`` the package can be imported.
        package: The package's import name; a dotted one makes nested directories.
        format: ``yaml``, ``c2j`` or ``smithy``; recognised from the content if None.
        service: The shape id of one service, where a Smithy model holds several.
        protocol: Which protocol, where a service speaks several.
        endpoint_rules: The rule set beside a C2J model.
        paginators: The paginators beside a C2J model.
        waiters: The waiters beside a C2J model.
        extras: Documents laid over a C2J model.
        operations: The operations to make, with what they need; all if None.
        tests: Directory for the test module; none is written if None.
        docs: Directory for the reference page; none is written if None.
        overwrite: Also replace files that the generator did not write, or that somebody changed since.

    Returns:
        The package's directory.

    Raises:
        GenerationError: The model cannot become a client, or a file in the way is not the generator's. Nothing
            was written then.
    """
    sides = Sides(endpoint_rules, paginators, waiters, extras=tuple(extras))
    loaded = load(
        model, format=format, service=service, protocol=protocol, sides=sides, operations=operations
    )
    made = package_of(loaded, package, with_test=tests is not None, with_page=docs is not None)
    made.write(
        Path(out),
        None if tests is None else Path(tests),
        None if docs is None else Path(docs),
        overwrite=overwrite,
    )
    return made.directory(Path(out))
