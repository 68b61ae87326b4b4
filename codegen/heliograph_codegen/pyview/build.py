# SPDX-License-Identifier: Apache-2.0
"""Decide everything Python says of a model, once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from heliograph_codegen import ir
from heliograph_codegen.customisations import of as customisations_of
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.pyview import docs, imports
from heliograph_codegen.pyview.annotations import Annotations
from heliograph_codegen.pyview.bodies import bodies_of
from heliograph_codegen.pyview.codec import Bindings, codec_of
from heliograph_codegen.pyview.continuing_rows import ContinuingRows
from heliograph_codegen.pyview.endpoints import endpoints_view
from heliograph_codegen.pyview.error_codes import ErrorCodes
from heliograph_codegen.pyview.imports import in_order, names_in
from heliograph_codegen.pyview.methods import Methods
from heliograph_codegen.pyview.names import import_order, listing_order
from heliograph_codegen.pyview.operations import Operations, offered_auth
from heliograph_codegen.pyview.pages import Pages
from heliograph_codegen.pyview.paginators import Paginators
from heliograph_codegen.pyview.refusals import refuse_unmade
from heliograph_codegen.pyview.rows import Rows
from heliograph_codegen.pyview.samples import TOKEN
from heliograph_codegen.pyview.scope import Scope
from heliograph_codegen.pyview.types import Types
from heliograph_codegen.pyview.views import (
    EnumView,
    ErrorView,
    ExportView,
    OperationView,
    PackageView,
    PaginatorView,
    ReadView,
    StructureView,
    UnionView,
    WaiterView,
    WriteView,
)
from heliograph_codegen.pyview.waiters import Waiters
from heliograph_codegen.text import Code, Ident, Lit, join, markdown, py_literal, py_str


def build_view(
    model: ir.Model, package: str, *, with_test: bool = True, with_page: bool = True
) -> PackageView:
    """The view of a model.

    Args:
        model: A validated model whose every feature is supported.
        package: The package's import name; dots are allowed.
        with_test: Whether it has what the test module needs.
        with_page: Whether it has what the reference page needs.

    Raises:
        GenerationError: a name cannot become Python's, or two become one.
    """
    return _Builder(model, package).view(with_test=with_test, with_page=with_page)


class _Builder:
    def __init__(self, model: ir.Model, package: str) -> None:
        self._model = model
        self._scope = Scope(model, package)
        self._annotations = Annotations(model, self._scope.classes)
        self._codec = codec_of(model, self._scope.functions)
        bindings = Bindings(model, self._codec)
        self._errors = ErrorCodes(self._scope, by_shape=self._codec.ERRORS_BY_SHAPE)
        self._methods = Methods(self._scope, self._annotations)
        self._types = Types(self._scope, self._annotations, self._codec, bindings)
        self._operations = Operations(self._scope, self._methods, self._errors, self._codec, bindings)
        refuse_unmade(self._scope, self._codec)

    def view(self, *, with_test: bool, with_page: bool) -> PackageView:
        model, service, scope = self._model, self._model.service, self._scope
        per_resource = docs.prose(service.per_resource)
        operations = tuple(self._operations.view(each) for each in model.operations.values())
        structures = tuple(self._types.structure(each) for each in scope.structures)
        unions = tuple(self._types.union(each) for each in scope.unions)
        enums = tuple(self._types.enum(each) for each in scope.enums)
        errors = tuple(self._types.error(each) for each in scope.errors)
        rows = Rows(model, scope.exceptions, scope.argument_names)
        paginators = Paginators(model, self._annotations, scope.member_names, self._methods.of).views()
        waiters = Waiters(model, scope.member_names, self._methods.of).views()
        paged, waited = _paging_annotations(paginators), _waiting_annotations(waiters)
        continuing = ContinuingRows(model, rows)
        paging_cases = continuing.paging_cases(paginators) if with_test else ()
        waiting_cases = continuing.waiting_cases(waiters) if with_test else ()
        exports = self._exports(structures, enums, errors)
        cases, error_cases = (rows.cases(), rows.error_cases()) if with_test else ((), ())
        malformed = tuple(each.name for each in operations if each.opened is not None)
        pages = Pages(
            model,
            scope.package,
            scope.client,
            scope.async_client,
            scope.classes | scope.exceptions,
            scope.methods,
        )
        signatures = [
            each.annotation for operation in operations for each in operation.positional + operation.keywords
        ]
        held = [each.annotation for structure in structures for each in structure.arguments]
        functions = self._codec.generated_names()
        in_operations = _operation_statements(operations)
        opened = [self._codec.OPENED] if any(each.reads for each in structures) else []
        in_codec = [*opened, *_codec_statements(structures, unions)]
        in_errors = [part for error in errors for part in _read(error.reads)]
        of_errors = [each.annotation for error in errors for each in error.attributes]
        defaults = [each.default for error in errors for each in error.attributes if each.default is not None]
        output_types = {each.output_class for each in operations} - {Ident("NoOutput")}
        event_types = {event.class_name for each in operations for event in each.events}
        sent = [event.members for each in operations for event in each.sent_events]
        event_types |= (names_in(sent) & {*scope.classes.values()}) - {*scope.exceptions.values()}
        bodies = bodies_of(model)
        test_names = names_in(
            [part for each in cases for part in (each.arguments, each.body, each.answer, each.result)]
            + [part for each in error_cases for part in (each.answer, each.members)]
            + [part for each in paging_cases for part in (each.arguments, each.answers, each.results)]
            + [part for each in waiting_cases for part in (each.arguments, each.answer, each.result)]
        )
        return PackageView(
            package=scope.package,
            service_id=py_str(service.id),
            title=markdown(service.id),
            client=scope.client,
            async_client=scope.async_client,
            base_error=scope.base_error,
            signing_name=py_str(service.signing_name),
            module_docstring=docs.written(docs.paragraphs(service.documentation) or [service.id], 0),
            client_docstring=_client_docstring(service, "synchronous"),
            async_client_docstring=_client_docstring(service, "asynchronous"),
            per_resource=_long_text(per_resource) if per_resource else None,
            endpoints=endpoints_view(model),
            endpoint_operation=_endpoint_operation(model),
            auth=offered_auth(service.auth) if service.auth != (ir.Auth.SIGV4,) else None,
            retries=(service.retries.attempts, py_literal(service.retries.base / 1000))
            if service.retries
            else None,
            read_error=Ident(self._codec.READ_ERROR),
            opened=self._codec.OPENED,
            read_union=Ident(self._codec.READ_UNION),
            operations=operations,
            structures=structures,
            unions=unions,
            enums=enums,
            errors=errors,
            paginators=paginators,
            paginators_imports=imports.for_checkers(paged),
            paginators_runtime=in_order(names_in(paged) & {Ident("NoOutput")}, "AsyncPages", "Pages"),
            paginators_types=self._class_imports(paged),
            waiters=waiters,
            waiters_imports=imports.for_checkers(waited),
            waiters_runtime=in_order(
                names_in(part.condition for each in waiters for run in each.acceptors for part in run)
                & {Ident("all_are")},
                "AsyncWaiters",
                "Waiter",
                "Waiters",
            ),
            waiters_typing=in_order(names_in(waited) & {Ident("NoOutput")}, "Answer", "Verdict"),
            waiters_types=self._class_imports(waited),
            error_codes=tuple(
                (py_str(code), scope.exceptions[name]) for code, name in self._errors.of_service.items()
            ),
            query_compatible=service.query_compatible,
            exports=exports,
            modules=_modules(exports),
            public=tuple(sorted({*_SHARED, *(each.alias for each in exports)}, key=listing_order)),
            checking_imports=imports.for_checkers([*held, Code("Mapping[str, Any]")], literals=bool(enums)),
            structure_is_base=any(each.base == "Structure" for each in structures),
            constants=in_order(scope.constants.values(), "SERVICE"),
            operations_imports=in_order(
                {
                    *imports.of_runtime(in_operations, *_around_operations(operations)),
                    *([Ident("Request")] if operations else []),
                },
                "OperationInfo",
                "Service",
                self._codec.READ_ERROR,
            ),
            operations_codec=imports.functions_in(in_operations, functions),
            codec_imports=imports.of_runtime(in_codec, *self._around_codec(structures, unions)),
            codec_types=in_order(
                each.name for each in structures if each.reads is not None or each.writes is not None
            ),
            output_types=in_order(output_types | event_types),
            operations_errors=in_order(
                {
                    Ident("ERRORS"),
                    scope.base_error,
                    *(name for each in operations for _, name in each.error_classes),
                    *(names_in(in_operations) & {*scope.exceptions.values()}),
                }
            ),
            client_types=in_order({*output_types, *self._class_imports(signatures)}),
            client_imports=imports.for_checkers(signatures),
            client_runtime=imports.of_runtime_for_clients(signatures, [each.returns for each in operations]),
            async_client_runtime=imports.of_runtime_for_clients(
                signatures, [each.async_returns for each in operations]
            ),
            streams=self._streams(events=False),
            event_streams=self._streams(events=True),
            sends_events=tuple(each.name for each in operations if each.sent_events),
            streams_both_ways=any(each.both_ways for each in operations),
            types_imports=in_order(
                names_in([each.base for each in structures])
                | {
                    *imports.of_runtime(
                        [arg.default for each in structures for arg in each.arguments if arg.default]
                    )
                },
                "structure_of",
            ),
            errors_imports=in_order(imports.of_runtime(in_errors + defaults), "ServiceError"),
            errors_codec=imports.functions_in(in_errors, functions),
            errors_checking=imports.for_checkers(
                [Code("Mapping[str, Any]" if in_errors else "Mapping[str, str]"), *of_errors]
            ),
            errors_types=in_order(names_in(of_errors) & {*scope.classes.values()}),
            cases=cases,
            error_cases=error_cases,
            paging_cases=paging_cases,
            waiting_cases=waiting_cases,
            endpoint_cases=rows.endpoint_cases() if with_test else (),
            test_imports=imports.for_tests(test_names, bodies.IMPORTS) if operations else imports.TYPING,
            test_runtime=in_order(
                [
                    Ident("Credentials"),
                    *bodies.RUNTIME,
                    *([Ident("ResponseError")] if malformed or paging_cases else []),
                    *([Ident("eventstream")] if any(each.sent_events for each in operations) else []),
                ]
            ),
            read_body=bodies.READ,
            unknown_error=rows.unknown_error(),
            cut_short=py_literal(bodies.CUT_SHORT),
            remade=tuple(
                py_str(each.name)
                for each in model.operations.values()
                if any(known.remakes for known in customisations_of(each))
            ),
            test_token=py_str(TOKEN) if any(each.token_members for each in operations) else None,
            test_bearer_token=rows.with_token,
            all_signed=rows.all_signed,
            malformed_operations=malformed,
            pages=tuple(
                pages.operation(each, self._methods.signature(each)) for each in model.operations.values()
            )
            if with_page
            else (),
            structure_pages=tuple(
                pages.structure(each, scope.member_names(each)) for each in scope.structures
            )
            if with_page
            else (),
            paginator_rows=tuple(map(pages.paginator, self._paginators(), paginators)) if with_page else (),
            waiter_rows=tuple(
                pages.waiter(each, view.method) for each, view in zip(model.waiters, waiters, strict=True)
            )
            if with_page
            else (),
            prose=tuple(map(markdown, docs.paragraphs(service.documentation))),
            per_resource_page=markdown(per_resource) if per_resource else None,
        )

    def _exports(
        self, structures: Iterable[StructureView], enums: Iterable[EnumView], errors: Iterable[ErrorView]
    ) -> tuple[ExportView, ...]:
        """What the package takes from its modules, in the order in which a sorted import has it."""
        found = [
            ("async_client", self._scope.async_client, self._scope.async_client),
            ("async_client", self._scope.async_client, "AsyncClient"),
            ("client", self._scope.client, self._scope.client),
            ("client", self._scope.client, "Client"),
            ("endpoints", "endpoint_for", "endpoint_for"),
            ("endpoints", "resolve_endpoint", "resolve_endpoint"),
            ("errors", self._scope.base_error, self._scope.base_error),
            ("errors", self._scope.base_error, "ServiceError"),
            *(("errors", each.name, each.name) for each in errors),
            ("operations", "OPERATIONS", "OPERATIONS"),
            *(("types", each.name, each.name) for each in structures),
            *(("types", each.name, each.name) for each in enums),
            ("types", "from_dict", "from_dict"),
        ]
        ordered = sorted(found, key=lambda each: (each[0], import_order(each[1]), listing_order(each[2])))
        return tuple(ExportView(*map(Ident, each)) for each in ordered)

    def _paginators(self) -> list[ir.Paginator]:
        return [each.paginator for each in self._model.operations.values() if each.paginator is not None]

    def _class_imports(self, annotations: Iterable[Code]) -> tuple[Ident, ...]:
        """The structures and enumerations that annotations name."""
        return in_order(names_in(annotations) & {*self._scope.classes.values()})

    def _around_codec(self, structures: Iterable[StructureView], unions: Iterable[UnionView]) -> set[str]:
        """What the template of the codec itself calls."""
        used: set[str] = set()
        used |= {"members_of"} if any(each.writes is not None for each in structures) else set()
        used |= {"one_member"} if any(each.branches is not None for each in unions) else set()
        used |= {self._codec.READ_UNION} if any(each.readers is not None for each in unions) else set()
        return used

    def _streams(self, *, events: bool) -> tuple[tuple[Lit, Ident], ...]:
        """The methods whose output has a streaming body, or a stream of events, and the attribute that is it."""
        found: list[tuple[Lit, Ident]] = []
        for operation in self._model.operations.values():
            output = self._model.structure(operation.output) if operation.output else None
            member = self._model.left_open(output) if output else None
            if output and member and self._model.has_events(member) is events:
                found.append(
                    (
                        py_str(self._scope.methods[operation.name]),
                        self._scope.member_names(output)[member.name],
                    )
                )
        return tuple(found)


_SHARED = tuple(
    map(Ident, ["ANONYMOUS", "EndpointError", "ParamError", "WaiterError", "errors", "to_dict", "types"])
)
"""What every package has besides what its modules define."""


def _client_docstring(service: ir.Service, flavour: str) -> Code:
    return docs.written(
        [
            f"The {flavour} client of {docs.prose(service.id)}, API version {docs.prose(service.version)}.",
            docs.prose(service.per_resource),
            "Arguments are keywords; `heliograph.generated.Client` explains each."
            if flavour == "synchronous"
            else "Arguments are keywords; `heliograph.generated.AsyncClient` explains each.",
            f"See {docs.prose(service.reference)}" if service.reference else "",
        ],
        4,
    )


def _paging_annotations(views: Iterable[PaginatorView]) -> list[Code]:
    """What the module of paginators says of types."""
    found = [Code("Mapping[str, Any]")]
    for each in views:
        found += [each.page, each.item, *(keyword.annotation for keyword in each.keywords)]
    return found


def _waiting_annotations(views: Iterable[WaiterView]) -> list[Code]:
    """What the module of waiters says of types."""
    found = [Code("Mapping[str, Any]")]
    for each in views:
        found += [each.output, *(keyword.annotation for keyword in each.keywords)]
    return found


def _modules(exports: Iterable[ExportView]) -> tuple[tuple[Ident, tuple[Ident, ...]], ...]:
    """The names that each module defines for the package."""
    found: dict[Ident, dict[Ident, None]] = {}
    for each in exports:
        found.setdefault(each.module, {})[each.name] = None
    return tuple((module, tuple(names)) for module, names in found.items())


def _long_text(text: str) -> Code:
    """A string literal of several lines, which Python joins."""
    lines = textwrap.wrap(text, 90, drop_whitespace=False, break_long_words=False)
    return join("\n", [py_str(line) for line in lines])


def _endpoint_operation(model: ir.Model) -> Lit | None:
    """What is asked where others are answered; ``None`` where it need not be."""
    asking = [
        each
        for each in model.operations.values()
        if each.endpoint_discovery and each.endpoint_discovery.required
    ]
    asked = next((each for each in model.operations.values() if each.endpoint_operation), None)
    if asking and asked is None:
        raise GenerationError(
            f"operation {asking[0].name} needs an operation that tells where it is answered; mark one with"
            " 'endpoint-operation: true'",
            asking[0].origin,
        )
    return py_str(asked.name) if asking and asked is not None else None


def _operation_statements(operations: Iterable[OperationView]) -> list[Code]:
    around = [
        part
        for each in operations
        for part in (each.path, each.body.initial, each.body.expression, each.body.headers, each.opened)
        if part is not None
    ]
    events = [event for each in operations for event in each.events]
    around += [part for event in events for part in (event.opened, *_read(event.reads)) if part is not None]
    sent = [event for each in operations for event in each.sent_events]
    around += [part for event in sent for part in (event.members, event.message, *_written(event.writes))]
    return around + [part for each in operations for part in (*_written(each.writes), *_read(each.reads))]


def _around_operations(operations: tuple[OperationView, ...]) -> set[str]:
    """What the template of operations itself calls."""
    used: set[str] = set()
    for each in operations:
        used |= {"BodyRules"} if each.body_rules else set()
        used |= {"query_string"} if each.has_query else set()
        used |= {"NoOutput"} if each.output_class == "NoOutput" else set()
        used.update(each.customisations)
    return used


def _codec_statements(structures: Iterable[StructureView], unions: Iterable[UnionView]) -> list[Code]:
    found: list[Code] = []
    for structure in structures:
        found += _written(structure.writes or ()) + _read(structure.reads or ())
    for union in unions:
        found += [expression for *_, expression in (*(union.branches or ()), *(union.readers or ()))]
    return found


def _written(views: Iterable[WriteView]) -> list[Code]:
    return [part for each in views for part in (each.fetch, each.statement)]


def _read(views: Iterable[ReadView]) -> list[Code]:
    return [part for each in views for part in (each.fetch, each.value)]
