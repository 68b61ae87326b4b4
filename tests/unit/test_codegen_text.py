# SPDX-License-Identifier: Apache-2.0
"""Text of a model on its way into Python and Markdown."""

from __future__ import annotations

import ast
import inspect
import keyword
import math
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.formatting import format_python
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits
from heliograph_codegen.text import (
    LINE_LENGTH,
    Code,
    Comment,
    Ident,
    Safe,
    clean_text,
    code,
    comment,
    docstring,
    docstring_key,
    identifier,
    join,
    markdown,
    markdown_cell,
    markdown_code,
    markdown_code_cell,
    markdown_fence,
    py_literal,
    py_str,
    wrap,
)
from heliograph_codegen.verify import verify_markdown

HOSTILE = {
    "double quote": '"',
    "triple quote": '"""\nimport os\n"""',
    "four quotes": '""""',
    "five quotes": 'a"""""b',
    "single quotes": "'''",
    "ends in quote": 'say "hi"',
    "starts with quote": '"hi" he said',
    "backslash": "\\",
    "two backslashes": "a\\\\",
    "ends in backslash": "path C:\\",
    "backslash quote": '\\"',
    "named character": "\\N{BULLET} \\N{",
    "short escape": "\\x \\u12 \\777",
    "line feed": "a\nimport os",
    "carriage return": "a\rimport os",
    "separators": "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
    "backslash line feed": "a\\\nb",
    "nul": "a\x00b",
    "terminal": "\x1b[2J\x7f\x08",
    "bidi": "\u202eabc\u202c\u2066d\u2069",
    "zero width": "a\u200b\u200d\ufeffb",
    "surrogate": "\ud800",
    "emoji": "\U0001f389",
    "tags": "\U000e0020",
    "template": "{{7*7}} {% raw %} #} ${x} {0.__class__} %(x)s",
    "cookie": "coding: utf-7 +AAo-import os",
    "tab": "a\tb",
    "accents": "é ß § “quoted”",
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


# --- Errors and limits


def test_an_error_is_one_line_that_begins_with_its_origin() -> None:
    error = GenerationError("bad\nname\x1b[2J \u202e", "model/x.yaml:12")
    assert str(error) == "model/x.yaml:12: bad name\\x1b[2J \\u202e"
    assert (error.problem, error.origin) == ("bad\nname\x1b[2J \u202e", "model/x.yaml:12")


def test_an_error_without_origin_is_its_problem() -> None:
    assert str(GenerationError("no model given")) == "no model given"


def test_a_long_problem_is_cut() -> None:
    assert len(str(GenerationError("x" * 1_000_000))) < 1100


@pytest.mark.parametrize("limit", [field.name for field in fields(Limits)])
def test_a_limit_allows_its_value_and_refuses_the_next(limit: str) -> None:
    limits = replace(DEFAULT_LIMITS, **{limit: 7})
    limits.check(limit, 7)
    with pytest.raises(GenerationError, match=rf"^x\.yaml:3: .*\b8\b.*\b{limit}\b.*\b7\b"):
        limits.check(limit, 8, "x.yaml:3")


# --- Literals


@hostile
def test_a_string_literal_is_one_ascii_line_of_equal_value(text: str) -> None:
    literal = py_str(text)
    assert literal.isascii()
    assert literal.isprintable()
    assert ast.literal_eval(literal) == text


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_string_literal(text: str) -> None:
    assert ast.literal_eval(py_str(text)) == text


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("a", '"a"'),
        ('say "hi"', "'say \"hi\"'"),
        ("it's", '"it\'s"'),
        ("'\"", '"\'\\""'),
        ("é\n", '"\\xe9\\n"'),
    ],
)
def test_quotes_are_those_of_the_formatter(text: str, literal: str) -> None:
    assert py_str(text) == literal
    assert format_python({"a.py": f"x = {literal}\n"}) == {"a.py": f"x = {literal}\n"}


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.lists(inner, max_size=2).map(tuple)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(PLAIN)
def test_a_plain_value_has_a_literal_of_equal_value_and_type(value: object) -> None:
    literal = py_literal(value)
    assert literal.isascii()
    assert repr(ast.literal_eval(literal)) == repr(value)


def _nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 10**5000, object(), {1}, [math.nan], _nested(100_000)],
    ids=["nan", "inf", "-inf", "5,000 digits", "object", "set", "nan inside", "nested"],
)
def test_a_value_without_literal_is_refused_where_it_stands(value: object) -> None:
    with pytest.raises(GenerationError, match=r"^m\.yaml:7: "):
        py_literal(value, "m.yaml:7")


# --- Identifiers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("channel_arn", "channel_arn"),
        ("\ufb01eld", "field"),
        ("type", "type"),
        ("match", "match"),
        ("_x", "_x"),
    ],
)
def test_a_name_becomes_an_identifier(name: str, expected: str) -> None:
    result = identifier(name)
    assert result == expected
    assert isinstance(result, Ident)


@pytest.mark.parametrize(
    "name",
    [
        *("", "1abc", "a b", "a-b", "class", "None", "_", "__class__", "__x", "x\n", "\xb5", "é", "a.b"),
        *("\U0001d41d\U0001d41e\U0001d41f", "\u0661", "x\u0301", "taken", "x" * 300 + "!"),
    ],
    ids=ascii,
)
def test_what_is_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(GenerationError, match=r"^m\.yaml:7: .*cannot be a Python name") as caught:
        identifier(name, reserved={"taken"}, origin="m.yaml:7")
    assert len(str(caught.value)) < 300


@settings(deadline=None)
@given(st.text())
def test_an_identifier_is_ascii_and_no_keyword(name: str) -> None:
    try:
        result = identifier(name)
    except GenerationError:
        return
    assert result.isascii()
    assert result.isidentifier()
    assert not keyword.iskeyword(result)


# --- Pieces


def test_pieces_are_put_together_as_code() -> None:
    sequence = code("Sequence[{}]", identifier("Channel"))
    assert join(" | ", [sequence, Code("None")]) == "Sequence[Channel] | None"
    assert isinstance(sequence, Code)
    assert join(", ", []) == ""


@pytest.mark.parametrize("part", ["x", Comment("# x"), None, 1.5], ids=repr)
def test_a_raw_piece_is_refused(part: object) -> None:
    with pytest.raises(TypeError, match="no safe type"):
        code("{}", part)  # type: ignore[arg-type]  # what the types forbid is what is tested


def test_operations_of_str_lose_the_safe_type() -> None:
    name = identifier("abc")
    assert not any(
        isinstance(made, Safe) for made in (name + "x", name.upper(), f"{name}", name[1:], str(name))
    )


# --- Docstrings


@hostile
@pytest.mark.parametrize("indent", [0, 4])
def test_a_docstring_has_the_text_before_and_after_formatting(text: str, indent: int) -> None:
    literal = docstring(text, indent)
    assert docstring_key(ast.literal_eval(literal)) == docstring_key(text)
    assert literal.count("\n") == docstring(text).count("\n")
    body = f"class A:\n    {literal}\n" if indent else f"{literal}\n"
    formatted = format_python({"a.py": body})["a.py"]
    tree = ast.parse(formatted.encode())
    node = tree.body[0] if indent else tree
    assert isinstance(node, ast.Module | ast.ClassDef)
    assert docstring_key(ast.get_docstring(node, clean=False) or "") == docstring_key(text)
    assert len(node.body) == 1


@settings(deadline=None)
@given(st.text(st.sampled_from("\\\"' \nabNxu{}0é\r\x00\ud800")), st.sampled_from([0, 4, 8]))
def test_any_text_has_a_docstring(text: str, indent: int) -> None:
    assert docstring_key(ast.literal_eval(docstring(text, indent))) == docstring_key(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("\\\"'ab{}N")).filter(lambda text: text and '"' not in (text[0], text[-1])))
def test_a_line_without_quotes_at_its_ends_is_exact(text: str) -> None:
    assert ast.literal_eval(docstring(text)) == text


@pytest.mark.parametrize(
    ("text", "indent", "literal"),
    [
        ("Gets it.", 4, '"""Gets it."""'),
        ("Gets it.\n\nMore of it.", 4, '"""Gets it.\n\n    More of it.\n    """'),
        (r"Matches \d+.", 0, r'r"""Matches \d+."""'),
        ('Say "hi"', 0, '"""Say "hi" """'),
        ('"Hi" he said', 0, '""" "Hi" he said"""'),
        ("C:\\", 0, '"""C:\\\\"""'),
        ("naïve § ok", 0, '"""naïve § ok"""'),
        ("a\u202eb\x00", 0, '"""a\\u202eb\\x00"""'),
        ('a """ b', 0, '"""a \\"\\"\\" b"""'),
        ("", 0, '""""""'),
    ],
)
def test_a_docstring_is_as_readable_as_its_text_allows(text: str, indent: int, literal: str) -> None:
    assert docstring(text, indent) == literal


def test_indentation_inside_a_docstring_stays() -> None:
    text = "Gets it.\n\nArgs:\n    name: What\n        it is called."
    assert inspect.cleandoc(ast.literal_eval(docstring(text, 4))) == text


# --- Wrapping


WORDS = "one two three four five six seven eight nine ten " * 8


@pytest.mark.parametrize("indent", [0, 4, 8])
@pytest.mark.parametrize("length", range(60, 130))
def test_a_wrapped_docstring_stays_within_its_lines(length: int, indent: int) -> None:
    text = WORDS[:length].rstrip()
    lines = (" " * indent + docstring(wrap(text, indent), indent)).split("\n")
    assert max(map(len, lines)) <= LINE_LENGTH
    assert " ".join(wrap(text, indent).split()) == text


def test_wrapping_keeps_paragraphs_and_items() -> None:
    text = "First  paragraph\ngoes on.\n\n\n- item one has many words in it\n- two\n"
    wrapped = wrap(text, 0, 30)
    assert wrapped == "First paragraph goes on.\n\n- item one has many words in\n  it\n- two"


def test_wrapping_does_not_break_words() -> None:
    assert wrap("x" * 200 + " y") == "x" * 200 + "\ny"


def test_nothing_wraps_to_nothing() -> None:
    assert wrap("  \n ") == ""


# --- Comments and clean text


@hostile
def test_a_comment_is_nothing_but_comment_lines(text: str) -> None:
    source = comment(text)
    assert source.isascii()
    assert all(line.startswith("#") for line in source.splitlines())
    assert ast.parse(f"\n\n{source}\n".encode()).body == []


def test_a_comment_is_indented_from_its_second_line_on() -> None:
    assert comment("one\ntwo \\d", 4) == "# one\n    # two \\d"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain `code`\n\nmore", "plain `code`\n\nmore"),
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("a\tb", "a b"),
        ("\u202ea\u202c\u200b\ufeff\x00\x1b[2J\ud800\ue000\U000e0020", "a[2J"),
        ("é 🎉", "é 🎉"),
        ("\U00013439", ""),
    ],
    ids=ascii,
)
def test_clean_text_has_nothing_invisible(text: str, clean: str) -> None:
    assert clean_text(text) == clean


# --- Markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Uses `GetX` twice.", "Uses `GetX` twice."),
        ("snake_case and _em_", r"snake_case and \_em\_"),
        ("<script>a && b</script>", "&lt;script>a &amp;&amp; b&lt;/script>"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("![x](y)", r"!\[x\](y)"),
        ("# head\n- item\n1. one\n> quote\n===", "\\# head\n\\- item\n1\\. one\n\\> quote\n\\==="),
        ("    indented", "indented"),
        ("a ` b", r"a \` b"),
        ("`<b>`", "`<b>`"),
        ("a | b", r"a \| b"),
        ("```\nx", "\\`\\`\\`\nx"),
    ],
)
def test_markdown_shows_the_text(text: str, shown: str) -> None:
    assert markdown(text) == shown


@settings(deadline=None)
@given(st.text(st.sampled_from("`<>[]()!\\#-+=|~\n ab1.:_*&x{}\r\x00\u202e")))
def test_any_text_gives_harmless_markdown(text: str) -> None:
    cell = markdown_cell(text)
    assert "\n" not in cell
    for page in (markdown(text), cell, f"a {markdown_code(text)} b", markdown_fence(text)):
        verify_markdown(page)


def test_a_cell_is_not_split_by_its_text() -> None:
    assert markdown_cell("a | `b|c`\nd") == r"a \| `b\|c` d"


@pytest.mark.parametrize(
    ("text", "span"), [("x", "`x`"), ("`x`", "`` `x` ``"), ("a``b", "```a``b```"), ("a\nb", "`a b`")]
)
def test_a_code_span_is_longer_than_its_backticks(text: str, span: str) -> None:
    assert markdown_code(text) == span


def test_a_fence_is_longer_than_its_backticks() -> None:
    assert markdown_fence("a\n````\nb\n", "python") == "`````python\na\n````\nb\n`````"


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert markdown_code_cell("str | None") == "`str \\| None`"
