# SPDX-License-Identifier: Apache-2.0
"""From a model's names to Python's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.text import Ident, identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

_KEPT_WHOLE = {"IPv4": "Ipv4", "IPv6": "Ipv6", "IoT": "Iot", "OAuth": "Oauth", "DynamoDB": "Dynamodb"}
"""Spellings that would fall apart at their capital letters."""

_WORD = re.compile(r"[A-Z]+s(?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_ANNOTATIONS = frozenset({"bool", "bytes", "datetime", "dict", "float", "int", "str"})
"""Types that annotations name in class bodies, where a method or attribute of that name would hide them."""

CLIENT_NAMES = _ANNOTATIONS.union(
    "aclose call call_pages call_until close paginate presign wait_until with_options".split()
)
"""What every client has; an operation of that name gets a trailing underscore."""

ARGUMENT_NAMES = frozenset({"params", "self"})
"""What every method has; an input member of that name gets a trailing underscore."""

PAGINATED_NAMES = ARGUMENT_NAMES | {"max_items", "page_size", "starting_token"}
"""What every method of ``paginate`` has; an input member of that name gets a trailing underscore there."""

WAITER_NAMES = ARGUMENT_NAMES | {"delay", "max_attempts"}
"""What every method of ``wait_until`` has; an input member of that name gets a trailing underscore there."""

STRUCTURE_NAMES = frozenset({"from_dict", "response", "self", "to_dict"})
"""What every structure has; a member of that name gets a trailing underscore."""

ERROR_NAMES = _ANNOTATIONS.union(
    """
    add_note args attempts code headers message operation read_members request_id retryable status_code
    throttling to_dict with_traceback
    """.split()
)
"""What every error has; a member of that name gets a trailing underscore, ``message`` alone is merged."""

CLASS_NAMES = frozenset(
    """
    ABSENT_LIST ABSENT_MAP ANONYMOUS Answer Any AsyncClient AsyncEventStream AsyncPages AsyncPaginate
    AsyncPaginators AsyncStreamingBody AsyncWaitUntil AsyncWaiters BodyRules BodyT CBOR Client Decimal ERRORS
    EndpointError EventStream JSON Literal Mapping NO_CBOR NO_RPC_JSON NoOutput OPERATIONS OperationInfo Output
    PAGINATORS Pages Paginate Paginator Paginators ParamError RPC_JSON Request SERVICE SHAPES Sequence
    ServiceError StreamingBody StreamingInput StreamingOutput Structure TYPE_CHECKING Verdict WAITERS WaitUntil
    Waiter WaiterError Waiters WireResponse
    """.split()
)
"""Names that stand where classes do; a shape of that name gets a trailing underscore."""

OUTPUT_NAMES = frozenset({"Service"})
"""Names that stand where an operation's output does, besides."""

CONSTANT_NAMES = frozenset(
    "CBOR ERRORS JSON NO_CBOR NO_RPC_JSON OPERATIONS RPC_JSON SERVICE TYPE_CHECKING".split()
)
"""Names that stand where the records of operations do."""

_KEYWORDS = frozenset(
    """
    False None True and as assert async await break class continue def del elif else except finally for from
    global if import in is lambda nonlocal not or pass raise return try while with yield
    """.split()
)
"""Python's keywords, written out so that a newer Python does not change the output."""


def words(name: str) -> list[str]:
    """The words of a name: ``DescribeDBClusters`` has three, ``ListObjectsV2`` too: digits end a word."""
    for spelling, whole in _KEPT_WHOLE.items():
        name = name.replace(spelling, whole)
    found: list[str] = []
    for piece in re.split(r"[^A-Za-z0-9]+", name):
        at = 0
        for match in _WORD.finditer(piece):
            word = match.group()
            if found and at and word.isdigit():
                found[-1] += word
            else:
                found.append(word)
            at = match.end()
    return found


@lru_cache(maxsize=1 << 16)
def snake(name: str) -> str:
    """``DescribeDBClusters`` as ``describe_db_clusters``."""
    return "_".join(word.lower() for word in words(name)) or name.lower()


def python_name(name: str, origin: object, reserved: Set[str] = frozenset()) -> Ident:
    """The Python name of a member or operation; keywords and reserved names get a trailing underscore."""
    own = snake(name)
    if own in _KEYWORDS or own in reserved:
        own += "_"
    if own[:1].isdigit():
        own = f"n{own}"
    return identifier(own, origin=origin)


def python_names(
    names: Iterable[tuple[str, object]], what: str, reserved: Set[str] = frozenset()
) -> dict[str, Ident]:
    """The Python names of all members of a structure, or of all operations.

    Raises:
        GenerationError: two names become one.
    """
    taken: dict[Ident, str] = {}
    found: dict[str, Ident] = {}
    for name, origin in names:
        own = python_name(name, origin, reserved)
        if own in taken:
            raise GenerationError(
                f"{what}: {taken[own]} and {name} would both be called {own}; rename one", origin
            )
        taken[own] = name
        found[name] = own
    return found


def class_prefix(service_id: str, origin: object) -> str:
    """What the classes of a service begin with: ``Kinesis Video Signaling`` gives ``KinesisVideoSignaling``.

    An underscore follows where a class would take a name that every package has: ``Async`` gives ``Async_``.
    """
    prefix = "".join(piece[:1].upper() + piece[1:] for piece in re.split(r"[^A-Za-z0-9]+", service_id))
    if {f"{prefix}Client", f"{prefix}Error"} & CLASS_NAMES:
        prefix += "_"
    return str(identifier(prefix, origin=origin))


def class_names(names: Iterable[tuple[str, object, Set[str]]]) -> dict[str, Ident]:
    """The class names of shapes: their own names, a capital first and no underscore, one last where reserved.

    Args:
        names: Name and origin of each shape, and the names that are reserved where its class stands.

    Raises:
        GenerationError: two names become one.
    """
    taken: dict[Ident, str] = {}
    found: dict[str, Ident] = {}
    for name, origin, reserved in names:
        own = name.lstrip("_")
        own = own[:1].upper() + own[1:]
        if own in reserved or own in _KEYWORDS:
            own += "_"
        ident = identifier(own, origin=origin)
        if ident in taken:
            raise GenerationError(
                f"the shapes {taken[ident]} and {name} would both be called {ident}; rename one", origin
            )
        taken[ident] = name
        found[name] = ident
    return found


def distinct(
    names: Iterable[str], wanted: Iterable[str], reserved: Set[str] = frozenset()
) -> dict[str, Ident]:
    """Names that nobody outside sees, by the names they are made for: underscores are added until none is taken."""
    taken = set(reserved)
    found: dict[str, Ident] = {}
    for name, own in zip(names, wanted, strict=True):
        while own in taken:
            own += "_"
        taken.add(own)
        found[name] = Ident(own)
    return found


_Order = tuple[int, list[tuple[bool, int, str]], str]


def import_order(name: str) -> _Order:
    """The order of imported names: constants, classes, others; each by letters, digits as numbers, case last."""
    return _rank(name), natural_order(name.lower()), name


def listing_order(name: str) -> _Order:
    """The order of names in ``__all__``: as when they are imported, but case comes with the letters."""
    return _rank(name), natural_order(name), name


def _rank(name: str) -> int:
    return 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2


def natural_order(text: str) -> list[tuple[bool, int, str]]:
    """Numbers and what stands between them: shorter numbers come first, before them those with a leading zero."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", text)
    return [
        (False, 0 if each.startswith("0") else len(each), each) if each.isdigit() else (True, 0, each)
        for each in pieces
    ]
