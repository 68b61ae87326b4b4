# SPDX-License-Identifier: Apache-2.0
"""The corpus: payloads, the places of a model they go to, and what may come of it.

A payload in a place gives one of two things: one error of one printable line that blames the model, or files that
differ from those of the harmless model inside of string constants alone. Three kinds of places differ in what
"alone" means:

- a value, or the hole inside of one: the trees are equal once each string counts as the same
  (``verify.equal_but_for_constants``);
- a name, replaced wherever the model uses it: identifiers differ and what is sorted by name moves, so each file must
  have as many nodes of each kind at each place of each kind of parent as that of the harmless model, and each new
  identifier must be plain ASCII and made of the payload's own letters;
- a path or a URL: ``?``, ``/``, ``&`` and ``=`` mean something there, so the harmless model has the same ones.

Where a text that fits is another thing than one that does not (a reference that leads nowhere is left out of a
published model, a documentation may say nothing), the harmless model may have a harmless word there, or nothing.
"""

from __future__ import annotations

import ast
import copy
import importlib
import json
import keyword
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from hostile_c2j import C2J_KEYS, C2J_MODELS, RULE_SET
from hostile_models import HOLE, YAML_MODELS
from hostile_smithy import SMITHY_KEYS, SMITHY_MODELS

from heliograph_codegen.customisations import CUSTOMISATIONS
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import Sides, yaml_model
from heliograph_codegen.generate import Package, load, package_of
from heliograph_codegen.verify import equal_but_for_constants, verify_markdown

generate = importlib.import_module("heliograph_codegen.generate")  # the package has a function of that name

_DATA = json.loads(Path(__file__).with_name("payloads.json").read_text(encoding="utf-8"))
PACKAGE = "bell_tower"
MODELS: Mapping[str, dict[str, Any]] = {**YAML_MODELS, **SMITHY_MODELS, **C2J_MODELS}

T = TypeVar("T")


def base_model(name: str) -> dict[str, Any]:
    """A fresh copy of a harmless model."""
    return copy.deepcopy(MODELS[name])


@dataclass(frozen=True)
class Payload:
    id: str
    family: str
    payload: str


PAYLOADS = tuple(Payload(**each) for each in _DATA)
FAMILIES = tuple(dict.fromkeys(each.family for each in PAYLOADS))


# --- Places


@dataclass(frozen=True)
class Position:
    """A place of a model that holds text: ``kind`` is ``value``, ``hole`` or ``name``."""

    model: str
    kind: str
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.model}:{'/'.join(map(str, self.path))} ({self.kind})"

    def fill(self, document: dict[str, Any], text: str) -> dict[str, Any]:
        """The document with the text in this place; it may be changed itself."""
        if self.kind == "name":
            renamed = _renamed(document, str(self.path[-1]), text)
            assert isinstance(renamed, dict)
            return renamed
        *way, last = self.path
        holder: Any = document
        for step in way:
            holder = holder[step]
        holder[last] = holder[last].replace(HOLE, text) if self.kind == "hole" else text
        return document

    def may_hold(self, text: str) -> bool:
        """Whether the grammar of this place has the text."""
        if self.kind == "name":
            return self.path[-2:-1] != ("headers",) or _TOKEN.fullmatch(text) is not None
        value: Any = self.fill(base_model(self.model), text)
        for step in self.path:
            value = value[step]
        steps = tuple(map(str, self.path))
        return all(
            grammar.fullmatch(str(value))
            for ending, grammar in MAY_BE.items()
            if steps[-len(ending) :] == ending
        )

    @property
    def is_in_path(self) -> bool:
        """Whether this is in a path or in the URL of an endpoint, where some characters mean something."""
        return self.kind != "name" and (
            self.path[-1] in ("http", "url", "requestUri") or self.path[-2:] == ("smithy.api#http", "uri")
        )

    @property
    def is_mended(self) -> bool:
        """Whether a name is made of this text even where the text is none."""
        return self.path[-1] in ("sdkId", "serviceId")

    @property
    def changes_names(self) -> bool:
        """Whether identifiers are made of what stands here."""
        return self.kind == "name" or self.path == ("service",) or self.is_mended or "rename" in self.path


def _renamed(value: Any, old: str, new: str) -> Any:
    """The value with another name for something, wherever it is used: in references, labels and templates too."""
    if "#" in old and "#" not in new:
        new = f"{old.partition('#')[0]}#{new}"
    if isinstance(value, dict):
        return {_renamed_key(key, old, new): _renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, old, new) for item in value]
    if isinstance(value, str):
        return new if value == old else value.replace(f"{{{old}}}", f"{{{new}}}")
    return value


def _renamed_key(key: str, old: str, new: str) -> str:
    shape, mark, member = key.partition("$")
    if not mark:
        return new if key == old else key
    return f"{new if shape == old else shape}${new if member == old else member}"


YAML_KEYS = frozenset().union(
    yaml_model.MODEL_KEYS,
    yaml_model.OPERATION_KEYS,
    yaml_model.MEMBER_KEYS,
    yaml_model.SHAPE_KEYS,
    *yaml_model.SHAPE_KEYS.values(),
    yaml_model.COMMON_KEYS,
    yaml_model.ERROR_KEYS,
    yaml_model.ENUM_VALUE_KEYS,
    yaml_model.EXAMPLE_KEYS,
    yaml_model.ENTRY_KEYS,
    yaml_model.CHECKSUM_KEYS,
    yaml_model.PAGINATOR_KEYS,
    yaml_model.WAITER_KEYS,
    yaml_model.ACCEPTOR_KEYS,
    {
        "prefix",
        "seconds",
        "reason",
        "throttling",
        "key",
        "since",
        "message",
        "rules",
        "version",
        "parameters",
    },
    {
        "builtIn",
        "conditions",
        "fn",
        "argv",
        "ref",
        "assign",
        "url",
        "properties",
        "authSchemes",
        "signingName",
    },
    {"signingRegion", "uri", "attempts", "base"},
    *(each.fills.keys() | {*each.changes} for each in CUSTOMISATIONS.values()),
)
"""Keys that the dialect gives a meaning; every other key is a name of the model's own."""


def _positions(model: str) -> Iterator[Position]:
    keys = SMITHY_KEYS if model in SMITHY_MODELS else C2J_KEYS if model in C2J_MODELS else YAML_KEYS
    names: set[str] = set()
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), base_model(model))]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                waiting.append(((*path, key), item))
                is_trait = path[-1:] == ("traits",) or "$" in key
                if key not in keys and key not in names and not is_trait:
                    names.add(key)
                    yield Position(model, "name", (*path, key))
        elif isinstance(value, list):
            waiting.extend(((*path, at), item) for at, item in enumerate(value))
        elif isinstance(value, str):
            yield Position(model, "value", path)
            if HOLE in value:
                yield Position(model, "hole", path)


POSITIONS = tuple(
    sorted(
        (position for name in MODELS for position in _positions(name)),
        key=lambda each: (each.model, str(each)),
    )
)


# --- What comes of it


def unformatted() -> Any:
    """While this lasts, the generator leaves out the formatter, which takes most of its time."""
    return mock.patch.object(generate, "format_python", dict)


def filled(positions: Sequence[Position], text: str) -> dict[str, Any]:
    """The model with the text in all these places; they are of one model."""
    document = base_model(positions[0].model)
    for position in positions:
        document = position.fill(document, text)
    return document


def read(document: dict[str, Any]) -> Any:
    """The model of a document; a warning is held to what is said of errors."""

    def heard(line: str) -> None:
        problem = bad_line(line)
        assert problem is None, problem

    rules = document.get(RULE_SET)
    given = {key: value for key, value in document.items() if key != RULE_SET}
    return load(given, sides=Sides(endpoint_rules=rules), warn=heard)


@cache
def twin(model: str) -> Package:
    """The package of a harmless model."""
    return package_of(read(base_model(model)), PACKAGE)


@cache
def _filled_twin(positions: tuple[Position, ...], text: str) -> Package | None:
    """The package of a harmless model with a harmless text in these places; None if it cannot be there."""
    try:
        return package_of(read(filled(positions, text)), PACKAGE)
    except GenerationError:
        return None


def forget_twins() -> None:
    """Make the harmless packages anew when they are asked for: with the formatter, or after a guard was off."""
    twin.cache_clear()
    _filled_twin.cache_clear()


def _twins(positions: Sequence[Position], text: str) -> Iterator[Package]:
    """The harmless packages that one with this text in these places may be like, the likeliest first."""
    marks = re.sub(r"[^/?&=]+", "x", text)
    in_path = tuple(each for each in positions if each.is_in_path)
    whole = tuple(each for each in positions if each.kind == "value" and not each.changes_names)
    if not in_path:
        yield twin(positions[0].model)
    for places, filling in ((in_path, marks), (whole, WORD), (whole, "")):
        made = _filled_twin(places, filling) if places else None
        if made is not None:
            yield made


WORD = "word"
"""A harmless text."""


@dataclass
class Outcome:
    """What the generator made of one payload: packages, and what is wrong, by place."""

    packages: list[Package]
    problems: list[str]


@cache
def outcome(model: str, kind: str, payload: Payload) -> Outcome:
    """What comes of a payload in all places of one kind in a model.

    Each place is tried alone first, as far as the front-end; then all places that took the payload are generated
    together, in halves where they exclude each other. A problem is traced to its places.
    """
    found = Outcome([], [])
    accepted: list[Position] = []
    for position in POSITIONS:
        if (position.model, position.kind) == (model, kind) and not position.changes_names:
            problem = attempt(lambda: read(filled([position], payload.payload)))  # noqa: B023 - called at once, in this very round
            if isinstance(problem, str):
                found.problems.append(f"{position}: {problem}")
            elif problem is not None:
                accepted.append(position)
    waiting = [accepted] if accepted else []
    while waiting:
        positions = waiting.pop()
        made = attempt(lambda: package_of(read(filled(positions, payload.payload)), PACKAGE))  # noqa: B023 - called at once, in this very round
        problem = difference(positions, payload, made) if isinstance(made, Package) else made
        if len(positions) > 1 and (made is None or problem):
            half = len(positions) // 2
            waiting += [positions[:half], positions[half:]]
        elif problem:
            found.problems.append(f"{positions[0]}: {problem}")
        elif isinstance(made, Package):
            found.packages.append(made)
    return found


@cache
def name_outcome(position: Position, payloads: tuple[Payload, ...]) -> dict[str, Package | str]:
    """What comes of each payload as a name: a package, or what is wrong; nothing where it was refused."""
    found: dict[str, Package | str] = {}
    for payload in payloads:
        made = attempt(lambda: package_of(read(filled([position], payload.payload)), PACKAGE))  # noqa: B023 - called at once, in this very round
        if isinstance(made, Package):
            found[payload.id] = difference([position], payload, made) or made
        elif made:
            found[payload.id] = made
    return found


def attempt(action: Callable[[], T]) -> T | str | None:
    """What the action gives; None where the generator refuses as it should, else what is wrong with that."""
    try:
        return action()
    except GenerationError as error:
        return bad_line(str(error))
    except Exception as error:
        return f"raised {type(error).__name__}"


def bad_line(line: str) -> str | None:
    """What is wrong with the text of an error; None if it is one printable line that blames the model."""
    if not line or not line.isprintable() or len(line) > 2500:
        return "the error is not one printable line"
    if any(words in line for words in ("defect of the generator", "the generated source", "template ")):
        return "only the last look stopped it"
    return None


def difference(positions: Sequence[Position], payload: Payload, made: Package) -> str | None:
    """What in a package is not as in that of the harmless model; None if nothing is."""
    unlike = [each for each in positions if not each.may_hold(payload.payload)]
    if unlike:
        return f"{unlike[0]} took what its place cannot hold"
    problem = None
    for harmless in _twins(positions, payload.payload):
        found = _unlike(made, harmless, positions[0], payload.payload)
        if found is None:
            return None
        problem = problem or found
    return problem or "no harmless model is like it"


def _unlike(made: Package, harmless: Package, position: Position, text: str) -> str | None:
    """What in a package is not as in a harmless one; None if nothing is."""
    if made.files.keys() != harmless.files.keys():
        return "other files"
    for name, data in _sources(made).items():
        other = _sources(harmless)[name]
        if data == other:
            continue
        try:
            same = (
                _same_but_for_names(data, other, "" if position.is_mended else text)
                if position.changes_names
                else equal_but_for_constants(data, other)
            )
        except (SyntaxError, ValueError) as error:
            return f"{name} does not parse: {type(error).__name__}"
        if not same:
            return f"{name} differs from the harmless one in more than texts"
    return _page_problem(made.page.decode(), harmless.page.decode())


def _sources(package: Package) -> dict[str, bytes]:
    return {
        **{name: data for name, data in package.files.items() if name.endswith(".py")},
        "test": package.test,
    }


def _page_problem(page: str, harmless: str) -> str | None:
    try:
        verify_markdown(page)
    except GenerationError:
        return "the page has something active"
    if any(
        unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for each in page if each != "\n"
    ):
        return "the page has invisible characters"
    if _outline(page) != _outline(harmless):
        return "the page has other headings, rows or fences"
    return None


def _outline(page: str) -> Counter[str]:
    return Counter(line[:2] for line in page.split("\n") if line.startswith(("#", "|", "```", "~~~", "    ")))


def _same_but_for_names(first: bytes, second: bytes, text: str) -> bool:
    ours, others = ast.parse(first), ast.parse(second)
    new = _identifiers(ours) - _identifiers(others)
    return _edges(ours) == _edges(others) and all(_is_made_of(name, text) for name in new)


def _edges(tree: ast.AST) -> Counter[tuple[type, str, type]]:
    """How often a node of one kind stands at a place of another kind; literals count as one kind."""
    return Counter(
        (type(parent), field, type(child))
        for parent in ast.walk(tree)
        for field, value in ast.iter_fields(parent)
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, ast.AST)
    )


def _identifiers(tree: ast.AST) -> set[str]:
    fields = ("id", "attr", "arg", "name", "asname", "module")
    return {
        value
        for node in ast.walk(tree)
        for field in fields
        if isinstance(value := getattr(node, field, None), str)
    }


_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)


def _is_made_of(name: str, text: str) -> bool:
    letters = re.sub(r"[^a-z0-9]", "", text.lower())
    parts = name.split(".")
    return (
        _PLAIN.fullmatch(name) is not None
        and not any(keyword.iskeyword(part) or part.startswith("__") for part in parts)
        and letters in re.sub(r"[^a-z0-9]", "", name.lower())
    )


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PRINTABLE = re.compile(r"[ -~]+")
_DOTTED = re.compile(r"[A-Za-z0-9._-]+")
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_QUERY = re.compile(r"[^\x00-\x20\x7f-\U0010ffff\"<>&=#?]+")
_PATH = re.compile(r"/[^\x00-\x20\x7f-\U0010ffff#\"<>\\]*")
_MEDIA_TYPE = re.compile(r"[!-~]+/[!-~]+( ?; ?[!-~]+)*")
_HOST_PREFIX = re.compile(r"([a-z0-9.-]|\{\w+\})+", re.ASCII | re.IGNORECASE)

MAY_BE: Mapping[tuple[str, ...], re.Pattern[str]] = {
    ("header",): _TOKEN,
    ("smithy.api#httpHeader",): _TOKEN,
    ("prefix-headers",): _TOKEN,
    ("smithy.api#httpPrefixHeaders",): re.compile(f"({_TOKEN.pattern})?"),
    ("headers", "x-bell"): _PRINTABLE,
    ("headers", "x-tower"): _PRINTABLE,
    ("host-prefix",): _HOST_PREFIX,
    ("hostPrefix",): _HOST_PREFIX,
    ("endpoint", "prefix"): re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?"),
    ("endpoint", "url"): re.compile(r"[!-~]*"),
    ("headers", "X-Tower", "0"): re.compile("[ -~]*"),
    ("headers", "X-Tower", "1"): re.compile("[ -~]*"),
    ("builtIn",): re.compile("(AWS|SDK)::[A-Za-z0-9:]+"),
    ("customise",): re.compile("[a-z0-9-]+"),
    ("aws.protocols#ec2QueryName",): re.compile("[ -~]*"),
    ("signing",): _DOTTED,
    ("endpointPrefix",): re.compile(f"({_DOTTED.pattern})?"),
    ("aws.auth#sigv4", "name"): re.compile(f"({_DOTTED.pattern})?"),
    ("aws.auth#sigv4a", "name"): re.compile(f"({_DOTTED.pattern})?"),
    ("query",): _QUERY,
    ("smithy.api#httpQuery",): _QUERY,
    ("reference",): re.compile(r"https://[!-~]+"),
    ("http",): re.compile(f"[A-Z]+ {_PATH.pattern}"),
    ("smithy.api#http", "uri"): _PATH,
    ("requestUri",): re.compile(f"({_PATH.pattern})?"),
    ("metadata", "signingName"): re.compile(f"({_DOTTED.pattern})?"),
    ("metadata", "targetPrefix"): re.compile("[ -~]*"),
    ("metadata", "jsonVersion"): re.compile(f"({_DOTTED.pattern})?"),
    ("smithy.api#http", "method"): re.compile("[A-Z]+"),
    ("code",): _PRINTABLE,
    ("aws.protocols#awsQueryError", "code"): re.compile("[ -~]*"),
    ("wire-name",): _PRINTABLE,
    ("query-name",): _PRINTABLE,
    ("target-prefix",): _PRINTABLE,
    ("json-version",): _DOTTED,
    ("media-type",): _MEDIA_TYPE,
    ("smithy.api#mediaType",): re.compile(f"({_MEDIA_TYPE.pattern})?"),
    ("input-element",): _XML_NAME,
    ("result-wrapper",): _XML_NAME,
    ("input-namespace",): _URI,
    ("xml-namespace", "uri"): _URI,
    ("smithy.api#xmlNamespace", "uri"): _URI,
    ("xml-namespace", "prefix"): _XML_NAME,
    ("list", "name"): _XML_NAME,
    ("list", "namespace"): _URI,
    ("version",): re.compile(f"({_DOTTED.pattern})?"),
    ("service",): re.compile(r"[A-Za-z0-9 ]+"),
}
"""What may stand in places that have a grammar of their own (RFC 9110 tokens, host names, URIs), by the place's end.
Published models may leave some of them empty."""
