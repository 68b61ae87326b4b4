# SPDX-License-Identifier: Apache-2.0
"""What some services want besides what a model can say, and headers that every request has."""

from __future__ import annotations

from typing import Any


def test_headers_of_the_model_go_with_every_request(case: Any) -> None:
    case.client().get_zone(id="Z1")
    assert case.sent.headers["accept"] == "application/json"
    assert case.sent.headers["x-odd-version"] == "2020-01-01"


def test_input_is_changed_before_it_is_written(case: Any) -> None:
    case.client().get_zone(id="/hostedzone/Z1")
    assert case.target == "/zone/Z1"
    case.client().run_instances(user_data="#!/bin/sh")
    assert case.sent_json == {"UserData": "IyEvYmluL3No"}


def test_what_a_customisation_fills_need_not_be_given(case: Any) -> None:
    case.client().upload_archive(body=b"clip")
    assert case.target == "/-/archives"


def test_the_request_is_changed_before_it_is_signed(case: Any) -> None:
    case.client().upload_archive(account_id="111122223333", body=b"clip")
    assert case.target == "/111122223333/archives"
    assert case.sent.headers["x-amz-content-sha256"] == case.sent.headers["x-amz-sha256-tree-hash"]
    assert "x-amz-sha256-tree-hash" in case.sent.headers["authorization"]
