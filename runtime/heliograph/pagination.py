# SPDX-License-Identifier: Apache-2.0
"""Operations whose results continue in further calls: the state between two pages, and iterators over it.

:class:`Paging` is the whole meaning and does no I/O. :class:`Pages` and :class:`AsyncPages` make the calls.
"""

from __future__ import annotations

from .errors import ParamError, ResponseError
from .operation import Record
from .structure import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
    from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

    from .operation import OperationInfo, OutputT
    from .structure import Output

    PageT = TypeVar("PageT", bound=Output)
    ItemT = TypeVar("ItemT")
    Members = dict[str, Any]

    class Calls(Protocol):
        """A synchronous client's way to call."""

        def __call__(
            self, operation: OperationInfo[OutputT], members: Members, params: None, /
        ) -> OutputT: ...

    class CallsAsync(Protocol):
        """An asynchronous client's way to call."""

        async def __call__(
            self, operation: OperationInfo[OutputT], members: Members, params: None, /
        ) -> OutputT: ...

    class Merges(Protocol):
        """A client's way to make one mapping of arguments and ``params``."""

        def __call__(
            self, operation: OperationInfo[Any], members: Members, params: Mapping[str, Any] | None, /
        ) -> Members: ...
else:
    from .operation import Generic

    PageT = ItemT = None

_TRUNCATED = "boto_truncate_amount"
_BINARY = "boto_encoded_keys"


_FEATURE = "C"
"""How the user agent counts calls of paginators."""


class Paginator(Record, Generic[PageT, ItemT]):
    """How one operation's results continue.

    Attributes:
        operation: the operation.
        tokens: the input members that take the tokens of the page before.
        next: the tokens in a page, one for each of these; nothing where there is no further page.
        items: what a page holds: the elements of its list, the entries of its map, or the page itself.
        results: attributes that lead from a page to what grows with the pages, ``items`` first; none where a page
            is one item.
        limit: the input member that sets a page's size, or ``None``.
        limit_is_text: whether that member takes a text.
    """

    __slots__ = ("items", "limit", "limit_is_text", "next", "operation", "results", "tokens")

    operation: OperationInfo[PageT]
    tokens: tuple[str, ...]
    next: Callable[[PageT], tuple[Any, ...]]
    items: Callable[[PageT], Sequence[ItemT]]
    results: tuple[tuple[str, ...], ...]
    limit: str | None
    limit_is_text: bool

    def __init__(
        self,
        operation: OperationInfo[PageT],
        *,
        tokens: tuple[str, ...],
        next: Callable[[PageT], tuple[Any, ...]],
        items: Callable[[PageT], Sequence[ItemT]],
        results: tuple[tuple[str, ...], ...] = (),
        limit: str | None = None,
        limit_is_text: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "name", operation.name)
        put(self, "operation", operation.used_by(_FEATURE))
        put(self, "tokens", tokens)
        put(self, "next", next)
        put(self, "items", items)
        put(self, "results", results)
        put(self, "limit", limit)
        put(self, "limit_is_text", limit_is_text)


class Paging(Generic[PageT, ItemT]):
    """Where an iteration stands.

    Arguments:
        paginator: how the results continue.
        members: the input of each call, by wire name.
        page_size: how many items the service may put into a page; ``None`` leaves it to the service.
        max_items: so many items are given at most; ``None`` for all.
        starting_token: the ``resume_token`` of an earlier iteration, or the service's own token.

    Attributes:
        members: the input of the next call.
        resume_token: where a later iteration can go on; ``None`` where nothing is left, or until it is known.

    Raises:
        ParamError: an argument that cannot be used.
    """

    def __init__(
        self,
        paginator: Paginator[PageT, ItemT],
        members: Mapping[str, Any],
        page_size: int | None,
        max_items: int | None,
        starting_token: str | None,
    ) -> None:
        self._paginator = paginator
        self._left = _counted(max_items, "max_items")
        self._given = 0
        self._skip = 0
        self._pages = 0
        self._done = False
        self._before: dict[str, Any] | None = None
        self._tokens: dict[str, Any] = dict.fromkeys(paginator.tokens)
        self.members = {**members}
        self.resume_token: str | None = None
        if starting_token is not None:
            self._tokens, self._skip = _read_token(starting_token, paginator)
            self._put_tokens()
        if _counted(page_size, "page_size") is not None:
            if paginator.limit is None:
                raise ParamError(f"the pages of {paginator.name} have no size to choose", "page_size")
            self.members[paginator.limit] = str(page_size) if paginator.limit_is_text else page_size

    def take(self, page: PageT) -> PageT:
        """The page, without what was given before and what is too much."""
        self._pages += 1
        skip, self._skip = self._skip, 0
        if skip and self._paginator.results:
            first, *others = self._paginator.results
            _cut(page, first, skip, None)
            for path in others:
                _cut(page, path, 0, 0)
        self._given = len(self._paginator.items(page))
        if self._left is not None and self._given > self._left:
            _cut(page, self._paginator.results[0], 0, self._left)
            self.resume_token = _write_token({**self._tokens, _TRUNCATED: skip + self._left})
            self._done = True
        return page

    def next_params(self, page: PageT) -> Members | None:
        """The input of the call that gives the next page; ``None`` where there is none, or none is wanted.

        Raises:
            ResponseError: the service gave the same tokens twice, so that the pages would never end.
        """
        if self._done:
            return None
        found = [plain(token) or None for token in self._paginator.next(page)]
        self._done = not any(token is not None for token in found)
        if self._done:
            return None
        self._tokens = dict(zip(self._paginator.tokens, found, strict=True))
        if self._left is not None:
            self._left -= self._given
            if not self._left:
                self._done = True
                self.resume_token = _write_token(self._tokens)
                return None
        if self._tokens == self._before:
            raise ResponseError(
                f"{self._paginator.name}: page {self._pages} leads on with the same {' and '.join(self._tokens)}"
                " as the page before; the pages would not end"
            )
        self._before = self._tokens
        self._put_tokens()
        return self.members

    def _put_tokens(self) -> None:
        for name, token in self._tokens.items():
            if token is None:
                self.members.pop(name, None)
            else:
                self.members[name] = token


class BasePages(Generic[PageT, ItemT]):
    """What both flavours of pages have.

    Attributes:
        resume_token: the ``starting_token`` with which a later iteration goes on after the last item of this one, once
            ``max_items`` ended it; ``None`` where nothing is left.
    """

    resume_token: str | None

    def __init__(
        self,
        call: Any,
        paginator: Paginator[PageT, ItemT],
        members: Members,
        page_size: int | None,
        max_items: int | None,
        starting_token: str | None,
    ) -> None:
        self._call = call
        self._arguments = (paginator, members, page_size, max_items, starting_token)
        self._begin()  # so that what cannot be used is refused here

    def _begin(self) -> Paging[PageT, ItemT]:
        self.resume_token = None
        return Paging(*self._arguments)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._arguments[0].name}>"


class Pages(BasePages[PageT, ItemT]):
    """The items of all pages; each iteration begins anew, and each page is asked for when it is reached."""

    _call: Calls

    def __iter__(self) -> Iterator[ItemT]:
        items = self._arguments[0].items
        for page in self.pages():
            yield from items(page)

    def pages(self) -> Iterator[PageT]:
        """The pages themselves, the operation's outputs; ``max_items`` shortens the last of them."""
        operation, state = self._arguments[0].operation, self._begin()
        members: Members | None = state.members
        while members is not None:
            page = state.take(self._call(operation, members, None))
            self.resume_token = state.resume_token
            yield page
            members = state.next_params(page)
        self.resume_token = state.resume_token


class AsyncPages(BasePages[PageT, ItemT]):
    """The items of all pages; each iteration begins anew, and each page is asked for when it is reached."""

    _call: CallsAsync

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        items = self._arguments[0].items
        async for page in self.pages():
            for item in items(page):
                yield item

    async def pages(self) -> AsyncIterator[PageT]:
        """The pages themselves, the operation's outputs; ``max_items`` shortens the last of them."""
        operation, state = self._arguments[0].operation, self._begin()
        members: Members | None = state.members
        while members is not None:
            page = state.take(await self._call(operation, members, None))
            self.resume_token = state.resume_token
            yield page
            members = state.next_params(page)
        self.resume_token = state.resume_token


class PageDicts:
    """Pages as dicts by wire name. ``resume_token`` is that of :class:`Pages`."""

    def __init__(self, pages: Pages[Output, Any]) -> None:
        self._source = pages
        self._pages = pages.pages()

    @property
    def resume_token(self) -> str | None:
        """The ``starting_token`` of a later iteration, once ``max_items`` ended this one."""
        return self._source.resume_token

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        return next(self._pages).to_dict()


class AsyncPageDicts:
    """Pages as dicts by wire name. ``resume_token`` is that of :class:`AsyncPages`."""

    def __init__(self, pages: AsyncPages[Output, Any]) -> None:
        self._source = pages
        self._pages = pages.pages()

    @property
    def resume_token(self) -> str | None:
        """The ``starting_token`` of a later iteration, once ``max_items`` ended this one."""
        return self._source.resume_token

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        return (await anext(self._pages)).to_dict()


class Paginators:
    """Base of a synchronous client's ``paginate``."""

    __slots__ = ("_call", "_merge")

    PAGINATORS: ClassVar[Mapping[str, Paginator[Any, Any]]]

    def __init__(self, call: Calls, merge: Merges) -> None:
        self._call = call
        self._merge = merge

    def _pages(
        self,
        paginator: Paginator[PageT, ItemT],
        members: Members,
        params: Mapping[str, Any] | None,
        page_size: int | None,
        max_items: int | None,
        starting_token: str | None,
    ) -> Pages[PageT, ItemT]:
        merged = self._merge(paginator.operation, members, params)
        return Pages(self._call, paginator, merged, page_size, max_items, starting_token)


class AsyncPaginators:
    """Base of an asynchronous client's ``paginate``."""

    __slots__ = ("_call", "_merge")

    PAGINATORS: ClassVar[Mapping[str, Paginator[Any, Any]]]

    def __init__(self, call: CallsAsync, merge: Merges) -> None:
        self._call = call
        self._merge = merge

    def _pages(
        self,
        paginator: Paginator[PageT, ItemT],
        members: Members,
        params: Mapping[str, Any] | None,
        page_size: int | None,
        max_items: int | None,
        starting_token: str | None,
    ) -> AsyncPages[PageT, ItemT]:
        merged = self._merge(paginator.operation, members, params)
        return AsyncPages(self._call, paginator, merged, page_size, max_items, starting_token)


def _counted(value: Any, name: str) -> int | None:
    """A number of items, if it is one."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ParamError("is a whole number above 0", name)
    counted: int | None = value
    return counted


def _cut(page: object, path: tuple[str, ...], start: int, stop: int | None) -> None:
    """Keep of a list, map or text that range alone; numbers stay."""
    *outer, name = path
    for each in outer:
        page = getattr(page, each, None)
    value: Any = getattr(page, name, None)
    if isinstance(value, (list, tuple, str)):
        setattr(page, name, value[start:stop])
    elif hasattr(value, "items"):
        setattr(page, name, dict([*value.items()][start:stop]))


# --- Tokens
#
# The form is botocore's, so that a token from one can be resumed with the other: base64 of a JSON object that has the
# input members, how many items of the page were given before, and where in it binary values stand in base64.


def _write_token(tokens: Mapping[str, Any]) -> str:
    from binascii import b2a_base64
    from json import dumps

    binary: list[list[str | int]] = []
    members = _textual(dict(tokens), [], binary)
    if binary:
        members[_BINARY] = binary
    return b2a_base64(dumps(members).encode(), newline=False).decode()


def _textual(value: Any, path: list[str | int], binary: list[list[str | int]]) -> Any:
    """The value with binary values in base64, whose paths are added to ``binary``."""
    if isinstance(value, bytes):
        from binascii import b2a_base64

        binary.append(path)
        return b2a_base64(value, newline=False).decode()
    entries: Any = value
    if isinstance(value, dict):
        return {key: _textual(inner, [*path, key], binary) for key, inner in entries.items()}
    if isinstance(value, list):
        return [_textual(inner, [*path, index], binary) for index, inner in enumerate(entries)]
    return value


def _read_token(text: Any, paginator: Paginator[Any, Any]) -> tuple[dict[str, Any], int]:
    """The tokens that a ``starting_token`` stands for, and how many items to pass over."""
    if not isinstance(text, str) or not text:
        raise ParamError(
            "is the resume_token of an earlier iteration, or a token of the service", "starting_token"
        )
    members = _resumed(text, paginator.tokens)
    if members is not None:
        skip = members.pop(_TRUNCATED, 0)
        return members, skip
    if len(paginator.tokens) != 1:
        raise ParamError(
            f"{paginator.name} goes on with {' and '.join(paginator.tokens)}: only the resume_token of an earlier"
            " iteration holds them all",
            "starting_token",
        )
    return dict.fromkeys(paginator.tokens, text), 0


def _resumed(text: str, names: tuple[str, ...]) -> dict[str, Any] | None:
    """What a resume token holds; ``None`` for any other text, such as a token of the service that is JSON itself."""
    from binascii import a2b_base64
    from json import loads

    try:
        members: Any = loads(a2b_base64(text))
        for path in members.pop(_BINARY, ()):
            holder = members
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = a2b_base64(holder[path[-1]])
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    skip = members.get(_TRUNCATED, 0)
    if (
        {*members} - {_TRUNCATED} != {*names}
        or isinstance(skip, bool)
        or not isinstance(skip, int)
        or skip < 0
    ):
        return None
    found: dict[str, Any] = members
    return found
