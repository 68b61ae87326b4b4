# SPDX-License-Identifier: Apache-2.0
"""The one module that generated packages import: what of the runtime they may use.

``API`` counts its changes. A package states the number it was made for; this runtime serves every package made for
this major version. Names are loaded when they are first used.
"""

from __future__ import annotations

from ._lazy import exports as exports

API = 1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .body import AsyncStreamingBody as AsyncStreamingBody
    from .body import StreamingBody as StreamingBody
    from .body_rules import BodyRules as BodyRules
    from .client import AsyncClient as AsyncClient
    from .client import Client as Client
    from .credentials.types import ANONYMOUS as ANONYMOUS
    from .customisations.copies import ec2_copy as ec2_copy
    from .customisations.copies import rds_copy as rds_copy
    from .customisations.s3 import s3_ascii_metadata as s3_ascii_metadata
    from .customisations.s3 import s3_bucket_location as s3_bucket_location
    from .customisations.s3 import s3_copy_source as s3_copy_source
    from .customisations.s3 import s3_copy_source_customer_key as s3_copy_source_customer_key
    from .customisations.s3 import s3_customer_key as s3_customer_key
    from .customisations.s3 import s3_encoded_keys as s3_encoded_keys
    from .customisations.s3 import s3_error_in_success as s3_error_in_success
    from .customisations.s3 import s3_expires as s3_expires
    from .customisations.services import console_output as console_output
    from .customisations.services import dynamodb_checksum as dynamodb_checksum
    from .customisations.services import glacier_account as glacier_account
    from .customisations.services import glacier_hashes as glacier_hashes
    from .customisations.services import iam_policies as iam_policies
    from .customisations.services import oauth_errors as oauth_errors
    from .customisations.services import route53_ids as route53_ids
    from .customisations.services import search_as_form as search_as_form
    from .customisations.services import user_data as user_data
    from .endpoints import ResolvedEndpoint as ResolvedEndpoint
    from .endpoints import given_endpoint as given_endpoint
    from .endpoints import label_of_host as label_of_host
    from .endpoints import rule_parameters as rule_parameters
    from .endpoints import standard_endpoint as standard_endpoint
    from .errors import EndpointError as EndpointError
    from .errors import ParamError as ParamError
    from .errors import ServiceError as ServiceError
    from .errors import WaiterError as WaiterError
    from .event_upload import EVENTS as EVENTS
    from .event_upload import EventInput as EventInput
    from .event_upload import byte_header as byte_header
    from .event_upload import error_members as error_members
    from .event_upload import event_members as event_members
    from .event_upload import event_message as event_message
    from .event_upload import event_upload as event_upload
    from .event_upload import exception_message as exception_message
    from .event_upload import initial_request as initial_request
    from .event_upload import integer_header as integer_header
    from .event_upload import long_header as long_header
    from .event_upload import short_header as short_header
    from .events import AsyncEventStream as AsyncEventStream
    from .events import EventStream as EventStream
    from .events import read_event_blob as read_event_blob
    from .events import read_event_header as read_event_header
    from .events import read_event_text as read_event_text
    from .events import read_events as read_events
    from .eventstream import Message as Message
    from .http import Request as Request
    from .http import WireResponse as WireResponse
    from .operation import OperationInfo as OperationInfo
    from .operation import Service as Service
    from .pagination import AsyncPages as AsyncPages
    from .pagination import AsyncPaginators as AsyncPaginators
    from .pagination import Pages as Pages
    from .pagination import Paginator as Paginator
    from .pagination import Paginators as Paginators
    from .partitions import Partition as Partition
    from .partitions import partition_of as partition_of
    from .rules import Arn as Arn
    from .rules import Url as Url
    from .rules import as_host_label as as_host_label
    from .rules import as_host_part as as_host_part
    from .rules import coalesce as coalesce
    from .rules import is_valid_host_label as is_valid_host_label
    from .rules import is_virtual_hostable_s3_bucket as is_virtual_hostable_s3_bucket
    from .rules import item as item
    from .rules import needed as needed
    from .rules import parse_arn as parse_arn
    from .rules import parse_url as parse_url
    from .rules import split as split
    from .rules import substring as substring
    from .rules import uri_encode as uri_encode
    from .structure import ABSENT_LIST as ABSENT_LIST
    from .structure import ABSENT_MAP as ABSENT_MAP
    from .structure import BodyT as BodyT
    from .structure import NoOutput as NoOutput
    from .structure import Output as Output
    from .structure import StreamingOutput as StreamingOutput
    from .structure import Structure as Structure
    from .structure import structure_of as structure_of
    from .structure import to_dict as to_dict
    from .upload import StreamingInput as StreamingInput
    from .upload import streaming_payload as streaming_payload
    from .waiting import Answer as Answer
    from .waiting import AsyncWaiters as AsyncWaiters
    from .waiting import Verdict as Verdict
    from .waiting import Waiter as Waiter
    from .waiting import Waiters as Waiters
    from .waiting import all_are as all_are
    from .wire.cbor import CBOR as CBOR
    from .wire.cbor import NO_CBOR as NO_CBOR
    from .wire.cbor import cbor_body as cbor_body
    from .wire.cbor import cbor_decimal as cbor_decimal
    from .wire.cbor import cbor_floating as cbor_floating
    from .wire.cbor import cbor_object as cbor_object
    from .wire.cbor import read_cbor_decimal as read_cbor_decimal
    from .wire.cbor import read_cbor_error as read_cbor_error
    from .wire.cbor import read_cbor_floating as read_cbor_floating
    from .wire.cbor import read_cbor_timestamp as read_cbor_timestamp
    from .wire.checks import binary as binary
    from .wire.checks import boolean as boolean
    from .wire.checks import each as each
    from .wire.checks import each_value as each_value
    from .wire.checks import integer as integer
    from .wire.checks import lookup as lookup
    from .wire.checks import members_of as members_of
    from .wire.checks import nested as nested
    from .wire.checks import one_member as one_member
    from .wire.checks import required as required
    from .wire.checks import text as text
    from .wire.checks import timestamp as timestamp
    from .wire.http import add_header as add_header
    from .wire.http import add_prefix_headers as add_prefix_headers
    from .wire.http import add_query_map as add_query_map
    from .wire.http import base64_text as base64_text
    from .wire.http import blob_payload as blob_payload
    from .wire.http import boolean_text as boolean_text
    from .wire.http import date_time_text as date_time_text
    from .wire.http import decimal_text as decimal_text
    from .wire.http import epoch_text as epoch_text
    from .wire.http import floating_text as floating_text
    from .wire.http import greedy_label as greedy_label
    from .wire.http import header_list as header_list
    from .wire.http import http_date_text as http_date_text
    from .wire.http import integer_text as integer_text
    from .wire.http import json_header as json_header
    from .wire.http import label as label
    from .wire.http import query_string as query_string
    from .wire.http import read_base64_text as read_base64_text
    from .wire.http import read_blob_payload as read_blob_payload
    from .wire.http import read_boolean_text as read_boolean_text
    from .wire.http import read_date_time_text as read_date_time_text
    from .wire.http import read_decimal_text as read_decimal_text
    from .wire.http import read_epoch_text as read_epoch_text
    from .wire.http import read_floating_text as read_floating_text
    from .wire.http import read_header_list as read_header_list
    from .wire.http import read_http_date_list as read_http_date_list
    from .wire.http import read_http_date_text as read_http_date_text
    from .wire.http import read_integer_text as read_integer_text
    from .wire.http import read_json_header as read_json_header
    from .wire.http import read_prefix_headers as read_prefix_headers
    from .wire.http import read_stream as read_stream
    from .wire.http import read_text_payload as read_text_payload
    from .wire.http import text_payload as text_payload
    from .wire.json import as_is as as_is
    from .wire.json import blob as blob
    from .wire.json import decimal as decimal
    from .wire.json import document as document
    from .wire.json import epoch_seconds as epoch_seconds
    from .wire.json import exact_json_object as exact_json_object
    from .wire.json import exact_json_value as exact_json_value
    from .wire.json import floating as floating
    from .wire.json import json_body as json_body
    from .wire.json import json_object as json_object
    from .wire.json import json_text as json_text
    from .wire.json import json_value as json_value
    from .wire.json import optional as optional
    from .wire.json import read_blob as read_blob
    from .wire.json import read_decimal as read_decimal
    from .wire.json import read_floating as read_floating
    from .wire.json import read_json_text as read_json_text
    from .wire.json import read_list as read_list
    from .wire.json import read_map as read_map
    from .wire.json import read_scalars as read_scalars
    from .wire.json import read_sparse_list as read_sparse_list
    from .wire.json import read_sparse_map as read_sparse_map
    from .wire.json import read_timestamp as read_timestamp
    from .wire.json import read_union as read_union
    from .wire.json import read_whole as read_whole
    from .wire.query import FORM as FORM
    from .wire.query import form_body as form_body
    from .wire.query import query_list as query_list
    from .wire.rest_json import JSON as JSON
    from .wire.rest_json import NO_RPC_JSON as NO_RPC_JSON
    from .wire.rest_json import RPC_JSON as RPC_JSON
    from .wire.rest_json import read_error as read_error
    from .wire.rest_json import read_json_error as read_json_error
    from .wire.xml import each_entry as each_entry
    from .wire.xml import fields as fields
    from .wire.xml import read_element_union as read_element_union
    from .wire.xml import read_flat_list as read_flat_list
    from .wire.xml import read_flat_map as read_flat_map
    from .wire.xml import read_flat_texts as read_flat_texts
    from .wire.xml import read_timestamp_text as read_timestamp_text
    from .wire.xml import read_wrapped_list as read_wrapped_list
    from .wire.xml import read_wrapped_map as read_wrapped_map
    from .wire.xml import read_wrapped_texts as read_wrapped_texts
    from .wire.xml import read_xml_error as read_xml_error
    from .wire.xml import with_attribute as with_attribute
    from .wire.xml import xml_body as xml_body
    from .wire.xml import xml_result as xml_result
    from .wire.xml import xml_value as xml_value
else:
    __getattr__, __dir__ = exports(
        "heliograph",
        {
            "body": ("AsyncStreamingBody", "StreamingBody"),
            "body_rules": ("BodyRules",),
            "client": ("AsyncClient", "Client"),
            "credentials.types": ("ANONYMOUS",),
            "customisations.copies": ("ec2_copy", "rds_copy"),
            "customisations.s3": (
                "s3_ascii_metadata",
                "s3_bucket_location",
                "s3_copy_source",
                "s3_copy_source_customer_key",
                "s3_customer_key",
                "s3_encoded_keys",
                "s3_error_in_success",
                "s3_expires",
            ),
            "customisations.services": (
                "console_output",
                "dynamodb_checksum",
                "glacier_account",
                "glacier_hashes",
                "iam_policies",
                "oauth_errors",
                "route53_ids",
                "search_as_form",
                "user_data",
            ),
            "endpoints": (
                "ResolvedEndpoint",
                "given_endpoint",
                "label_of_host",
                "rule_parameters",
                "standard_endpoint",
            ),
            "errors": ("EndpointError", "ParamError", "ServiceError", "WaiterError"),
            "event_upload": (
                "EVENTS",
                "EventInput",
                "byte_header",
                "error_members",
                "event_members",
                "event_message",
                "event_upload",
                "exception_message",
                "initial_request",
                "integer_header",
                "long_header",
                "short_header",
            ),
            "events": (
                "AsyncEventStream",
                "EventStream",
                "read_event_blob",
                "read_event_header",
                "read_event_text",
                "read_events",
            ),
            "eventstream": ("Message",),
            "http": ("Request", "WireResponse"),
            "operation": ("OperationInfo", "Service"),
            "partitions": ("Partition", "partition_of"),
            "rules": (
                "Arn",
                "Url",
                "as_host_label",
                "as_host_part",
                "coalesce",
                "is_valid_host_label",
                "is_virtual_hostable_s3_bucket",
                "item",
                "needed",
                "parse_arn",
                "parse_url",
                "split",
                "substring",
                "uri_encode",
            ),
            "pagination": ("AsyncPages", "AsyncPaginators", "Pages", "Paginator", "Paginators"),
            "structure": (
                "ABSENT_LIST",
                "ABSENT_MAP",
                "BodyT",
                "NoOutput",
                "Output",
                "StreamingOutput",
                "Structure",
                "structure_of",
                "to_dict",
            ),
            "upload": ("StreamingInput", "streaming_payload"),
            "waiting": ("Answer", "AsyncWaiters", "Verdict", "Waiter", "Waiters", "all_are"),
            "wire.cbor": (
                "CBOR",
                "NO_CBOR",
                "cbor_body",
                "cbor_decimal",
                "cbor_floating",
                "cbor_object",
                "read_cbor_decimal",
                "read_cbor_error",
                "read_cbor_floating",
                "read_cbor_timestamp",
            ),
            "wire.checks": (
                "binary",
                "boolean",
                "each",
                "each_value",
                "integer",
                "lookup",
                "members_of",
                "nested",
                "one_member",
                "required",
                "text",
                "timestamp",
            ),
            "wire.http": (
                "add_header",
                "add_prefix_headers",
                "add_query_map",
                "base64_text",
                "blob_payload",
                "boolean_text",
                "date_time_text",
                "decimal_text",
                "epoch_text",
                "floating_text",
                "greedy_label",
                "header_list",
                "http_date_text",
                "integer_text",
                "json_header",
                "label",
                "query_string",
                "read_base64_text",
                "read_blob_payload",
                "read_boolean_text",
                "read_date_time_text",
                "read_decimal_text",
                "read_epoch_text",
                "read_floating_text",
                "read_header_list",
                "read_http_date_list",
                "read_http_date_text",
                "read_integer_text",
                "read_json_header",
                "read_prefix_headers",
                "read_stream",
                "read_text_payload",
                "text_payload",
            ),
            "wire.json": (
                "as_is",
                "blob",
                "decimal",
                "document",
                "epoch_seconds",
                "exact_json_object",
                "exact_json_value",
                "floating",
                "json_body",
                "json_object",
                "json_text",
                "json_value",
                "optional",
                "read_blob",
                "read_decimal",
                "read_floating",
                "read_json_text",
                "read_list",
                "read_map",
                "read_scalars",
                "read_sparse_list",
                "read_sparse_map",
                "read_timestamp",
                "read_union",
                "read_whole",
            ),
            "wire.query": ("FORM", "form_body", "query_list"),
            "wire.rest_json": ("JSON", "NO_RPC_JSON", "RPC_JSON", "read_error", "read_json_error"),
            "wire.xml": (
                "each_entry",
                "fields",
                "read_element_union",
                "read_flat_list",
                "read_flat_map",
                "read_flat_texts",
                "read_timestamp_text",
                "read_wrapped_list",
                "read_wrapped_map",
                "read_wrapped_texts",
                "read_xml_error",
                "with_attribute",
                "xml_body",
                "xml_result",
                "xml_value",
            ),
        },
        into=__name__,
    )


def require(api: int, package: str) -> None:
    """Say in one line when this runtime does not serve a generated package.

    Arguments:
        api: the ``API`` the package was made for.
        package: its name.

    Raises:
        ImportError: it was made for another one.
    """
    if api != API:
        raise ImportError(
            f"{package} was made for API {api} of heliograph.generated and this heliograph serves {API}:"
            f" regenerate it, or install heliograph{f'<{api + 1}' if api < API else f'>={api}'}"
        )
