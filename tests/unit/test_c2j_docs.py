# SPDX-License-Identifier: Apache-2.0
"""Published HTML as plain prose: what is kept, what is dropped, and that nothing takes long."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_codegen.frontends.c2j_docs import prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("<p/>", ""),
        ("plain  text,\n wrapped", "plain text, wrapped"),
        ("<p> One. </p> <p>Two.</p>", "One.\n\nTwo."),
        ("<p>A <b>bold</b> and <i>odd</i> word.</p>", "A bold and odd word."),
        ("<p>Use <code>Id</code>.</p>", "Use `Id`."),
        ("<code>a\n b</code><code> </code>", "`a b`"),
        (
            "<ul> <li> <p>One</p> </li> <li>Two<ul><li>Deep</li></ul></li> </ul>end",
            "- One\n\n- Two\n\n- Deep\n\nend",
        ),
        ("<dl><dt>Term</dt><dd>What it is.</dd></dl>", "- Term\n\nWhat it is."),
        ("<note><p>Careful.</p></note>", "Careful."),
        ("<pre>a  b</pre>c", "`a b`\n\nc"),
        ('<a href="https://example.test/x">the page</a>', "the page (https://example.test/x)"),
        ("<a href='https://example.test/'>https://example.test</a>", "https://example.test"),
        ('<a href="https://example.test/?a=1&amp;b=2"></a>', "https://example.test/?a=1&b=2"),
        ('<a href="http://example.test/">plain</a>', "plain"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="https://example.test/)\u202ex">click</a>', "click"),
        ("<a>no place</a>", "no place"),
        ("a &lt;b&gt; &amp; c &#8212; d &bogus;", "a <b> & c \u2014 d &bogus;"),
        ("<script>alert(1)</script>a<style>b{}</style>", "a"),
        ("a<!-- b <p>c</p> -->d<!-- e", "ad"),
        ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
        ("<p>half<b", "half<b"),
        ("<p>their `tick</p>", "their 'tick"),
        ("<p>\u202ea\u200bb\x1b[2J\x00c\ud800\ue000\ufffe\uffff</p>", "ab[2Jc"),
        ("<p>a\u00a0b\u2028c</p>", "a b c"),
        ("caf\u00e9 \u65e5\u672c", "caf\u00e9 \u65e5\u672c"),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_html_becomes_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


@given(st.text(st.sampled_from("<>/apliode \"'=&;#`!-\n\t\u202e\ud800x") | st.characters(), max_size=200))
def test_whatever_comes_in_blocks_of_visible_text_come_out(text: str) -> None:
    found = prose(text)
    assert found == found.strip()
    for block in found.split("\n\n") if found else ():
        assert block == " ".join(block.split())
        assert not {unicodedata.category(each) for each in block} & {"Cc", "Cf", "Cs", "Co"}


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a href=", "<!--", "&", "<code>", "<li>", "</a>", "<a href='https://x.y'>"]
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    began = time.process_time()
    prose(piece * 40_000)
    assert time.process_time() - began < 5
