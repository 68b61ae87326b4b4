# SPDX-License-Identifier: Apache-2.0
"""What structures of every service have in common: the cold paths, and what absence means.

A generated class lists its members once, as ``MEMBERS``: Python name, wire name, whether it is secret, and
what it nests. ``to_dict``, ``from_dict``, ``repr``, copies and comparison read that list; reading and writing
the wire do not.
"""

from __future__ import annotations

from types import MappingProxyType

from .errors import ParamError, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, ClassVar, Generic, Self, TypeVar

    from .errors import ServiceError
    from .http import WireResponse

    Nested = str | tuple[str, "Nested"] | None
    """What a member nests: nothing, the structure of that name, or ("list" or "map", what those hold)."""
    BodyT = TypeVar("BodyT")
    """The body of a streaming output, which differs between synchronous and asynchronous clients."""
else:
    BodyT = None

    class Generic:
        """Stands in for typing's, which need not be loaded for this."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls


class _AbsentList(tuple):  # type: ignore[type-arg]  # a tuple of nothing has no element type
    """The empty list of a member that was not there; told from an empty one that was by identity."""

    __slots__ = ()


ABSENT_LIST: Sequence[Any] = _AbsentList()
ABSENT_MAP: Mapping[str, Any] = MappingProxyType({})


class ResponseInfo:
    """How an answer came: what to quote to the service's support, and how many requests it took."""

    __slots__ = ("attempts", "headers", "request_id", "status_code")

    def __init__(self, response: WireResponse, attempts: int) -> None:
        self.request_id = request_id(response)
        self.status_code = response.status
        self.headers = response.headers
        self.attempts = attempts

    def __repr__(self) -> str:
        return (
            f"ResponseInfo(request_id={self.request_id!r}, status_code={self.status_code}, "
            f"attempts={self.attempts})"
        )


def request_id(response: WireResponse) -> str | None:
    """The id the service gave the request, under whichever name it uses; some tell it in XML alone."""
    get = response.headers.get
    found = get("x-amzn-requestid") or get("x-amz-request-id") or get("x-amzn-request-id")
    if not found and response.body[:1] == b"<":
        from .wire.xml import request_id_in

        found = request_id_in(response)
    return printable(found, 128) if found else None


class Structure:
    """Base of every generated structure."""

    __slots__: tuple[str, ...] = ()  # said here, since pyright does not infer more than 256 of them

    MEMBERS: ClassVar[tuple[tuple[str, str, bool, Nested], ...]] = ()

    if not TYPE_CHECKING:  # a checker that sees this method would accept any misspelt attribute

        def __getattr__(self, name: str) -> object:
            for own, wire, _, _ in self.MEMBERS:
                if own == name:
                    raise AttributeError(
                        f"{type(self).__name__}.{name} is not set: "
                        f"the answer lacked {wire}, which the model requires"
                    )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def to_dict(self) -> dict[str, Any]:
        """The members that are there, by wire name, nested structures as dicts too."""
        return {wire: plain(value) for _, wire, _, value in present(self)}

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> Self:
        """The structure whose ``to_dict`` gives ``members``; ``None`` stands for a member that is not there.

        Raises:
            ParamError: a name the model does not know, or something other than what the member nests.
        """
        from sys import modules

        if not hasattr(members, "items"):
            raise ParamError(f"expected {cls.__name__} or a mapping, got {type(members).__name__}")
        classes = vars(modules[cls.__module__])
        known = {wire: (own, nested) for own, wire, _, nested in cls.MEMBERS}
        state: dict[str, Any] = {}
        for wire, value in members.items():
            if wire not in known:
                names = ", ".join(known) or "none"
                raise ParamError(f"{cls.__name__} has no such member; it has {names}", str(wire))
            own, nested = known[wire]
            try:
                state[own] = typed(value, nested, classes)
            except ParamError as error:
                raise error.inside(wire) from error.__cause__
        new = cls.__new__(cls)
        new.__setstate__(state)
        return new

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle keeps: members that are not there stay so, by identity."""
        return {own: value for own, _, _, value in present(self)}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        optional: Mapping[str, Any] | None = getattr(type(self).__init__, "__kwdefaults__", None)
        for own, absent in (optional or {}).items():  # none where a class without members has no __init__
            setattr(self, own, absent)
        for own, value in state.items():
            if value is not None:
                setattr(self, own, value)

    def __repr__(self) -> str:
        members = (f"{own}={'***' if secret else repr(value)}" for own, _, secret, value in present(self))
        return f"{type(self).__name__}({', '.join(members)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # mutable, equal by content


class Output(Structure):
    """Base of every operation's output. ``response`` tells how the answer came."""

    __slots__ = ("response",)

    response: ResponseInfo

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        response = getattr(self, "response", None)
        return state if response is None else {**state, "response": response}


class StreamingOutput(Output, Generic[BodyT]):
    """Base of every output with a body that is read as it comes."""

    __slots__ = ()


class NoOutput(Output):
    """What an operation without output returns: ``response`` and nothing else."""

    __slots__ = ()


def present(holder: Structure | ServiceError) -> Iterator[tuple[str, str, bool, Any]]:
    """Python name, wire name, secrecy and value of each member that is there."""
    for own, wire, secret, _ in holder.MEMBERS:
        value = getattr(holder, own, None)
        if value is not None and value is not ABSENT_LIST and value is not ABSENT_MAP:
            yield own, wire, secret, value


def to_dict(value: Structure | ServiceError) -> dict[str, Any]:
    """What ``call`` would give for a typed result; for an error, the members of the modelled error."""
    return value.to_dict()


def structure_of(shapes: Mapping[str, type[Structure]], shape: str, members: Mapping[str, Any]) -> Structure:
    """The structure of that name in the model, made of members by wire name."""
    if shape not in shapes:
        raise ParamError(f"the model has no structure of that name; it has {', '.join(shapes)}", shape)
    return shapes[shape].from_dict(members)


def plain(value: Any) -> Any:
    """``value`` with every structure in it turned into a dict by wire names."""
    if isinstance(value, Structure):
        return value.to_dict()
    if issubclass(type(value), (list, tuple)):
        return [plain(item) for item in value]
    if issubclass(type(value), (dict, MappingProxyType)):
        return {key: plain(item) for key, item in value.items()}
    return value


def typed(value: Any, nested: Nested, classes: Mapping[str, Any]) -> Any:
    """``value`` with every dict that stands for a structure turned into it."""
    from .wire.checks import each, each_value

    if nested is None or value is None or isinstance(value, Structure):
        return value
    if isinstance(nested, str):
        return classes[nested].from_dict(value)
    kind, inner = nested

    def typed_item(item: Any, name: str) -> Any:
        return typed(item, inner, classes)

    return each(typed_item, value, "") if kind == "list" else each_value(typed_item, value, "")
