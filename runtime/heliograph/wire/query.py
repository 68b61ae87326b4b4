# SPDX-License-Identifier: Apache-2.0
"""Form bodies of awsQuery and ec2Query. Answers are XML: :mod:`heliograph.wire.xml`.

What is written has the form of that module, and every name and number on the way to a text is a part of its key:

    {"Name": "n"}                                            Name=n
    {"Filter": {"Key": "k"}}                                 Filter.Key=k
    {"Ids": {"member": ["a", "b"]}}                          Ids.member.1=a  Ids.member.2=b
    {"Id": ["a", "b"]}                                       Id.1=a  Id.2=b
    {"Tags": {"entry": [{"key": "k", "value": "v"}]}}        Tags.entry.1.key=k  Tags.entry.1.value=v

Empty lists, maps and structures leave nothing behind; awsQuery sends an empty list as ``Ids=``, which
:func:`query_list` sees to. In ec2Query every list is flat.
"""

from __future__ import annotations

from ..errors import ParamError
from .http import query_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

FORM = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)
"""The headers of a request with a form as its body."""


def query_list(values: list[Any], item: str = "") -> Any:
    """A list as awsQuery has it.

    Arguments:
        values: its items, written.
        item: what stands between the list's name and a number, ``member`` where the model gives no other name; nothing
            for a flat list.
    """
    if not values:
        return ""
    return {item: values} if item else values


def form_body(action: str, version: str, members: Mapping[str, Any]) -> bytes:
    """The body of a call: the operation's name, the service's version, and the input's members.

    Raises:
        ParamError: a text has half of a surrogate pair, which cannot be sent.
    """
    pairs = [("Action", action), ("Version", version), *_pairs("", members)]
    try:
        return query_string(pairs).encode("ascii")
    except UnicodeEncodeError:
        raise ParamError("a text holds half of a surrogate pair, which UTF-8 cannot carry") from None


def _pairs(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(value, "items"):
        for name, member in value.items():
            yield from _pairs(f"{key}.{name}" if key else name, member)
    elif value.__class__ is list:
        for number, item in enumerate(value, 1):
            yield from _pairs(f"{key}.{number}", item)
    else:
        yield key, value
