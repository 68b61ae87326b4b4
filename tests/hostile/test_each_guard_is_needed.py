# SPDX-License-Identifier: Apache-2.0
"""The corpus notices each guard of the generator that is switched off: alone, or with the guard behind it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for hostile_corpus, which stands beside this

from hostile_corpus import PAYLOADS, Position, forget_twins, name_outcome, outcome, twin, unformatted

from heliograph_codegen import (
    customisations,
    endpoint_rules,
    errors,
    ir,
    jmespath,
    render,
    rule_expressions,
    text,
    verify,
)
from heliograph_codegen.frontends import c2j_docs, common, document, grammar, smithy_ast

ANYTHING = re.compile(r"(?s).*")


@pytest.fixture(autouse=True)
def _unformatted() -> Iterator[None]:
    with unformatted():
        yield
    forget_twins()


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Switches a guard off, wherever the generator has taken it."""

    def switch(name: str) -> None:
        if name in PATTERNS:
            module, attribute = PATTERNS[name]
            monkeypatch.setattr(module, attribute, ANYTHING)
            return
        guard, without = GUARDS[name]
        modules = [module for key, module in sys.modules.items() if key.startswith("heliograph_codegen.")]
        places = [(each, key) for each in modules for key, value in vars(each).items() if value is guard]
        assert places, name
        for module, key in places:
            monkeypatch.setattr(module, key, without)

    return switch


def _nothing(*arguments: Any) -> None:
    pass


PATTERNS: dict[str, tuple[Any, str]] = {
    **{name: (grammar, name) for name, value in vars(grammar).items() if isinstance(value, re.Pattern)},
    "path text": (ir, "_PATH_TEXT"),
    "query text": (ir, "_QUERY_TEXT"),
    "host text": (ir, "_HOST_TEXT"),
    "label name": (ir, "_LABEL"),
    "rules: name": (endpoint_rules, "_NAME"),
    "rules: header": (endpoint_rules, "_HEADER"),
    "rules: header text": (rule_expressions, "_HEADER_TEXT"),
    "rules: URL text": (rule_expressions, "_URL_TEXT"),
    "shape id": (smithy_ast, "_ID"),
}
"""Grammars of text, by name: where they stand."""


class _AllNames(dict[str, Any]):
    """A table that has every name."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return next(iter(self.values()))


GUARDS: dict[str, tuple[Any, Any]] = {
    "py_str": (text.py_str, lambda value: text.Lit(f'"{value}"')),
    "docstring": (text.docstring, lambda value, indent=0: text.Code(f'"""{value}"""')),
    "clean_text": (text.clean_text, lambda value: value),
    "markdown": (text.markdown, text.Md),
    "identifier": (text.identifier, lambda name, **_: text.Ident(name)),
    "characters": (vars(document)["_check_text"], _nothing),
    "one line": (vars(errors)["_one_line"], lambda value: value),
    "finalize": (vars(render)["_finalize"], jinja2.pass_context(lambda context, value: value)),
    "customisations": (customisations.CUSTOMISATIONS, _AllNames(customisations.CUSTOMISATIONS)),
    "rules: built-ins": (vars(endpoint_rules)["_check_built_ins"], _nothing),
    "jmespath": (jmespath.parse, lambda text, origin=None: jmespath.Field(text, 0)),
    "prose": (c2j_docs.prose, lambda text: text),
    "visible pattern": (common.visible_pattern, lambda pattern: pattern),
    "service id": (common.service_id_of, lambda text: text),
    "unprintable": (common.UNPRINTABLE, re.compile("(?!)")),
    "verify": (verify.verify, _nothing),
    "verify_markdown": (verify.verify_markdown, _nothing),
}

NAMED = {
    "operation": Position("shapes", "name", ("operations", "RingBell")),
    "shape": Position("shapes", "name", ("shapes", "Bell")),
    "service": Position("service", "value", ("service",)),
    "sdkId": Position(
        "smithy ec2", "value", ("shapes", "bells#BellTower", "traits", "aws.api#service", "sdkId")
    ),
    "Smithy operation": Position("smithy rpc", "name", ("shapes", "bells#RingBell")),
    "Smithy member": Position("smithy xml", "name", ("shapes", "bells#RingBellInput", "members", "Bell")),
    "C2J operation": Position("c2j query", "name", ("operations", "RingBell")),
    "waiter": Position("continuing", "name", ("waiters", "BellsRung")),
    "event header": Position("places", "name", ("shapes", "Ding", "structure", "Loudness")),
    "rule parameter": Position("rules", "name", ("endpoint", "rules", "parameters", "Tower")),
    "rule header": Position(
        "rules",
        "name",
        ("endpoint", "rules", "rules", 2, "rules", 0, "endpoint", "headers", "X-Tower"),
    ),
}


def first_problem(model: str, kind: str, says: str = "", family: str = "") -> str:
    """The first thing that the corpus, or one family of it, finds in a model and that says this; may be empty."""
    for payload in [each for each in PAYLOADS if each.family.startswith(family)]:
        found = (
            outcome.__wrapped__(model, kind, payload).problems
            if kind in ("value", "hole")
            else [
                each
                for each in name_outcome.__wrapped__(NAMED[kind], (payload,)).values()
                if isinstance(each, str)
            ]
        )
        for problem in found:
            if re.search(says, problem):
                return f"{payload.id}: {problem}"
    return ""


def prepare(*models: str) -> None:
    """Make the harmless packages while all guards are on."""
    for model in models:
        twin(model)


@pytest.mark.parametrize(
    ("guards", "model", "kind"),
    [
        ("py_str", "errors", "value"),
        ("docstring", "service", "value"),
        ("clean_text", "service", "value"),
        ("markdown", "service", "value"),
        ("identifier", "shapes", "shape"),
        ("identifier and NAME", "shapes", "shape"),
        ("characters and clean_text", "service", "value"),
        ("one line", "service", "value"),
        ("HEADER", "bindings", "value"),
        ("QUERY", "bindings", "value"),
        ("URL", "service", "value"),
        ("HOST", "service", "value"),
        ("SIGNING", "service", "value"),
        ("VERSION", "service", "value"),
        ("WIRE", "errors", "value"),
        ("identifier and SERVICE_ID", "service", "service"),
        ("HEADER_VALUE", "headers", "value"),
        ("MEDIA_TYPE", "headers", "value"),
        ("customisations and TOKEN", "headers", "value"),
        ("WIRE", "rpc", "value"),
        ("WIRE", "ec2", "value"),
        ("XML_NAME", "query", "value"),
        ("XML_PREFIX", "xml", "value"),
        ("NAMESPACE", "xml", "value"),
        ("host text", "places", "value"),
        ("path text and query text", "service", "hole"),
        ("py_str", "rpc", "value"),
        ("py_str", "continuing", "hole"),
        ("rules: built-ins", "rpc", "value"),
        ("rules: header text", "rules", "value"),
        ("rules: URL text", "rules", "hole"),
        ("docstring", "smithy rpc", "value"),
        ("XML_NAME", "smithy xml", "value"),
        ("WIRE", "smithy query", "value"),
        ("WIRE", "smithy ec2", "value"),
        ("SIGNING", "smithy ec2", "value"),
        ("VERSION", "smithy ec2", "value"),
        ("WIRE", "c2j query", "value"),
        ("service id and identifier", "smithy ec2", "sdkId"),
        ("NAME and shape id and identifier", "smithy rpc", "Smithy operation"),
        ("MEMBER and identifier", "smithy xml", "Smithy member"),
        ("NAME and identifier", "c2j query", "C2J operation"),
        ("NAME and identifier", "continuing", "waiter"),
        ("MEMBER and identifier", "places", "event header"),
        ("rules: name and identifier", "rules", "rule parameter"),
        ("rules: header", "rules", "rule header"),
    ],
)
def test_the_corpus_notices_guards_that_are_off(
    guards: str, model: str, kind: str, off: Callable[[str], None]
) -> None:
    prepare(model)
    for guard in guards.split(" and "):
        off(guard)
    assert first_problem(model, kind) != ""


@pytest.mark.parametrize(
    ("guard", "last_look", "model", "family"),
    [("py_str", "verify", "errors", "quotes"), ("markdown", "verify_markdown", "service", "markup")],
)
def test_the_last_look_is_what_stops_a_guard_that_fails(
    guard: str, last_look: str, model: str, family: str, off: Callable[[str], None]
) -> None:
    prepare(model)
    off(guard)
    assert first_problem(model, "value", "only the last look", family) != ""
    off(last_look)
    assert first_problem(model, "value", "differs|active", family) != ""


MISTAKE = ("per_resource=({{ view.per_resource }})", 'per_resource="{{ view.per_resource_page }}"')
"""What a template says, and what a careless hand would make of it: text that went through no filter for Python."""


def test_a_careless_template_meets_finalize_then_the_last_look(
    monkeypatch: pytest.MonkeyPatch, off: Callable[[str], None]
) -> None:
    prepare("service")
    good = jinja2.PackageLoader("heliograph_codegen", "templates")
    environment = render.default_renderer().environment
    source = good.get_source(environment, "operations.py.j2")[0]
    assert source.count(MISTAKE[0]) == 1
    careless = jinja2.DictLoader({"operations.py.j2": source.replace(*MISTAKE)})
    loader = jinja2.ChoiceLoader([careless, good])

    def careless_problem(says: str) -> str:
        renderer = render.Renderer(loader)
        monkeypatch.setattr(sys.modules["heliograph_codegen.generate"], "render", renderer.render)
        return first_problem("service", "value", says)

    assert careless_problem("only the last look") != ""
    off("finalize")
    assert careless_problem("only the last look") != ""
    off("verify")
    assert careless_problem("does not parse|differs") != ""
