# SPDX-License-Identifier: Apache-2.0
"""What templates may put out, and how their output is formatted."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import jinja2
import pytest
from markupsafe import Markup

from heliograph_codegen import formatting
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.formatting import format_python, formatter_version
from heliograph_codegen.render import Renderer
from heliograph_codegen.text import Code, comment, docstring, identifier, markdown, py_literal, py_str

if TYPE_CHECKING:
    from pathlib import Path

VIEW: dict[str, object] = {
    "name": identifier("channel"),
    "literal": py_str("a"),
    "raw": "import os",
    "text": markdown("*"),
    "yes": True,
}


def render(source: str, name: str = "x.py.j2", **more: str) -> str:
    loader = jinja2.DictLoader({name: source, **{key.replace("_", "."): text for key, text in more.items()}})
    return Renderer(loader).render(name, **VIEW)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("{{ name }} = {{ literal }}\n", 'channel = "a"\n'),
        ("x = {{ 3 }}", "x = 3"),
        ("{{ '\"constant\"' }}", '"constant"'),
        ("{{ 'await ' if yes else '' }}x{{ 'no' if not yes else ('a' if yes else 'b') }}", "await xa"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(name) }}", "<channel>"),
        ("{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}{{ name }}{% endcall %}", "<channel>"),
        ("{% set x %}<{{ name }}>{% endset %}{{ x }}", "<channel>"),
        ("{% if yes %}\n  a\n    {% endif %}\nb\n", "  a\nb\n"),
        ("{# note #}{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("a < b & c", "a < b & c"),
    ],
)
def test_a_template_puts_out_its_own_text_and_safe_values(source: str, output: str) -> None:
    assert render(source) == output


def test_templates_include_and_import_each_other() -> None:
    part = "{% macro m(x) %}[{{ x }}]{% endmacro %}{{ name }}"
    source = "{% include 'part.j2' %} {% from 'part.j2' import m with context %}{{ m(literal) }}"
    assert render(source, part_j2=part) == 'channel ["a"]'


@pytest.mark.parametrize(
    "value",
    [
        "import os",
        "",
        Markup("<b>"),
        None,
        True,
        1.5,
        ["x"],
        py_str("a") + "",
        f"{py_str('a')}",
        markdown("x"),
    ],
    ids=lambda value: f"{type(value).__name__}-{value}",
)
def test_a_value_that_is_not_safe_stops_the_run(value: object) -> None:
    renderer = Renderer(jinja2.DictLoader({"a.py.j2": "x = {{ value }}"}))
    with pytest.raises(GenerationError, match=r"^template a\.py\.j2: an expression gave a "):
        renderer.render("a.py.j2", value=value)


@pytest.mark.parametrize(
    "source",
    [
        "{{ raw }}",
        "{{ name ~ 'x' }}",
        "{{ name + 'x' }}",
        "{{ 'x%s' | format(raw) }}",
        "{{ raw if yes else '' }}",
        "{{ name | upper }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(raw) }}",
        "{% set x %}{{ raw }}{% endset %}{{ x }}",
        "{% include 'part.j2' %}",
        "{{ [name] | join }}",
        "{{ raw | safe }}",
    ],
)
def test_there_is_no_way_around(source: str) -> None:
    with pytest.raises(GenerationError, match="none of Code, Comment"):
        render(source, part_j2="{{ raw }}")


@pytest.mark.parametrize(
    "value",
    [Code("x"), identifier("x"), py_str("x"), py_literal(1.5), docstring("x"), comment("x"), 3],
    ids=lambda value: type(value).__name__,
)
def test_python_templates_take_python(value: object) -> None:
    assert Renderer(jinja2.DictLoader({"a.py.j2": "{{ v }}"})).render("a.py.j2", v=value) == str(value)


def test_markdown_templates_take_markdown() -> None:
    assert render("# {{ name }}\n\n{{ text }} {{ 3 }}{{ 'x' }}\n", "a.md.j2") == "# channel\n\n\\* 3x\n"
    with pytest.raises(GenerationError, match="none of Md, Ident"):
        render("{{ literal }}", "a.md.j2")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ missing }}", r"^template x\.py\.j2: UndefinedError: 'missing' is undefined"),
        ("{{ name.missing }}", "has no attribute 'missing'"),
        ("\n{% if %}", r"^template x\.py\.j2:2: "),
        ("{% include 'nowhere.j2' %}", "TemplateNotFound: nowhere.j2"),
    ],
)
def test_a_mistake_in_a_template_is_located(source: str, problem: str) -> None:
    with pytest.raises(GenerationError, match=problem):
        render(source)


# --- Formatting


def test_sources_are_formatted_in_order() -> None:
    files = {"b.py": "x = 'a'\n", "a/x.py": f"def f( ):\n    return ({'one, ' * 30})\n"}
    formatted = format_python(files)
    assert list(formatted) == ["b.py", "a/x.py"]
    assert formatted["b.py"] == 'x = "a"\n'
    assert formatted["a/x.py"].count("\n") == 33
    assert format_python(formatted) == formatted


def test_settings_of_the_machine_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 20\n[format]\nquote-style = 'single'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "nonsense")
    assert format_python({"a.py": "x = 'a' + 'bbbbbbbbbbbbbbbb'\n"}) == {
        "a.py": 'x = "a" + "bbbbbbbbbbbbbbbb"\n'
    }


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1\ny = (\n", r"^a/b\.py:[23]: the generated source does not parse: "),
        ("x = '\x00'\ny = )", r"^a/b\.py:2: the generated source does not parse: "),
        ("\nx = '\ud800'\n", r"^a/b\.py:2: .*surrogate '\\ud800'"),
    ],
    ids=["open bracket", "closed bracket", "surrogate"],
)
def test_a_source_that_does_not_parse_is_named(source: str, problem: str) -> None:
    with pytest.raises(GenerationError, match=problem):
        format_python({"ok.py": "", "a/b.py": source})


def test_nothing_is_formatted_to_nothing() -> None:
    assert format_python({}) == {}


def test_the_formatter_says_its_version() -> None:
    assert formatter_version() == f"ruff {version('ruff')}"


def test_a_missing_formatter_is_an_error_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    formatting._ruff.cache_clear()
    monkeypatch.setitem(sys.modules, "ruff.__main__", None)
    with pytest.raises(GenerationError, match=r'pip install "heliograph\[codegen\]"'):
        format_python({"a.py": ""})
