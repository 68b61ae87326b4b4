# SPDX-License-Identifier: Apache-2.0
"""The HTML of published documentation as plain prose: blocks of text with an empty line between them.

What is kept: text, where a paragraph or list item begins, code (between backticks) and the https targets of
links. Every other tag is dropped, scripts and styles with their content, and so is every character that shows as
nothing or as something else: controls, format characters, surrogates, private use.

One pass over the text by regular expressions without repetition in repetition: the time is proportional to the
length, whatever a hostile text holds.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

from heliograph_codegen.frontends import grammar
from heliograph_codegen.text import clean_text

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")
"""The two code points that no YAML may hold, and that no category tells."""
_BLOCKS: Final = frozenset(
    [
        *("p", "para", "div", "br", "hr", "ul", "ol", "dl", "li", "dt", "dd", "pre", "table", "tr", "note"),
        *("important", "fullname", "title", "section", "h1", "h2", "h3", "h4", "h5", "h6"),
    ]
)
"""Tags that begin and end a block."""
_CODE: Final = frozenset(["code", "pre", "tt", "kbd", "samp"])
_UNREAD: Final = frozenset(["script", "style", "head", "template", "iframe", "object", "svg"])
"""Tags whose content goes with them."""


@lru_cache(maxsize=4096)
def prose(text: str) -> str:
    r"""A documentation as plain blocks.

    Args:
        text: HTML, or plain text; anything whatever.

    Returns:
        Blocks with ``\n\n`` between them, each on one line; items of lists begin with ``- ``. Empty where
        nothing is left.
    """
    if "<" not in text and "&" not in text:
        return _clean(text)
    return _Blocks().read(_without_comments(text))


def _clean(text: str) -> str:
    """One line of what can be seen."""
    return " ".join(_NO_CHARACTERS.sub("", clean_text(text)).split())


def _without_comments(text: str) -> str:
    if "<!--" not in text:
        return text
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])


class _Blocks:
    """Collects the blocks of one text."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._pieces: list[str] = []
        self._mark = ""
        self._code: list[str] | None = None
        self._link: tuple[str, int] | None = None
        self._unread = ""

    def read(self, text: str) -> str:
        at = 0
        for tag in _TAG.finditer(text):
            self._text(text[at : tag.start()])
            at = tag.end()
            self._tag(tag[2].lower(), bool(tag[1]), tag[3])
        self._text(text[at:])
        self._end_code()
        self._end_block()
        return "\n\n".join(self._blocks)

    def _text(self, text: str) -> None:
        """A text between two tags. Backticks are only ours: theirs would pair with them."""
        if text and not self._unread:
            (self._pieces if self._code is None else self._code).append(html.unescape(text).replace("`", "'"))

    def _tag(self, name: str, is_end: bool, attributes: str) -> None:
        if self._unread:
            if is_end and name == self._unread:
                self._unread = ""
            return
        if name in _UNREAD and not is_end:
            self._unread = name
            return
        if name in _BLOCKS:
            self._end_code()
            self._end_block()
            if name in ("li", "dt") and not is_end:
                self._mark = "- "
        if name in _CODE:
            self._end_code()
            self._code = None if is_end else []
        elif name == "a":
            self._end_link()
            if not is_end:
                self._begin_link(attributes)

    def _end_code(self) -> None:
        if self._code is None:
            return
        code = _clean("".join(self._code))
        self._code = None
        if code:
            self._pieces.append(f"`{code}`")

    def _begin_link(self, attributes: str) -> None:
        found = _HREF.search(attributes)
        url = html.unescape(found[1] or found[2] or "").strip() if found else ""
        if grammar.URL.fullmatch(url):
            self._link = (url, len(self._pieces))

    def _end_link(self) -> None:
        """Say where a link leads, unless its text says that already."""
        if self._link is None:
            return
        url, start = self._link
        self._link = None
        said = _clean("".join(self._pieces[start:]))
        if url.removesuffix("/") != said.removesuffix("/"):
            self._pieces.append(f" ({url})" if said else url)

    def _end_block(self) -> None:
        self._end_link()
        block = _clean("".join(self._pieces))
        self._pieces = []
        if block:
            self._blocks.append(self._mark + block)
            self._mark = ""
