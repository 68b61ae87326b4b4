# SPDX-License-Identifier: Apache-2.0
"""What templates see: each field is laid out as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heliograph_codegen.text import Code, Ident, Lit, Md
from heliograph_codegen.verify import Vocabulary


@dataclass(frozen=True, slots=True)
class ArgumentView:
    """An argument of a method or of a structure's ``__init__``. ``default`` is ``None`` where it must be given.

    ``member`` is the model's name for it; empty for the mapping of further members.
    """

    name: Ident
    member: str
    annotation: Code
    default: Code | None


@dataclass(frozen=True, slots=True)
class WriteView:
    """How one member gets into a request: ``fetch`` gives its value or None, ``statement`` puts it in its place."""

    fetch: Code
    statement: Code


@dataclass(frozen=True, slots=True)
class ReadView:
    """How one member gets out of an answer. ``value`` reads it; where it is ``required``, only if it is there."""

    name: Ident
    value: Code
    fetch: Code
    required: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A row of ``MEMBERS``."""

    name: Ident
    name_literal: Lit
    wire: Lit
    secret: Code
    nested: Code


@dataclass(frozen=True, slots=True)
class StructureView:
    """A structure's class and, where they are used, the functions that write and read it."""

    shape: Lit
    name: Ident
    writer: Ident
    reader: Ident
    base: Code
    docstring: Code
    arguments: tuple[ArgumentView, ...]
    slots: tuple[Lit, ...]
    rows: tuple[MemberRow, ...]
    writes: tuple[WriteView, ...] | None
    reads: tuple[ReadView, ...] | None


@dataclass(frozen=True, slots=True)
class UnionView:
    """A union's functions; in Python it is a dict with one key. ``renamed`` are wire names that are not the model's."""

    name: Ident
    writer: Ident
    reader: Ident
    names: Code
    branches: tuple[tuple[Lit, Lit, Code], ...] | None
    readers: tuple[tuple[Lit, Code], ...] | None
    renamed: tuple[tuple[Lit, Lit], ...]


@dataclass(frozen=True, slots=True)
class EnumView:
    """An enumeration's alias: ``annotation`` for checkers, ``runtime`` for everybody else."""

    name: Ident
    annotation: Code
    runtime: Code


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An exception class. ``has_kinds`` as in an operation."""

    name: Ident
    docstring: Code
    flags: tuple[Ident, ...]
    rows: tuple[MemberRow, ...]
    attributes: tuple[ArgumentView, ...]
    reads_body: bool
    reads: tuple[ReadView, ...]
    has_kinds: bool


@dataclass(frozen=True, slots=True)
class BodyView:
    """The body of a request.

    Attributes:
        kind: ``none``, ``members`` that are put together in a dict, or one member: a ``payload``.
        initial: What ``body`` is before anything is put into it.
        headers: The headers that the request always has, as a tuple of pairs.
        expression: The bytes.
        content_type: The content type, where it depends on the members; on which, ``condition`` says.
    """

    kind: Ident
    initial: Code
    headers: Code | None
    expression: Code | None
    content_type: Lit | None
    condition: Code


@dataclass(frozen=True, slots=True)
class EventView:
    """An event of an operation's answer, and the function that reads it."""

    function: Ident
    class_name: Ident
    opened: Code | None
    reads: tuple[ReadView, ...]
    has_kinds: bool


@dataclass(frozen=True, slots=True)
class SentEventView:
    """An event that an operation sends, and the function that writes it.

    Attributes:
        members: What gives the members of ``value``.
        has_members: Whether there can be any.
        has_headers: Whether some of them are headers of the message.
        body: What ``body`` is before anything is put into it; None where the message has no payload.
        is_dict: Whether the body is put together in a dict.
        message: The message.
    """

    function: Ident
    members: Code
    has_members: bool
    has_headers: bool
    body: Code | None
    is_dict: bool
    writes: tuple[WriteView, ...]
    message: Code


@dataclass(frozen=True, slots=True)
class OperationView:
    """A method, and the functions and the record behind it.

    ``has_kinds`` says that required members come from places with values of different types. The output is typed as
    ``output_type`` where it is read, and as ``returns`` and ``async_returns`` for callers.
    """

    name: Lit
    method: Ident
    method_literal: Lit
    constant: Ident
    positional: tuple[ArgumentView, ...]
    keywords: tuple[ArgumentView, ...]
    passed: tuple[tuple[Lit, Ident], ...]
    docstring: Code
    params: tuple[tuple[Lit, Lit], ...]
    input: Code
    output: Code
    output_class: Ident
    output_type: Code
    returns: Code
    async_returns: Code
    body_rules: tuple[tuple[Ident, Code], ...]
    states_length: bool
    streams: bool
    initial_response: bool
    both_ways: bool
    events: tuple[EventView, ...]
    sent_events: tuple[SentEventView, ...]
    unsigned_payload: bool
    errors: tuple[Lit, ...]
    http_method: Lit
    path: Code
    has_query: bool
    constant_query: tuple[tuple[Lit, Lit], ...]
    has_headers: bool
    body: BodyView
    writes: tuple[WriteView, ...]
    reads: tuple[ReadView, ...]
    has_kinds: bool
    opened: Code | None
    open_ended: bool
    error_classes: tuple[tuple[Lit, Ident], ...]
    token_members: tuple[Lit, ...]
    customisations: tuple[Ident, ...]
    read_timeout: int | None
    auth: tuple[Lit, ...] | None
    discovers: bool
    long_polling: bool
    paginator: Lit | None
    waiters: tuple[Lit, ...]


@dataclass(frozen=True, slots=True)
class PaginatorView:
    """How an operation's results continue, and its method of ``paginate``.

    ``next`` and ``items`` are expressions over ``page``; ``literals`` are what stands in them besides names.
    """

    name: Lit
    record: Ident
    method: Ident
    operation: Ident
    page: Ident
    item: Code
    tokens: Lit
    next: Code
    items: Code
    results: Lit | None
    limit: Lit | None
    limit_is_text: bool
    keywords: tuple[ArgumentView, ...]
    passed: tuple[tuple[Lit, Ident], ...]
    docstring: Code
    literals: tuple[Lit, ...]


@dataclass(frozen=True, slots=True)
class AcceptorView:
    """When an answer fits, as a condition over ``output`` or ``answer``, and what it means then."""

    in_output: bool
    condition: Code
    verdict: Code


@dataclass(frozen=True, slots=True)
class WaiterView:
    """A waiter, and its method of ``wait_until``.

    ``acceptors`` are in runs that look into the output, or do not.
    """

    name: Lit
    record: Ident
    decide: Ident
    method: Ident
    operation: Ident
    output: Ident
    result: Code
    delay: int
    max_attempts: int
    reads_output: bool
    acceptors: tuple[tuple[AcceptorView, ...], ...]
    keywords: tuple[ArgumentView, ...]
    passed: tuple[tuple[Lit, Ident], ...]
    docstring: Code
    literals: tuple[Lit, ...]


@dataclass(frozen=True, slots=True)
class PagingCaseView:
    """A row of the generated tests: a page that another follows, and the last one."""

    operation: Lit
    arguments: Code
    answers: Code
    results: Code
    items: int


@dataclass(frozen=True, slots=True)
class WaitingCaseView:
    """A row of the generated tests: an answer that ends a wait, and how."""

    method: Lit
    arguments: Code
    answer: Code
    outcome: Lit
    result: Code


@dataclass(frozen=True, slots=True)
class EndpointsView:
    """The module ``endpoints``.

    Attributes:
        prefix: The first label of AWS's standard hosts; ``None`` where ``rules`` say it, or callers must.
        rules: The functions that a rule set became.
        built_ins: What the client fills in, and the parameters of the rules that take it.
        parameters: By operation, a dict of what its ``members`` give to the rules.
        host_prefixes: By operation, the text that it puts in front of the host.
        collections: What annotations need of ``collections.abc``.
        signs_4a: Whether some calls can be signed by version 4A alone.
        vocabulary: What may stand there besides the names and texts of the model.
    """

    prefix: Lit | None
    rules: Code | None
    built_ins: tuple[tuple[Lit, Lit], ...]
    parameters: tuple[tuple[Lit, Code], ...]
    host_prefixes: tuple[tuple[Lit, Code], ...]
    imports: tuple[Ident, ...]
    typing_imports: tuple[Ident, ...]
    collections: tuple[Ident, ...]
    signs_4a: bool
    vocabulary: Vocabulary

    @property
    def constants(self) -> tuple[Ident, ...]:
        """What the module has for the record of the service."""
        return tuple(
            Ident(name)
            for name, used in (
                ("BUILT_INS", True),
                ("HOST_PREFIXES", bool(self.host_prefixes)),
                ("PARAMETERS", bool(self.parameters)),
            )
            if used
        )


@dataclass(frozen=True, slots=True)
class CaseView:
    """A row of the generated tests: arguments and the request they make, an answer and what is made of it."""

    id: Lit
    operation: Lit
    arguments: Code
    http_method: Lit
    target: Lit
    headers: Code
    body: Code
    answer: Code
    result: Code


@dataclass(frozen=True, slots=True)
class ErrorCaseView:
    """A row of the generated tests: an error answer, and the exception it is."""

    operation: Lit
    error: Ident
    code: Lit
    answer: Code
    members: Code


@dataclass(frozen=True, slots=True)
class EndpointCaseView:
    """A row of the generated tests: parameters, and the host they lead to."""

    parameters: Code
    url: Lit


@dataclass(frozen=True, slots=True)
class OperationPage:
    """An operation on the reference page; ``arguments`` and ``members`` are rows of Markdown cells."""

    method: Md
    title: Md
    prose: tuple[Md, ...]
    signature: Md
    permission: Md
    reference: Md | None
    arguments: tuple[tuple[Md, ...], ...]
    returns: Md
    errors: tuple[tuple[Md, ...], ...]
    example: Md


@dataclass(frozen=True, slots=True)
class StructurePage:
    """A structure on the reference page."""

    title: Md
    prose: tuple[Md, ...]
    members: tuple[tuple[Md, ...], ...]


@dataclass(frozen=True, slots=True)
class ExportView:
    """A name that the package takes from one of its modules."""

    module: Ident
    name: Ident
    alias: Ident


@dataclass(frozen=True, slots=True)
class PackageView:
    """All there is to a package."""

    package: Code
    service_id: Lit
    title: Md
    client: Ident
    async_client: Ident
    base_error: Ident
    signing_name: Lit
    module_docstring: Code
    client_docstring: Code
    async_client_docstring: Code
    per_resource: Code | None
    endpoints: EndpointsView
    auth: tuple[Lit, ...] | None
    endpoint_operation: Lit | None
    retries: tuple[int, Lit] | None
    read_error: Ident
    opened: Code
    read_union: Ident
    operations: tuple[OperationView, ...]
    structures: tuple[StructureView, ...]
    unions: tuple[UnionView, ...]
    enums: tuple[EnumView, ...]
    errors: tuple[ErrorView, ...]
    paginators: tuple[PaginatorView, ...]
    paginators_imports: tuple[Code, ...]
    paginators_runtime: tuple[Ident, ...]
    paginators_types: tuple[Ident, ...]
    waiters: tuple[WaiterView, ...]
    waiters_imports: tuple[Code, ...]
    waiters_runtime: tuple[Ident, ...]
    waiters_typing: tuple[Ident, ...]
    waiters_types: tuple[Ident, ...]
    error_codes: tuple[tuple[Lit, Ident], ...]
    query_compatible: bool
    exports: tuple[ExportView, ...]
    modules: tuple[tuple[Ident, tuple[Ident, ...]], ...]
    public: tuple[Ident, ...]
    checking_imports: tuple[Code, ...]
    structure_is_base: bool
    constants: tuple[Ident, ...]
    operations_imports: tuple[Ident, ...]
    operations_codec: tuple[Ident, ...]
    output_types: tuple[Ident, ...]
    operations_errors: tuple[Ident, ...]
    codec_imports: tuple[Ident, ...]
    codec_types: tuple[Ident, ...]
    client_types: tuple[Ident, ...]
    client_imports: tuple[Code, ...]
    client_runtime: tuple[Ident, ...]
    async_client_runtime: tuple[Ident, ...]
    streams: tuple[tuple[Lit, Ident], ...]
    event_streams: tuple[tuple[Lit, Ident], ...]
    sends_events: tuple[Lit, ...]
    streams_both_ways: bool
    types_imports: tuple[Ident, ...]
    errors_imports: tuple[Ident, ...]
    errors_codec: tuple[Ident, ...]
    errors_checking: tuple[Code, ...]
    errors_types: tuple[Ident, ...]
    cases: tuple[CaseView, ...]
    error_cases: tuple[ErrorCaseView, ...]
    paging_cases: tuple[PagingCaseView, ...]
    waiting_cases: tuple[WaitingCaseView, ...]
    endpoint_cases: tuple[EndpointCaseView, ...]
    test_imports: tuple[Code, ...]
    test_runtime: tuple[Ident, ...]
    read_body: Code
    unknown_error: Code
    cut_short: Lit
    test_token: Lit | None
    remade: tuple[Lit, ...]
    test_bearer_token: bool
    all_signed: bool
    malformed_operations: tuple[Lit, ...]
    pages: tuple[OperationPage, ...]
    structure_pages: tuple[StructurePage, ...]
    paginator_rows: tuple[tuple[Md, ...], ...]
    waiter_rows: tuple[tuple[Md, ...], ...]
    prose: tuple[Md, ...]
    per_resource_page: Md | None


def has_kinds(reads: Iterable[ReadView]) -> bool:
    """Whether required members are fetched from places that give different types."""
    return len({each.fetch.partition("(")[0] for each in reads if each.required}) > 1
