# SPDX-License-Identifier: Apache-2.0
"""What every generated client inherits: its arguments, its life, the untyped door.

``Client`` and ``AsyncClient`` differ in how they wait, and in nothing else.
"""

from __future__ import annotations

from _thread import allocate_lock

from .core import Core
from .effects import drive, drive_async
from .errors import HeliographError, ParamError
from .structure import to_dict
from .wire.checks import meant, merge_params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from types import TracebackType
    from typing import (
        Any,
        ClassVar,
        Generic,
        Literal,
        NoReturn,
        Self,
        SupportsIndex,
        TypedDict,
        TypeVar,
        Unpack,
    )

    from .call import Presigned
    from .credentials.provider import Provider as Source
    from .credentials.types import Anonymous, HasKeys
    from .effects import Sends, SendsAsync
    from .given_transport import AnyAsyncTransport, AnySyncTransport
    from .observing import Listener
    from .operation import OperationInfo, OutputT, Service
    from .pagination import AsyncPageDicts, PageDicts
    from .settings import Timeout
    from .structure import Output
    from .waiting import AnswerT, ResultT, Waiter

    TransportT = TypeVar("TransportT")
    SleepT = TypeVar("SleepT")
    SyncSleep = Callable[[float], object]
    AsyncSleep = Callable[[float], Awaitable[object]]
    Provider = Callable[[], HasKeys | Awaitable[HasKeys]]
    TokenProvider = Callable[[], str | Awaitable[str]]

    class Options(TypedDict, Generic[TransportT, SleepT], total=False):
        """The arguments of a client, for ``with_options``."""

        region: str | None
        profile: str | None
        endpoint_url: str | None
        ignore_configured_endpoint_urls: bool | None
        credentials: HasKeys | Provider | Source | Anonymous | None
        bearer_token: str | TokenProvider | None
        transport: TransportT | None
        timeout: float | Timeout | None
        deadline: float | None
        ca_bundle: str | None
        proxy: str | None
        app_id: str | None
        max_attempts: int | None
        retry_mode: Literal["standard", "adaptive"] | None
        use_fips: bool | None
        use_dualstack: bool | None
        endpoint_params: Mapping[str, object] | None
        disable_request_compression: bool | None
        request_min_compression_size_bytes: int | None
        checksum_mode: Literal["when_supported", "when_required"] | None
        inject_host_prefix: bool | None
        validate_params: bool | None
        max_response_bytes: int | None
        clock: Callable[[], datetime] | None
        monotonic: Callable[[], float] | None
        sleep: SleepT | None
        random: Callable[[], float] | None
        idempotency_token: Callable[[], str] | None
        invocation_id: Callable[[], str] | None
        on_event: Listener | None
else:
    TransportT = SleepT = Listener = AnySyncTransport = SyncSleep = AnyAsyncTransport = AsyncSleep = None

    class Generic:
        """Stands in for typing's, which need not be loaded for this."""

        def __class_getitem__(cls, item):
            return cls


class BaseClient(Generic[TransportT, SleepT]):
    """The arguments of every client.

    All are keywords and may be left out: then the environment, the profile and the default apply, in this order.

    Arguments:
        region: the region to sign for, and to find the endpoint in: ``eu-west-1``.
        profile: a profile of the shared configuration files.
        endpoint_url: the endpoint to call, an absolute https URL.
        ignore_configured_endpoint_urls: ``True`` calls the endpoint of the service's rules, whatever environment and
            profile say; ``endpoint_url`` holds all the same.
        credentials: an object with ``access_key``, ``secret_key`` and ``token``; or a function, which for an
            asynchronous client may be a coroutine function, that returns one; or a source of
            ``heliograph.credentials``; or ``heliograph.ANONYMOUS``.
        bearer_token: the token, or a function that returns it, for services that take one instead of a signature.
        transport: what carries the requests, an httpx transport or one of heliograph's; it is not closed with the
            client.
        timeout: seconds for each phase of a request, or a ``heliograph.Timeout``; connecting takes at most 3.1 s
            and a silence 30 s unless this says otherwise.
        deadline: seconds for a whole call, with the fetching of credentials, retries and the waits between them; no
            limit by default.
        ca_bundle: a file or folder of certificate authorities to trust instead of the system's.
        proxy: the URL of a proxy to send everything through.
        app_id: the name of your application in the User-Agent header, at most 50 characters.
        max_attempts: how often a request may be sent, the first time included; 3 by default.
        retry_mode: ``standard``, the default; ``adaptive`` also slows the whole client down after throttling,
            which suits clients of a single resource only.
        use_fips: call the FIPS 140 validated endpoint.
        use_dualstack: call the endpoint that answers on IPv4 and IPv6.
        endpoint_params: further parameters of the service's endpoint rules, by the names the rules give them.
        disable_request_compression: ``True`` sends every body as it is, also where the service takes compressed ones.
        request_min_compression_size_bytes: the size from which a body is compressed, 0 to 10485760; 10240 by default.
        checksum_mode: ``when_supported``, the default, adds checksums to requests and checks those of answers
            wherever the operation knows them; ``when_required`` only where it must or an argument asks for it.
        inject_host_prefix: ``False`` calls the endpoint as it is, where operations would put something in front of
            its host.
        validate_params: ``False`` sends what was given without checking that required members are there and that
            types are right.
        max_response_bytes: the longest answer that is read into memory; 32 MiB by default.
        clock: what time it is, as an aware datetime; signatures use it.
        monotonic: seconds from a clock that never goes back; deadlines use it.
        sleep: waits for that many seconds; retries use it. Awaitable for an asynchronous client.
        random: a number from 0 up to 1; the waits between retries use it.
        idempotency_token: makes the tokens of calls that need one and were given none.
        invocation_id: makes the id that all attempts of a call share.
        on_event: is called with each event of a call, as :mod:`heliograph.observing` describes them.
    """

    SERVICE: ClassVar[Service]
    _core: Core
    _opened: Any
    _closed: bool

    def __init__(
        self,
        *,
        region: str | None = None,
        profile: str | None = None,
        endpoint_url: str | None = None,
        ignore_configured_endpoint_urls: bool | None = None,
        credentials: HasKeys | Provider | Source | Anonymous | None = None,
        bearer_token: str | TokenProvider | None = None,
        transport: TransportT | None = None,
        timeout: float | Timeout | None = None,
        deadline: float | None = None,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        app_id: str | None = None,
        max_attempts: int | None = None,
        retry_mode: Literal["standard", "adaptive"] | None = None,
        use_fips: bool | None = None,
        use_dualstack: bool | None = None,
        endpoint_params: Mapping[str, object] | None = None,
        disable_request_compression: bool | None = None,
        request_min_compression_size_bytes: int | None = None,
        checksum_mode: Literal["when_supported", "when_required"] | None = None,
        inject_host_prefix: bool | None = None,
        validate_params: bool | None = None,
        max_response_bytes: int | None = None,
        clock: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] | None = None,
        sleep: SleepT | None = None,
        random: Callable[[], float] | None = None,
        idempotency_token: Callable[[], str] | None = None,
        invocation_id: Callable[[], str] | None = None,
        on_event: Listener | None = None,
    ) -> None:
        given = {
            name: value
            for name, value in locals().items()
            if name not in ("self", "__class__") and value is not None
        }
        self._start(Core(type(self).SERVICE, given))

    def _start(self, core: Core) -> None:
        self._core = core
        self._opened = None
        self._closed = False
        self._lock = allocate_lock()

    def with_options(self, **options: Unpack[Options[TransportT, SleepT]]) -> Self:
        """Another client with other options, which shares transport, credentials and retry quota with this one.

        ``None`` takes an option back to what environment, profile and default say.
        """
        unknown = options.keys() - vars(BaseClient)["__init__"].__kwdefaults__.keys()
        if unknown:
            raise TypeError(f"with_options() got an unexpected keyword argument {min(unknown)!r}")
        core = self._core.changed(options)
        other = type(self).__new__(type(self))
        other._start(core)
        return other

    def _operation(self, name: str) -> OperationInfo[Output]:
        operations = self.SERVICE.operations
        if name not in operations:
            raise ParamError(f"{self.SERVICE.name} has no such operation{meant(name, operations)}", str(name))
        return operations[name]

    def _paginator(self, operation: str) -> Any:
        if self._operation(operation).paginator is None:
            raise ParamError("its results do not come in pages; use call()", operation)
        client: Any = self
        return client.paginate.PAGINATORS[operation]

    def _waiter(self, name: str) -> Any:
        names = [each for info in self.SERVICE.operations.values() for each in info.waiters]
        if name not in names:
            raise ParamError(f"{self.SERVICE.name} has no such waiter{meant(name, names)}", str(name))
        client: Any = self
        return client.wait_until.WAITERS[name]

    def _merged(
        self, operation: OperationInfo[OutputT], members: dict[str, Any], params: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if params is None:
            return members
        return merge_params(members, params, operation.params, operation.open_ended)

    def _open(self, kind: str) -> Any:
        with self._lock:
            if self._closed:
                raise HeliographError("the client is closed; make another one")
            if self._opened is None:
                self._opened = self._core.open_transport(kind)
            return self._opened

    def _shut(self) -> Any:
        """Give the transport back; what is returned is to be closed."""
        with self._lock:
            self._closed = True
            opened, self._opened = self._opened, None
        return opened if opened is not None and self._core.release_transport(opened) else None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._core.where}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied; with_options() makes another one")


class Client(BaseClient[AnySyncTransport, SyncSleep]):
    """A synchronous client; threads may share it."""

    def _start(self, core: Core) -> None:
        core.refuse_coroutine_credentials()
        super()._start(core)

    def _transport(self) -> Sends:
        opened: Sends = self._opened or self._open("sync")
        return opened

    def call(self, operation: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call an operation by its name in the model, with and for dicts by wire names: the untyped door.

        Raises:
            ParamError: no such operation, a required member is missing, or a value has the wrong type.
        """
        return self._call(self._operation(operation), {}, params or {}).to_dict()

    def call_pages(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> PageDicts:
        """Call an operation page after page, with and for dicts by wire names.

        Arguments:
            operation: its name in the model.
            params: its input by wire names.
            page_size: how many items the service may put into a page.
            max_items: so many items are given at most; ``resume_token`` of what is returned then says where to go on.
            starting_token: the ``resume_token`` of an earlier iteration, or the service's own token.

        Raises:
            ParamError: no such operation, one whose results do not come in pages, or arguments that cannot be used.
        """
        from .pagination import PageDicts, Pages

        paginator = self._paginator(operation)
        members = self._merged(paginator.operation, {}, params or {})
        return PageDicts(Pages(self._call, paginator, members, page_size, max_items, starting_token))

    def call_until(
        self,
        waiter: str,
        params: Mapping[str, Any] | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
    ) -> dict[str, Any]:
        """Call until a waiter succeeds; gives the last output by wire names, nothing where an error was waited for.

        Arguments:
            waiter: its name in the model.
            params: the input of each call by wire names.
            delay: seconds between two calls; the waiter's own by default.
            max_attempts: so many calls are made at most; the waiter's own number by default.

        Raises:
            WaiterError: what is waited for cannot come about any more, or all attempts are used up.
        """
        found: Any = self._wait(self._waiter(waiter), {}, params or {}, delay, max_attempts)
        return {} if found is None else to_dict(found)

    def presign(
        self, operation: str, params: Mapping[str, Any] | None = None, expires_in: int = 900
    ) -> Presigned:
        """A URL, with the headers to send along, that makes this call once for whoever holds it.

        Arguments:
            operation: its name in the model.
            params: its input by wire names.
            expires_in: seconds until it ends, 1 to 604800.
        """
        from .call import presign

        info = self._operation(operation)
        effects = presign(self._core, info, self._merged(info, {}, params or {}), expires_in)
        return drive(effects, self._transport, self._core.sleep)

    def _call(
        self, operation: OperationInfo[OutputT], members: dict[str, Any], params: Mapping[str, Any] | None
    ) -> OutputT:
        from .call import call  # signing and what it needs load with the first call, not with the client

        effects = call(self._core, operation, self._merged(operation, members, params))
        return drive(effects, self._transport, self._core.sleep)

    def _wait(
        self,
        waiter: Waiter[AnswerT, ResultT],
        members: dict[str, Any],
        params: Mapping[str, Any] | None,
        delay: float | None,
        max_attempts: int | None,
    ) -> ResultT:
        from .waiting import wait

        merged = self._merged(waiter.operation, members, params)
        found: Any = drive(
            wait(self._core, waiter, merged, delay, max_attempts), self._transport, self._core.sleep
        )
        result: ResultT = found
        return result

    def close(self) -> None:
        """Close the connections that no other client uses. The client cannot be used afterwards."""
        opened = self._shut()
        if opened is not None:
            opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient(BaseClient[AnyAsyncTransport, AsyncSleep]):
    """An asynchronous client for asyncio; tasks may share it. It can be made without a running loop."""

    def _transport(self) -> SendsAsync:
        opened: SendsAsync = self._opened or self._open("async")
        return opened

    async def call(self, operation: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call an operation by its name in the model, with and for dicts by wire names: the untyped door.

        Raises:
            ParamError: no such operation, a required member is missing, or a value has the wrong type.
        """
        return (await self._call(self._operation(operation), {}, params or {})).to_dict()

    def call_pages(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> AsyncPageDicts:
        """Call an operation page after page, with and for dicts by wire names.

        Arguments:
            operation: its name in the model.
            params: its input by wire names.
            page_size: how many items the service may put into a page.
            max_items: so many items are given at most; ``resume_token`` of what is returned then says where to go on.
            starting_token: the ``resume_token`` of an earlier iteration, or the service's own token.

        Raises:
            ParamError: no such operation, one whose results do not come in pages, or arguments that cannot be used.
        """
        from .pagination import AsyncPageDicts, AsyncPages

        paginator = self._paginator(operation)
        members = self._merged(paginator.operation, {}, params or {})
        return AsyncPageDicts(
            AsyncPages(self._call, paginator, members, page_size, max_items, starting_token)
        )

    async def call_until(
        self,
        waiter: str,
        params: Mapping[str, Any] | None = None,
        delay: float | None = None,
        max_attempts: int | None = None,
    ) -> dict[str, Any]:
        """Call until a waiter succeeds; gives the last output by wire names, nothing where an error was waited for.

        Arguments:
            waiter: its name in the model.
            params: the input of each call by wire names.
            delay: seconds between two calls; the waiter's own by default.
            max_attempts: so many calls are made at most; the waiter's own number by default.

        Raises:
            WaiterError: what is waited for cannot come about any more, or all attempts are used up.
        """
        found: Any = await self._wait(self._waiter(waiter), {}, params or {}, delay, max_attempts)
        return {} if found is None else to_dict(found)

    async def presign(
        self, operation: str, params: Mapping[str, Any] | None = None, expires_in: int = 900
    ) -> Presigned:
        """A URL, with the headers to send along, that makes this call once for whoever holds it.

        Arguments:
            operation: its name in the model.
            params: its input by wire names.
            expires_in: seconds until it ends, 1 to 604800.
        """
        from .call import presign

        info = self._operation(operation)
        effects = presign(self._core, info, self._merged(info, {}, params or {}), expires_in)
        return await drive_async(effects, self._transport, self._core.sleep)

    async def _call(
        self, operation: OperationInfo[OutputT], members: dict[str, Any], params: Mapping[str, Any] | None
    ) -> OutputT:
        from .call import call  # signing and what it needs load with the first call, not with the client

        effects = call(self._core, operation, self._merged(operation, members, params))
        return await drive_async(effects, self._transport, self._core.sleep)

    async def _wait(
        self,
        waiter: Waiter[AnswerT, ResultT],
        members: dict[str, Any],
        params: Mapping[str, Any] | None,
        delay: float | None,
        max_attempts: int | None,
    ) -> ResultT:
        from .waiting import wait

        merged = self._merged(waiter.operation, members, params)
        found: Any = await drive_async(
            wait(self._core, waiter, merged, delay, max_attempts), self._transport, self._core.sleep
        )
        result: ResultT = found
        return result

    async def aclose(self) -> None:
        """Close the connections that no other client uses. The client cannot be used afterwards."""
        opened = self._shut()
        if opened is not None:
            await opened.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
