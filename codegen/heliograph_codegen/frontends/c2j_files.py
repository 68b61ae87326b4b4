# SPDX-License-Identifier: Apache-2.0
"""Find the files of a C2J model and put them together: the model, what stands beside it, and its extras.

botocore keeps each service in ``data/NAME/VERSION/``: ``service-2.json``, ``endpoint-rule-set-1.json``,
``paginators-1.json``, ``waiters-2.json``, ``examples-1.json`` (any of them compressed) and ``*.sdk-extras.json``, whose
``merge`` is laid over the others. botocore itself is never imported: its data is only read.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.json_files import Source, read_object
from heliograph_codegen.ir import Json, Origin
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from heliograph_codegen.limits import Limits

SCHEME: Final = "botocore:"
"""``botocore:NAME`` or ``botocore:NAME@VERSION`` is a model of the installed botocore."""

_SERVICE: Final = "service-2"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)

Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Sides:
    """The files beside a model; None and nothing for those that are not there.

    Attributes:
        endpoint_rules: The endpoint rule set.
        paginators: ``{"pagination": {...}}``.
        waiters: ``{"version": 2, "waiters": {...}}``.
        examples: ``{"examples": {...}}``.
        extras: Documents whose ``merge`` is laid over the model, its paginators and its waiters.
    """

    endpoint_rules: Source | None = None
    paginators: Source | None = None
    waiters: Source | None = None
    examples: Source | None = None
    extras: Sequence[Source] = ()


NO_SIDES: Final = Sides()


@dataclass(frozen=True, slots=True)
class Files:
    """A model with its side files, read.

    Attributes:
        name: What origins call the model.
        document: The model; paginators and waiters stand in it under ``pagination`` and ``waiters``.
        endpoint_rules: None where there are none.
        examples: By operation.
    """

    name: str
    document: Document
    endpoint_rules: Document | None = None
    examples: Document = field(default_factory=dict[str, Json])


def read_files(source: Source, sides: Sides, limits: Limits) -> Files:
    """Read a model and what belongs to it.

    Args:
        source: ``botocore:NAME[@VERSION]``, the path of a model, or the parsed document. Of the first, and of a file
            called ``service-2.json``, what stands beside it is read as well.
        sides: Files that go before those.
        limits: The caps, for each file.

    Raises:
        GenerationError: a file is not there or is not what it should be.
    """
    name, path = _place(source)
    beside = _beside(path) if path is not None and path.name.startswith(f"{_SERVICE}.json") else NO_SIDES
    document = read_object(source if path is None else path, limits, name)
    paginators = _side(sides.paginators, beside.paginators, limits)
    if paginators is not None:
        document["pagination"] = _part(paginators, "pagination", "paginators")
    waiters = _side(sides.waiters, beside.waiters, limits)
    if waiters is not None:
        document["waiters"] = _part(waiters, "waiters", "waiters")
    for extra in sides.extras or beside.extras:
        _merge(document, _part(read_object(extra, limits), "merge", "extras"))
    examples = _side(sides.examples, beside.examples, limits)
    if examples is None and "examples" in document:
        examples = document
    return Files(
        name=name,
        document=document,
        endpoint_rules=_side(sides.endpoint_rules, beside.endpoint_rules, limits),
        examples={} if examples is None else _part(examples, "examples", "examples"),
    )


def _place(source: Source) -> tuple[str, Path | None]:
    """What origins call a model, and its file; nothing for a parsed document."""
    if isinstance(source, Mapping):
        return "", None
    if isinstance(source, str) and source.startswith(SCHEME):
        return _installed(source)
    path = Path(source)
    return path.as_posix(), path


def _side(given: Source | None, found: Source | None, limits: Limits) -> Document | None:
    source = found if given is None else given
    return None if source is None else read_object(source, limits)


def _part(document: Document, key: str, what: str) -> Document:
    part = document.get(key)
    if not isinstance(part, dict):
        raise GenerationError(f"the file of {what} has no object '{key}'; give the right file", Origin())
    return part


def _merge(base: Document, over: Document) -> None:
    """Lay one document over another, as botocore does: objects are merged, everything else is replaced."""
    for key, value in over.items():
        inner = base.get(key)
        if isinstance(inner, dict) and isinstance(value, dict):
            inner = dict(inner)
            _merge(inner, value)
            base[key] = inner
        else:
            base[key] = value


# --- Where the files are ---


def _beside(model: Path) -> Sides:
    folder = model.parent

    def find(stem: str) -> Path | None:
        return next((path for path in _spellings(folder, stem) if path.is_file()), None)

    return Sides(
        endpoint_rules=find("endpoint-rule-set-1"),
        paginators=find("paginators-1"),
        waiters=find("waiters-2"),
        examples=find("examples-1"),
        extras=sorted(folder.glob("*.sdk-extras.json")),
    )


def _spellings(folder: Path, stem: str) -> Iterable[Path]:
    return folder / f"{stem}.json", folder / f"{stem}.json.gz"


def _installed(source: str) -> tuple[str, Path]:
    """What origins call a model of the installed botocore, and where it is."""
    service, _, version = source.removeprefix(SCHEME).partition("@")
    path, chosen = model_file(service, version)
    return f"{SCHEME}{service}@{chosen}", path


def model_file(service: str, version: str = "") -> tuple[Path, str]:
    """Where a model of the installed botocore is, and its version.

    Args:
        service: What botocore calls the service.
        version: The newest if empty.

    Raises:
        GenerationError: There is no such model, or no botocore.
    """
    source = f"{SCHEME}{service}"
    data = data_folder()
    if not (_NAME.fullmatch(service) and (data / service).is_dir()):
        known = services()
        raise GenerationError(
            f"botocore has no service {quoted(service)}{suggestion(service, known)}; see: heliograph list",
            source,
        )
    versions = _versions(data / service)
    if version and version not in versions:
        raise GenerationError(
            f"botocore has no version {quoted(version)} of {service}{suggestion(version, versions)}", source
        )
    chosen = version or versions[-1]
    return next(path for path in _spellings(data / service / chosen, _SERVICE) if path.is_file()), chosen


def data_folder() -> Path:
    """The folder of the installed botocore's models. GenerationError where botocore is not installed."""
    spec = importlib.util.find_spec("botocore")
    if spec is None or spec.origin is None:
        raise GenerationError(
            "botocore is not installed here; run: pip install botocore, or give the path of a model"
        )
    return Path(spec.origin).parent / "data"


def services() -> tuple[str, ...]:
    """The services of the installed botocore, sorted. GenerationError where it is not installed."""
    return tuple(
        sorted(
            each.name
            for each in data_folder().iterdir()
            if each.is_dir() and _NAME.fullmatch(each.name) and _versions(each)
        )
    )


def _versions(folder: Path) -> list[str]:
    """The versions of a service that have a model, the newest last: they are dates."""
    return sorted(
        each.name
        for each in folder.iterdir()
        if each.is_dir() and any(path.is_file() for path in _spellings(each, _SERVICE))
    )
