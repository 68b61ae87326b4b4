# SPDX-License-Identifier: Apache-2.0
"""Compiled templates are kept where Python keeps bytecode, believed where nothing has changed, and never missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

module = importlib.import_module("heliograph_codegen.render")  # the package has a function of that name
TEMPLATE = "errors.py.j2"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which compiled templates are kept."""
    folder = tmp_path / "__pycache__"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(module, "cache_from_source", lambda source: str(folder / f"{Path(source).stem}.pyc"))
    return folder


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Loads the template anew; says how often a template was compiled for that."""
    compile_source = jinja2.Environment._compile
    counted: list[str] = []

    def counting(self: jinja2.Environment, source: str, filename: str) -> object:
        counted.append(filename)
        return compile_source(self, source, filename)

    monkeypatch.setattr(jinja2.Environment, "_compile", counting)

    def load() -> int:
        counted.clear()
        module.Renderer().environment.get_template(TEMPLATE)
        return len(counted)

    return load


def test_a_template_is_compiled_once(cache: Path, compilations: Callable[[], int]) -> None:
    assert compilations() == 1
    assert [path.name.partition("-")[0] for path in cache.iterdir()] == ["template"]
    assert compilations() == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:16],
        lambda data: data[:40],
        lambda data: data[:-20],
        lambda data: data[:32] + b"\0" * (len(data) - 32),
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: b"import os" * 100,
    ],
    ids=[
        "empty",
        "cut in the digest",
        "cut after it",
        "cut at the end",
        "zeros",
        "another compiler",
        "no bytecode",
    ],
)
def test_what_is_no_compiled_template_is_compiled_anew(
    damage: Callable[[bytes], bytes], cache: Path, compilations: Callable[[], int]
) -> None:
    compilations()
    (file,) = cache.iterdir()
    good = file.read_bytes()
    file.write_bytes(damage(good))
    assert compilations() == 1
    assert file.read_bytes() == good
    assert compilations() == 0


def test_a_template_that_has_changed_is_compiled_anew(
    cache: Path, compilations: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    compilations()
    get_source = jinja2.PackageLoader.get_source

    def changed(self: jinja2.PackageLoader, environment: jinja2.Environment, name: str) -> object:
        source, *rest = get_source(self, environment, name)
        return (f"{source}\n", *rest)

    monkeypatch.setattr(jinja2.PackageLoader, "get_source", changed)
    assert compilations() == 1


def test_nothing_is_kept_where_python_keeps_no_bytecode(
    cache: Path, compilations: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert (compilations(), compilations()) == (1, 1)
    assert not cache.exists()


def test_a_folder_that_cannot_be_written_is_no_error(cache: Path, compilations: Callable[[], int]) -> None:
    cache.write_bytes(b"in the way")
    assert (compilations(), compilations()) == (1, 1)


def test_templates_of_somebody_else_are_not_kept(cache: Path) -> None:
    assert module.Renderer(jinja2.DictLoader({"x.py.j2": "x = 1\n"})).render("x.py.j2") == "x = 1\n"
    assert not cache.exists()


def test_what_was_kept_renders_the_same(cache: Path) -> None:
    source = "{{ 'constant' }}"
    loader = jinja2.DictLoader({"x.py.j2": source})
    for _ in range(2):
        renderer = module.Renderer(loader)
        renderer.environment.bytecode_cache = module._BytecodeCache()
        assert renderer.render("x.py.j2") == "constant"
    assert len([*cache.iterdir()]) == 1
