# SPDX-License-Identifier: Apache-2.0
"""Decide everything Python says of a model, once."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, partial
from typing import LiteralString

from heliograph_codegen import ir
from heliograph_codegen.customisations import filled, runtime_name
from heliograph_codegen.customisations import of as customisations_of
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.features import AUTHS
from heliograph_codegen.ir import Kind, Location
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.annotations import Annotations, enum_annotation
from heliograph_codegen.pyview.bodies import bodies_of
from heliograph_codegen.pyview.codec import RUNTIME_NAMES, Bindings, codec_of, path_expression
from heliograph_codegen.pyview.codec.body import fetch
from heliograph_codegen.pyview.continuing_rows import ContinuingRows
from heliograph_codegen.pyview.endpoints import endpoints_view
from heliograph_codegen.pyview.messages import at, gives_way, is_header
from heliograph_codegen.pyview.names import (
    ARGUMENT_NAMES,
    CLASS_NAMES,
    CLIENT_NAMES,
    CONSTANT_NAMES,
    ERROR_NAMES,
    OUTPUT_NAMES,
    STRUCTURE_NAMES,
    class_names,
    class_prefix,
    distinct,
    import_order,
    listing_order,
    natural_order,
    python_names,
    snake,
)
from heliograph_codegen.pyview.pages import Pages
from heliograph_codegen.pyview.paginators import Method, Paginators
from heliograph_codegen.pyview.rows import Rows
from heliograph_codegen.pyview.samples import TOKEN
from heliograph_codegen.pyview.views import (
    ArgumentView,
    BodyView,
    EnumView,
    ErrorView,
    EventView,
    ExportView,
    MemberRow,
    OperationView,
    PackageView,
    PaginatorView,
    ReadView,
    SentEventView,
    StructureView,
    UnionView,
    WaiterView,
    WriteView,
)
from heliograph_codegen.pyview.waiters import Waiters
from heliograph_codegen.text import Code, Ident, Lit, code, identifier, join, markdown, py_literal, py_str

_PARAMS = ArgumentView(Ident("params"), "", Code("Mapping[str, Any] | None"), Code("None"))
_WITHOUT_EVENTS = frozenset([ir.Protocol.QUERY, ir.Protocol.EC2])
_COLLECTIONS = ("Mapping", "Sequence")


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
        self._package = join(".", [identifier(part) for part in package.split(".")])
        self._prefix = class_prefix(model.service.id, model.service.origin)
        self._client = Ident(f"{self._prefix}Client")
        self._async_client = Ident(f"Async{self._prefix}Client")
        self._base_error = Ident(f"{self._prefix}Error")
        self._closure = [model.shapes[name] for name in model.closure()]
        reserved = {self._client, self._async_client, self._base_error} | CLASS_NAMES
        named = [shape for shape in self._closure if isinstance(shape, ir.StructureShape | ir.EnumShape)]
        self._inputs = {each.input for each in model.operations.values()}
        self._outputs = {each.output for each in model.operations.values()}
        self._classes = class_names(
            (each.name, each.origin, reserved | OUTPUT_NAMES if each.name in self._outputs else reserved)
            for each in named
        )
        operations = model.operations.values()
        self._written = set(model.closure([each.input for each in operations if each.input]))
        self._read = set(model.closure([each.output for each in operations if each.output]))
        self._read |= set(model.closure([name for each in operations for name in each.errors]))
        self._nested_written = self._targets(self._written)
        self._nested_read = self._targets(self._read)
        self._exceptions = {each.name: self._classes[each.name] for each in self._errors}
        self._classes |= self._details()
        self._functions = distinct(self._classes, map(snake, self._classes.values()))
        self._annotations = Annotations(model, self._classes)
        self._codec = codec_of(model, self._functions)
        self._bindings = Bindings(model, self._codec)
        self._methods = python_names(
            [(each.name, each.origin) for each in operations], "operations", CLIENT_NAMES
        )
        taken = CONSTANT_NAMES | {str(self._classes[name]) for name in self._outputs if name}
        self._constants = distinct(self._methods, [name.upper() for name in self._methods.values()], taken)
        self._check()

    def _targets(self, names: Iterable[str]) -> set[str]:
        """The shapes that stand inside of these."""
        return {
            target for shape in map(self._model.shapes.__getitem__, names)
            if not (isinstance(shape, ir.StructureShape) and shape.event_stream)
            for target in ir.targets(shape)
        }  # fmt: skip

    def _details(self) -> dict[str, Ident]:
        """Classes of errors that are members too: as a value, an error is a structure and not an exception."""
        nested = [name for name in self._exceptions if name in self._nested_written | self._nested_read]
        wanted = [f"{self._exceptions[name]}Details" for name in nested]
        return distinct(nested, wanted, CLASS_NAMES | {*self._classes.values()})

    def _check(self) -> None:
        """Refuse what cannot be made yet, or cannot be told apart."""
        for operation in self._model.operations.values():
            self._error_classes(operation)
            self._check_compression(operation)
            self._check_events(operation)
        for shape in self._errors:
            for member in shape.members.values():
                kind = self._model.shape(member.target).kind
                if at(member, Location.PAYLOAD) and kind not in (Kind.STRUCTURE, Kind.UNION, Kind.DOCUMENT):
                    problem = f"the generator cannot make a body of an error out of {member.name} yet"
                    raise GenerationError(problem, member.origin)

    def _check_compression(self, operation: ir.Operation) -> None:
        other = next((each for each in operation.compression if each != "gzip"), None)
        if other is not None:
            what = f"the compression {other} of operation {operation.name}"
            problem = f"the generator cannot make {what} yet; it makes gzip"
            raise GenerationError(problem, operation.origin)
        shape = self._input(operation)
        body = self._model.left_open(shape) if shape else None
        if operation.compression and body is not None and not body.requires_length:
            problem = f"the generator cannot make the compression of the streaming body {body.name} yet"
            raise GenerationError(problem, body.origin)

    def _check_events(self, operation: ir.Operation) -> None:
        """Members beside a stream of events have a place in HTTP, or in its first message."""
        for end in (operation.input, operation.output):
            stream = self._model.events_of(end)
            if stream is None:
                continue
            if self._model.service.protocol in _WITHOUT_EVENTS:
                problem = f"a stream of events, such as {stream.name}, has no form in the protocol"
                raise GenerationError(f"{problem} {self._model.service.protocol}", stream.origin)
            if end == operation.input and (operation.checksum or operation.compression):
                problem = f"the generator cannot make the checksum or compression of the events {stream.name}"
                raise GenerationError(f"{problem} yet; it makes them of whole bodies", stream.origin)
            if self._codec.INITIAL_REQUEST:
                continue
            members = self._model.structure(end or "").members.values()
            other = next(filter(self._is_in_body, members), None)
            if other is not None:
                problem = (
                    f"{other.name} stands beside a stream of events, which is all of the body in the protocol"
                    f" {self._model.service.protocol}; bind it to a header"
                )
                raise GenerationError(problem, other.origin)

    # Which error is meant

    @cached_property
    def _error_codes(self) -> dict[str, str]:
        """The error that each code stands for; where it stands for several, the first or the one of that name."""
        found: dict[str, str] = {}
        for shape in self._errors:
            assert shape.error is not None
            found.setdefault(shape.error.code, shape.name)
        if self._codec.ERRORS_BY_SHAPE:
            found |= {name: name for name in self._exceptions}
        return dict(sorted(found.items()))

    def _error_classes(self, operation: ir.Operation) -> dict[str, str]:
        """The errors that codes stand for in answers of an operation, where elsewhere they are others."""
        of_service = self._error_codes
        found: dict[str, str] = {}
        for name in operation.errors:
            code = _error_code(self._model.structure(name))
            if self._codec.ERRORS_BY_SHAPE and code in self._exceptions:
                continue
            first = found.setdefault(code, name)
            if first != name and not self._codec.ERRORS_BY_SHAPE:
                problem = (
                    f"the errors {first} and {name} of {operation.name} have one code, {code}; remove one"
                )
                raise GenerationError(problem, operation.origin)
        return {code: name for code, name in found.items() if of_service[code] != name}

    def view(self, *, with_test: bool, with_page: bool) -> PackageView:
        model, service = self._model, self._model.service
        per_resource = docs.prose(service.per_resource)
        operations = tuple(self._operation(each) for each in model.operations.values())
        structures = tuple(self._structure(each) for each in self._structures())
        unions = tuple(self._union(each) for each in self._unions())
        enums = tuple(self._enum(each) for each in self._closure if isinstance(each, ir.EnumShape))
        errors = tuple(self._error(each) for each in self._errors)
        rows = Rows(model, self._exceptions, self._argument_names)
        paginators = Paginators(model, self._annotations, self._member_names, self._method).views()
        waiters = Waiters(model, self._member_names, self._method).views()
        paged, waited = _paging_annotations(paginators), _waiting_annotations(waiters)
        continuing = ContinuingRows(model, rows)
        paging_cases = continuing.paging_cases(paginators) if with_test else ()
        waiting_cases = continuing.waiting_cases(waiters) if with_test else ()
        exports = self._exports(structures, enums, errors)
        cases, error_cases = (rows.cases(), rows.error_cases()) if with_test else ((), ())
        malformed = tuple(each.name for each in operations if each.opened is not None)
        pages = Pages(
            model,
            self._package,
            self._client,
            self._async_client,
            self._classes | self._exceptions,
            self._methods,
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
        event_types |= (_names(sent) & {*self._classes.values()}) - {*self._exceptions.values()}
        bodies = bodies_of(model)
        test_names = _names(
            [part for each in cases for part in (each.arguments, each.body, each.answer, each.result)]
            + [part for each in error_cases for part in (each.answer, each.members)]
            + [part for each in paging_cases for part in (each.arguments, each.answers, each.results)]
            + [part for each in waiting_cases for part in (each.arguments, each.answer, each.result)]
        )
        return PackageView(
            package=self._package,
            service_id=py_str(service.id),
            title=markdown(service.id),
            client=self._client,
            async_client=self._async_client,
            base_error=self._base_error,
            signing_name=py_str(service.signing_name),
            module_docstring=docs.written(docs.paragraphs(service.documentation) or [service.id], 0),
            client_docstring=self._client_docstring("synchronous"),
            async_client_docstring=self._client_docstring("asynchronous"),
            per_resource=_long_text(per_resource) if per_resource else None,
            endpoints=endpoints_view(model),
            endpoint_operation=_endpoint_operation(model),
            auth=_offered(service.auth) if service.auth != (ir.Auth.SIGV4,) else None,
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
            paginators_imports=_checking_imports(paged),
            paginators_runtime=_sorted(_names(paged) & {Ident("NoOutput")}, "AsyncPages", "Pages"),
            paginators_types=self._class_imports(paged),
            waiters=waiters,
            waiters_imports=_checking_imports(waited),
            waiters_runtime=_sorted(
                _names(part.condition for each in waiters for run in each.acceptors for part in run)
                & {Ident("all_are")},
                "AsyncWaiters",
                "Waiter",
                "Waiters",
            ),
            waiters_typing=_sorted(_names(waited) & {Ident("NoOutput")}, "Answer", "Verdict"),
            waiters_types=self._class_imports(waited),
            error_codes=tuple(
                (py_str(code), self._exceptions[name]) for code, name in self._error_codes.items()
            ),
            query_compatible=service.query_compatible,
            exports=exports,
            modules=_modules(exports),
            public=tuple(sorted({*_SHARED, *(each.alias for each in exports)}, key=listing_order)),
            checking_imports=_checking_imports([*held, Code("Mapping[str, Any]")], literals=bool(enums)),
            structure_is_base=any(each.base == "Structure" for each in structures),
            constants=_sorted(self._constants.values(), "SERVICE"),
            operations_imports=_sorted(
                {
                    *_runtime_names(in_operations, *_around_operations(operations)),
                    *([Ident("Request")] if operations else []),
                },
                "OperationInfo",
                "Service",
                self._codec.READ_ERROR,
            ),
            operations_codec=_functions_named(in_operations, functions),
            codec_imports=_runtime_names(in_codec, *self._around_codec(structures, unions)),
            codec_types=_sorted(
                each.name for each in structures if each.reads is not None or each.writes is not None
            ),
            output_types=_sorted(output_types | event_types),
            operations_errors=_sorted(
                {
                    Ident("ERRORS"),
                    self._base_error,
                    *(name for each in operations for _, name in each.error_classes),
                    *(_names(in_operations) & {*self._exceptions.values()}),
                }
            ),
            client_types=_sorted({*output_types, *self._class_imports(signatures)}),
            client_imports=_checking_imports(signatures),
            client_runtime=_client_runtime(signatures, [each.returns for each in operations]),
            async_client_runtime=_client_runtime(signatures, [each.async_returns for each in operations]),
            streams=self._streams(events=False),
            event_streams=self._streams(events=True),
            sends_events=tuple(each.name for each in operations if each.sent_events),
            streams_both_ways=any(each.both_ways for each in operations),
            types_imports=_sorted(
                _names([each.base for each in structures])
                | {
                    *_runtime_names(
                        [arg.default for each in structures for arg in each.arguments if arg.default]
                    )
                },
                "structure_of",
            ),
            errors_imports=_sorted(_runtime_names(in_errors + defaults), "ServiceError"),
            errors_codec=_functions_named(in_errors, functions),
            errors_checking=_checking_imports(
                [Code("Mapping[str, Any]" if in_errors else "Mapping[str, str]"), *of_errors]
            ),
            errors_types=_sorted(_names(of_errors) & {*self._classes.values()}),
            cases=cases,
            error_cases=error_cases,
            paging_cases=paging_cases,
            waiting_cases=waiting_cases,
            endpoint_cases=rows.endpoint_cases() if with_test else (),
            test_imports=_test_imports(test_names, bodies.IMPORTS) if operations else _TYPING,
            test_runtime=_sorted(
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
            pages=tuple(pages.operation(each, self._signature(each)) for each in model.operations.values())
            if with_page
            else (),
            structure_pages=tuple(
                pages.structure(each, self._member_names(each)) for each in self._structures()
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
            ("async_client", self._async_client, self._async_client),
            ("async_client", self._async_client, "AsyncClient"),
            ("client", self._client, self._client),
            ("client", self._client, "Client"),
            ("endpoints", "endpoint_for", "endpoint_for"),
            ("endpoints", "resolve_endpoint", "resolve_endpoint"),
            ("errors", self._base_error, self._base_error),
            ("errors", self._base_error, "ServiceError"),
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
        return _sorted(_names(annotations) & {*self._classes.values()})

    # What there is

    def _structures(self) -> list[ir.StructureShape]:
        return [
            shape
            for shape in self._closure
            if isinstance(shape, ir.StructureShape) and shape.kind is Kind.STRUCTURE
            and not self._is_input(shape) and not self._is_only_raised(shape)
        ]  # fmt: skip

    def _unions(self) -> list[ir.StructureShape]:
        return [
            each
            for each in self._closure
            if isinstance(each, ir.StructureShape) and each.kind is Kind.UNION and not each.event_stream
        ]

    @cached_property
    def _errors(self) -> list[ir.StructureShape]:
        return [
            each for each in self._closure if isinstance(each, ir.StructureShape) and each.error is not None
        ]

    def _is_input(self, shape: ir.StructureShape) -> bool:
        """Whether a structure is nothing but an operation's input: its members are arguments, it needs no class."""
        return shape.name in self._inputs and shape.name not in self._read | self._nested_written

    def _is_only_raised(self, shape: ir.StructureShape) -> bool:
        """Whether a structure is nothing but an error."""
        return shape.error is not None and shape.name not in self._nested_written | self._nested_read

    def _around_codec(self, structures: Iterable[StructureView], unions: Iterable[UnionView]) -> set[str]:
        """What the template of the codec itself calls."""
        used: set[str] = set()
        used |= {"members_of"} if any(each.writes is not None for each in structures) else set()
        used |= {"one_member"} if any(each.branches is not None for each in unions) else set()
        used |= {self._codec.READ_UNION} if any(each.readers is not None for each in unions) else set()
        return used

    # Types

    def _structure(self, shape: ir.StructureShape) -> StructureView:
        names = self._member_names(shape)
        members = _required_first(shape)
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in members]
        return StructureView(
            shape=py_str(shape.name),
            name=self._classes[shape.name],
            writer=self._codec.writer_name(shape.name),
            reader=self._codec.reader_name(shape.name),
            base=self._base(shape),
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [self._default_prose(shape)]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            arguments=tuple(
                ArgumentView(
                    names[each.name],
                    each.name,
                    self._attribute_annotation(each),
                    None
                    if each.required or self._is_left_open(each)
                    else self._annotations.absent(each.target),
                )
                for each in members
            ),
            slots=tuple(py_str(name) for name in sorted(names.values(), key=natural_order)),
            rows=self._rows(shape, names),
            writes=tuple(map(self._codec.body_write, shape.members.values()))
            if shape.name in self._nested_written
            else None,
            reads=tuple(self._codec.body_read(each, names[each.name]) for each in shape.members.values())
            if shape.name in self._nested_read
            else None,
        )

    def _base(self, shape: ir.StructureShape) -> Code:
        if shape.name not in self._outputs:
            return Code("Structure")
        return Code("StreamingOutput[BodyT]" if self._model.left_open(shape) else "Output")

    def _is_in_body(self, member: ir.Member) -> bool:
        return member.binding is None and not self._model.has_events(member)

    def _is_left_open(self, member: ir.Member) -> bool:
        return member.streaming or self._model.has_events(member)

    def _default_prose(self, shape: ir.StructureShape) -> str:
        ends = [each.name for each in self._model.operations.values() if each.output == shape.name]
        return f"What {ends[0]} answers." if ends else f"The structure {shape.name}."

    def _member_names(self, shape: ir.StructureShape) -> dict[str, Ident]:
        members = shape.members.values()
        return python_names([(each.name, each.origin) for each in members], shape.name, STRUCTURE_NAMES)

    def _attribute_annotation(self, member: ir.Member, *, may_lack: bool = False) -> Code:
        held = self._annotations.held(member)
        is_there = (member.required and not may_lack) or self._is_left_open(member)
        return (
            held if is_there or self._annotations.absent(member.target) != "None" else code("{} | None", held)
        )

    def _rows(self, shape: ir.StructureShape, names: Mapping[str, Ident]) -> tuple[MemberRow, ...]:
        return tuple(
            MemberRow(
                names[each.name],
                py_str(names[each.name]),
                py_str(each.name),
                Code(str(self._model.is_secret(each))),
                self._annotations.nested(each.target),
            )
            for each in shape.members.values()
        )

    def _union(self, shape: ir.StructureShape) -> UnionView:
        return UnionView(
            name=self._classes[shape.name],
            writer=self._codec.writer_name(shape.name),
            reader=self._codec.reader_name(shape.name),
            names=py_literal(tuple(shape.members)),
            branches=self._codec.union_branches(shape) if shape.name in self._written else None,
            readers=self._codec.union_readers(shape) if shape.name in self._read else None,
            renamed=tuple(
                (self._codec.read_name(each), py_str(each.name))
                for each in shape.members.values()
                if self._codec.read_name(each) != py_str(each.name)
            ),
        )

    def _enum(self, shape: ir.EnumShape) -> EnumView:
        return EnumView(self._classes[shape.name], *enum_annotation(shape))

    def _error(self, shape: ir.StructureShape) -> ErrorView:
        assert shape.error is not None
        message = next((each.name for each in shape.members.values() if _is_message(self._model, each)), None)
        others = [each for each in shape.members.values() if each.name != message]
        names = python_names([(each.name, each.origin) for each in others], shape.name, ERROR_NAMES)
        rows = self._rows(shape, {**names, message: Ident("message")} if message else names)
        reads = tuple(
            self._codec.body_read(each, names[each.name])
            if each.binding is None
            else self._bindings.error_read(each, each.binding, names[each.name])
            for each in others
        )
        flags = ["retryable"] if shape.error.retryable else []
        flags += ["throttling"] if shape.error.retryable and shape.error.retryable.throttling else []
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in others]
        return ErrorView(
            name=self._exceptions[shape.name],
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [f"The service answered {shape.error.code}."]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            flags=tuple(map(Ident, flags)),
            rows=rows,
            attributes=tuple(
                ArgumentView(
                    names[each.name],
                    each.name,
                    self._attribute_annotation(each, may_lack=True),
                    self._annotations.absent(each.target),
                )
                for each in others
            ),
            reads_body=any(each.binding is None for each in others),
            reads=reads,
            has_kinds=_has_kinds(reads),
        )

    # Operations

    def _input(self, operation: ir.Operation) -> ir.StructureShape | None:
        return self._model.structure(operation.input) if operation.input else None

    def _argument_names(self, operation: ir.Operation) -> dict[str, Ident]:
        shape = self._input(operation)
        members = shape.members.values() if shape else ()
        return python_names([(each.name, each.origin) for each in members], operation.name, ARGUMENT_NAMES)

    def _arguments(self, operation: ir.Operation) -> tuple[list[ArgumentView], list[ArgumentView]]:
        """Positional arguments and keywords, each in the order of the signature."""
        views = self._offered(operation, self._argument_names(operation))
        positional = [views.pop(name) if name != ir.PARAMS else _PARAMS for name in operation.positional]
        keywords = [*views.values(), *([] if ir.PARAMS in operation.positional else [_PARAMS])]
        return positional, keywords

    def _offered(self, operation: ir.Operation, names: Mapping[str, Ident]) -> dict[str, ArgumentView]:
        """An argument for each member that has a name there, those that must be given first."""
        shape = self._input(operation)
        may_lack = filled(operation)
        members = [each for each in shape.members.values() if each.name in names] if shape else []
        needed = {
            each.name
            for each in members
            if each.required and not each.idempotency_token and each.name not in may_lack
        }
        return {
            each.name: ArgumentView(
                names[each.name],
                each.name,
                self._annotations.given(each)
                if each.name in needed
                else code("{} | None", self._annotations.given(each)),
                None if each.name in needed else Code("None"),
            )
            for each in sorted(members, key=lambda each: each.name not in needed)
        }

    def _method(self, operation: ir.Operation) -> Method:
        return Method(
            self._methods[operation.name],
            self._constants[operation.name],
            self._output_class(operation),
            partial(self._offered, operation),
            _PARAMS,
        )

    def _signature(self, operation: ir.Operation) -> tuple[list[ArgumentView], list[ArgumentView], Ident]:
        return *self._arguments(operation), self._output_class(operation)

    def _output_class(self, operation: ir.Operation) -> Ident:
        return self._classes[operation.output] if operation.output else Ident("NoOutput")

    def _streams(self, *, events: bool) -> tuple[tuple[Lit, Ident], ...]:
        """The methods whose output has a streaming body, or a stream of events, and the attribute that is it."""
        found: list[tuple[Lit, Ident]] = []
        for operation in self._model.operations.values():
            output = self._model.structure(operation.output) if operation.output else None
            member = self._model.left_open(output) if output else None
            if output and member and self._model.has_events(member) is events:
                found.append((py_str(self._methods[operation.name]), self._member_names(output)[member.name]))
        return tuple(found)

    def _output_type(
        self, operation: ir.Operation, body: LiteralString = "", events: LiteralString = ""
    ) -> Code:
        """The output, whose streaming body or stream of events is of these types."""
        output = self._output_class(operation)
        member = self._model.left_open(self._model.structure(operation.output)) if operation.output else None
        if member is None:
            return output
        return code("{}[{}]", output, Code(events if self._model.has_events(member) else body))

    def _event_members(self, structure: str | None) -> list[ir.Member]:
        """The events of an input's or output's stream, errors among them."""
        member = self._model.events_of(structure)
        return [] if member is None else [*self._model.structure(member.target).members.values()]

    def _event_function(self, operation: ir.Operation, event: ir.Member) -> Ident:
        return Ident(f"_{self._methods[operation.name]}_event_{snake(event.name)}")

    def _events(self, operation: ir.Operation) -> Iterator[EventView]:
        """What reads the events of an operation's answer."""
        for event in self._event_members(operation.output):
            shape = self._model.structure(event.target)
            if shape.error is None:
                names = self._member_names(shape)
                members = [*shape.members.values()]
                reads = tuple(self._bindings.event_read(each, names[each.name]) for each in members)
                yield EventView(
                    function=self._event_function(operation, event),
                    class_name=self._classes[shape.name],
                    opened=self._codec.response_body(operation)
                    if any(each.event_part is None for each in members)
                    else None,
                    reads=reads,
                    has_kinds=_has_kinds(reads),
                )

    def _read_events(self, operation: ir.Operation, name: Ident) -> ReadView:
        """How the stream of events gets out of an answer."""
        events, errors = list[Code](), list[Code]()
        for event in self._event_members(operation.output):
            shape = self._model.structure(event.target)
            is_error = shape.error is not None
            made = self._exceptions[shape.name] if is_error else self._event_function(operation, event)
            (errors if is_error else events).append(code("{}: {}", py_str(event.wire_name), made))
        value = code(
            "read_events(response, {}, {{{}}}, {{{}}}, {}, {})",
            py_str(operation.name),
            join(", ", events),
            join(", ", errors),
            Ident(self._codec.READ_ERROR),
            self._base_error,
        )
        return ReadView(name, value, Code("response"), required=False)

    def _sent_function(self, operation: ir.Operation, event: ir.Member) -> Ident:
        return Ident(f"_{self._methods[operation.name]}_sends_{snake(event.name)}")

    def _sent_events(self, operation: ir.Operation) -> Iterator[SentEventView]:
        """What writes the events that an operation sends."""
        for event in self._event_members(operation.input):
            shape = self._model.structure(event.target)
            members = [*shape.members.values()]
            payload = next((each for each in members if each.event_part is ir.EventPart.PAYLOAD), None)
            is_dict = any(each.event_part is None for each in members)
            has_headers = any(each.event_part is not None and each.event_part.is_header for each in members)
            initial, rest = None, Code("")
            if payload is not None:
                is_structure = self._model.shape(payload.target).kind is Kind.STRUCTURE
                initial = self._codec.empty_payload(payload) if is_structure else Code('b""')
                rest = code(", body, {}", self._bindings.event_type(payload))
            elif is_dict:
                initial = Code("{}")
                rest = code(", {}, {}", self._codec.event_body(event), self._codec.event_type())
            is_error = shape.error is not None
            yield SentEventView(
                function=self._sent_function(operation, event),
                members=code(
                    "{}(value, {})",
                    Ident("error_members" if is_error else "event_members"),
                    self._exceptions[shape.name] if is_error else self._classes[shape.name],
                ),
                has_members=bool(members),
                has_headers=has_headers,
                body=initial,
                is_dict=is_dict,
                writes=tuple(map(self._bindings.event_write, members)),
                message=code(
                    "{}({}, {}{})",
                    Ident("exception_message" if is_error else "event_message"),
                    py_str(event.wire_name),
                    Code("headers" if has_headers else "{}"),
                    rest,
                ),
            )

    def _upload_events(self, operation: ir.Operation, stream: ir.Member) -> BodyView:
        """A body that is a stream of events."""
        codec = self._codec
        writers = [
            code("{}: {}", py_str(event.name), self._sent_function(operation, event))
            for event in self._event_members(operation.input)
        ]
        first = Code("")
        if codec.INITIAL_REQUEST:
            first = code(", initial_request({}, {})", codec.request_body(operation), codec.event_type())
        return BodyView(
            kind=Ident("members" if codec.INITIAL_REQUEST else "none"),
            initial=Code("{**unknown}" if codec.OPEN_ENDED else "{}"),
            headers=_with_headers(operation, codec.event_headers(operation)),
            expression=code(
                "event_upload({}, {}, {{{}}}{})",
                fetch(stream),
                py_str(stream.name),
                join(", ", writers),
                first,
            ),
            content_type=None,
            condition=Code(""),
        )

    def _operation(self, operation: ir.Operation) -> OperationView:
        shape, names = self._input(operation), self._argument_names(operation)
        positional, keywords = self._arguments(operation)
        members = list(shape.members.values()) if shape else []
        places = {each.binding.location for each in members if each.binding}
        body = self._body(operation, members)
        output = self._model.structure(operation.output) if operation.output else None
        reads = self._reads(output, operation) if output else ()
        path = self._codec.request_path(operation)
        return OperationView(
            name=py_str(operation.name),
            method=self._methods[operation.name],
            method_literal=py_str(self._methods[operation.name]),
            constant=self._constants[operation.name],
            positional=tuple(positional),
            keywords=tuple(keywords),
            passed=tuple((py_str(name), own) for name, own in names.items()),
            docstring=self._method_docstring(operation, [*positional, *keywords]),
            params=tuple((py_str(name), py_str(own)) for name, own in names.items()),
            input=py_literal(operation.input),
            output=py_literal(operation.output),
            output_class=self._output_class(operation),
            output_type=self._output_type(operation, "Any", "Any"),
            returns=self._output_type(operation, "StreamingBody", "EventStream"),
            async_returns=self._output_type(operation, "AsyncStreamingBody", "AsyncEventStream"),
            body_rules=tuple(_body_rules(operation, members)),
            states_length=any(is_header(each, "content-length") for each in members),
            streams=output is not None and self._model.left_open(output) is not None,
            initial_response=self._model.answers_events(operation)
            and any(map(self._is_in_body, self._model.structure(operation.output or "").members.values())),
            both_ways=self._model.answers_events(operation)
            and self._model.events_of(operation.input) is not None,
            events=tuple(self._events(operation)),
            sent_events=tuple(self._sent_events(operation)),
            unsigned_payload=operation.unsigned_payload,
            errors=tuple(map(py_str, operation.errors)),
            http_method=py_str(operation.method),
            path=path_expression(path, self._labels(operation)),
            has_query=bool(places & {Location.QUERY, Location.QUERY_MAP}) or bool(path.query),
            constant_query=tuple((py_str(key), py_str(value or "")) for key, value in path.query),
            has_headers=bool(places & {Location.HEADER, Location.PREFIX_HEADERS})
            or body.content_type is not None,
            body=body,
            writes=self._writes(members),
            reads=reads,
            has_kinds=_has_kinds(reads),
            opened=self._codec.response_body(operation)
            if output and any(map(self._is_in_body, output.members.values()))
            else None,
            open_ended=body.kind == "members" and self._codec.OPEN_ENDED,
            error_classes=tuple(
                (py_str(code), self._exceptions[name])
                for code, name in self._error_classes(operation).items()
            ),
            token_members=tuple(py_str(each.name) for each in members if each.idempotency_token),
            customisations=tuple(Ident(runtime_name(each)) for each in operation.customisations),
            read_timeout=operation.read_timeout.seconds if operation.read_timeout else None,
            auth=None
            if operation.auth is None or operation.auth == self._model.service.auth
            else _offered(operation.auth),
            discovers=operation.endpoint_discovery is not None and operation.endpoint_discovery.required,
            paginator=py_str(operation.name) if operation.paginator else None,
            waiters=tuple(
                py_str(each.name) for each in self._model.waiters if each.operation == operation.name
            ),
            long_polling=operation.long_polling,
        )

    def _body(self, operation: ir.Operation, members: list[ir.Member]) -> BodyView:
        """What the body is made of, and when its content type has to be said."""
        codec = self._codec
        stream = self._model.events_of(operation.input)
        if stream is not None:
            return self._upload_events(operation, stream)
        payload = next((each for each in members if at(each, Location.PAYLOAD)), None)
        own_type = next((each for each in members if is_header(each, "content-type")), None)
        has_body = payload is not None or codec.has_body(operation)
        conditions = [code("members.get({}) is None", py_str(own_type.name))] if own_type and has_body else []
        if payload is None:
            kind = Ident("members" if has_body else "none")
            initial = Code("{**unknown}" if codec.OPEN_ENDED else "{}")
            expression = codec.request_body(operation) if has_body else None
            content_type = codec.payload_type()
            if has_body and codec.BODY_MAY_LACK:
                conditions.insert(0, Code("body"))
        else:
            kind, initial, expression = Ident("payload"), Code('b""'), Code("body")
            content_type = self._bindings.payload_type(payload)
            if self._model.shape(payload.target).kind is Kind.STRUCTURE:
                initial = codec.empty_payload(payload)
            if initial == 'b""':
                conditions.insert(0, Code("body"))
        return BodyView(
            kind=kind,
            initial=initial,
            headers=_with_headers(
                operation, None if conditions else codec.headers(operation, has_body=has_body)
            ),
            expression=expression,
            content_type=content_type if conditions else None,
            condition=join(" and ", conditions),
        )

    def _labels(self, operation: ir.Operation) -> dict[str, Code]:
        shape = self._input(operation)
        greedy = {label.name: label.greedy for label in operation.path.labels}
        return {
            each.binding.name: self._bindings.label(each, greedy=greedy[each.binding.name])
            for each in (shape.members.values() if shape else ())
            if each.binding is not None and each.binding.location is Location.LABEL
        }

    def _writes(self, members: Iterable[ir.Member]) -> tuple[WriteView, ...]:
        """Members in the order in which they can be written: maps give way to names that are there before."""
        ordered = sorted(members, key=gives_way)
        return tuple(
            self._codec.body_write(each) if each.binding is None else self._bindings.write(each, each.binding)
            for each in ordered
            if not at(each, Location.LABEL) and not self._model.has_events(each)
        )

    def _reads(self, shape: ir.StructureShape, operation: ir.Operation) -> tuple[ReadView, ...]:
        names = self._member_names(shape)
        return tuple(
            self._read_events(operation, names[each.name])
            if self._model.has_events(each)
            else self._codec.body_read(each, names[each.name])
            if each.binding is None
            else self._bindings.read(each, each.binding, names[each.name])
            for each in shape.members.values()
        )

    # Docstrings

    def _client_docstring(self, flavour: str) -> Code:
        service = self._model.service
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

    def _method_docstring(self, operation: ir.Operation, arguments: list[ArgumentView]) -> Code:
        shape, names = self._input(operation), self._argument_names(operation)
        about = {
            str(names[each.name]): docs.about(self._model, each)
            for each in (shape.members.values() if shape else ())
        }
        about["params"] = "members by their wire names that were not given as arguments."
        raised = [
            (self._exceptions[name], self._model.shape(name).documentation) for name in operation.errors
        ]
        return docs.written(
            [
                *(docs.paragraphs(operation.documentation) or [f"Call {operation.name}."]),
                docs.section("Arguments", [(str(each.name), about[str(each.name)]) for each in arguments], 8),
                docs.section("Raises", [(str(name), docs.first_sentence(text)) for name, text in raised], 8)
                if raised
                else "",
                f"See {docs.prose(operation.reference)}" if operation.reference else "",
            ],
            8,
        )


_SHARED = tuple(
    map(Ident, ["ANONYMOUS", "EndpointError", "ParamError", "WaiterError", "errors", "to_dict", "types"])
)
"""What every package has besides what its modules define."""


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


def _offered(auth: Iterable[ir.Auth]) -> tuple[Lit, ...]:
    """The ways to prove who calls that the runtime knows, in the model's order."""
    return tuple(py_str(each) for each in auth if each in AUTHS)


def _error_code(shape: ir.StructureShape) -> str:
    assert shape.error is not None
    return shape.error.code


def _is_message(model: ir.Model, member: ir.Member) -> bool:
    """Whether a member of an error is the text that every error has as ``message``."""
    is_text = model.shape(member.target).kind in (Kind.STRING, Kind.ENUM)
    return is_text and member.binding is None and member.name.lower() == member.wire_name.lower() == "message"


def _body_rules(operation: ir.Operation, members: Iterable[ir.Member]) -> Iterator[tuple[Ident, Code]]:
    """What an operation asks of its bodies, as arguments of the runtime's record."""
    checksum = operation.checksum or ir.Checksum()
    algorithm = next((each for each in members if each.name == checksum.algorithm_member), None)
    header = algorithm.binding.name.lower() if algorithm is not None and algorithm.binding is not None else ""
    for name, value in (
        ("compressions", operation.compression),
        ("checksum_required", checksum.required),
        ("algorithm_member", checksum.algorithm_member),
        ("algorithm_header", header),
        ("validation_member", checksum.validation_member),
        ("response_algorithms", checksum.response_algorithms),
    ):
        if value:
            yield Ident(name), py_literal(value)


def _with_headers(operation: ir.Operation, headers: Code | None) -> Code | None:
    """The headers of every request: what the codec says, and what the model says."""
    pairs = [code("({}, {})", py_str(name), py_str(value)) for name, value in operation.headers]
    if not pairs:
        return headers
    return code("({},)", join(", ", [*([code("*{}", headers)] if headers else []), *pairs]))


def _required_first(shape: ir.StructureShape) -> list[ir.Member]:
    return sorted(shape.members.values(), key=lambda each: not each.required)


def _names(codes: Iterable[Code]) -> set[Ident]:
    """The names that expressions and statements use."""
    return set[Ident]().union(*map(_names_in, {*codes}))


_LEXEME = re.compile(
    r"""
      "(?:[^"\\]++|\\.)*+" | '(?:[^'\\]++|\\.)*+'
    | (?<![\w.]) ([A-Za-z_]\w*+) (?!["'] | \s*=(?!=))
    """,
    re.VERBOSE,
)
"""A string; or a name that is no attribute, no prefix of a string, and not assigned to."""


@lru_cache(maxsize=1 << 16)
def _names_in(source: Code) -> frozenset[Ident]:
    return frozenset(Ident(name) for name in _LEXEME.findall(source) if name)


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


def _has_kinds(reads: Iterable[ReadView]) -> bool:
    """Whether required members are fetched from places that give different types."""
    return len({each.fetch.partition("(")[0] for each in reads if each.required}) > 1


def _runtime_names(statements: Iterable[Code], *more: str) -> tuple[Ident, ...]:
    """What the statements need from the runtime, and what the template around them needs besides."""
    return _sorted(Ident(name) for name in (_names(statements) | {*more}) & RUNTIME_NAMES)


def _sorted(names: Iterable[Ident], *more: LiteralString) -> tuple[Ident, ...]:
    """Names in the order in which a sorted import has them."""
    return tuple(sorted({*names, *map(Ident, more)}, key=import_order))


def _functions_named(statements: Iterable[Code], functions: Iterable[str]) -> tuple[Ident, ...]:
    """The functions of structures that the statements use."""
    return _sorted(_names(statements) & {Ident(name) for name in functions})


def _checking_imports(annotations: Iterable[Code], *, literals: bool = False) -> tuple[Code, ...]:
    """The import lines that annotations need, for checkers alone."""
    names = _names(annotations)
    lines: list[Code] = []
    collections = [name for name in _COLLECTIONS if name in names]
    if collections:
        lines.append(code("from collections.abc import {}", Code(", ".join(collections))))
    if "datetime" in names:
        lines.append(Code("from datetime import datetime"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    typing = [name for name, wanted in (("Any", "Any" in names), ("Literal", literals)) if wanted]
    if typing:
        lines.append(code("from typing import {}", Code(", ".join(typing))))
    return tuple(lines)


_FOR_CLIENTS = frozenset(
    """
    AsyncEventStream AsyncStreamingBody EventInput EventStream NoOutput StreamingBody StreamingInput
    """.split()
)
"""What of the runtime signatures name."""


def _client_runtime(annotations: Iterable[Code], returned: Iterable[Code]) -> tuple[Ident, ...]:
    """The names of the runtime that a client's signatures need, for checkers alone."""
    return _sorted(Ident(name) for name in _names([*annotations, *returned]) & _FOR_CLIENTS)


_TYPING = (Code("from typing import Any"),)


def _test_imports(names: set[Ident], more: Iterable[Code]) -> tuple[Code, ...]:
    """The imports of the standard library that a test module with calls needs."""
    lines = [Code("import asyncio"), Code("from operator import methodcaller"), *_TYPING, *more]
    if "datetime" in names:
        lines.append(Code("from datetime import UTC, datetime"))
    if "Decimal" in names:
        lines.append(Code("from decimal import Decimal"))
    return tuple(sorted(lines, key=lambda line: (line.startswith("from"), line)))
