# SPDX-License-Identifier: Apache-2.0
"""Which modules are changed, which tests have to notice, and which changes nobody can."""

from __future__ import annotations

SIGNING = (
    "tests/unit/test_sigv4.py",
    "tests/unit/test_sigv4_differential.py",
    "tests/conformance/test_sigv4_suite.py",
    "tests/conformance/test_sigv4a_suite.py",
    "tests/conformance/test_sigv4_files.py",
)
RETRIES = (
    "tests/unit/test_retries.py",
    "tests/conformance/test_retry_suite.py",
    "tests/unit/test_observing.py",
)
ADAPTIVE = ("tests/unit/test_adaptive.py",)
SKEW = ("tests/unit/test_skew.py",)
CREDENTIALS = (
    "tests/unit/test_credential_cache.py",
    "tests/unit/test_credential_clients.py",
    "tests/unit/test_credential_container.py",
    "tests/unit/test_credential_environment.py",
    "tests/unit/test_credential_given_files.py",
    "tests/unit/test_credential_instance.py",
    "tests/unit/test_credential_kept_files.py",
    "tests/unit/test_credential_login.py",
    "tests/unit/test_credential_process.py",
    "tests/unit/test_credential_roles.py",
    "tests/unit/test_credential_secrets.py",
    "tests/unit/test_credential_sso.py",
    "tests/conformance/test_credential_suite.py",
    "tests/unit/test_secrets.py",
    "tests/unit/test_user_agent.py",
)

MODULES: dict[str, tuple[str, ...]] = {
    "sigv4": SIGNING,
    "retries": RETRIES,
    "adaptive": ADAPTIVE,
    "skew": SKEW,
    **{
        f"credentials/{name}": CREDENTIALS
        for name in (
            "__init__",
            "cache",
            "chain",
            "container",
            "context",
            "documents",
            "environment",
            "instance",
            "login",
            "metadata",
            "process",
            "profile",
            "provider",
            "resolving",
            "roles",
            "sso",
            "types",
        )
    },
}
"""The tests that must notice a change, by module of the runtime."""

EQUAL: dict[tuple[str, str, str], str] = {
    ("credentials/sso", "SsoToken.path", "other truth: False"): "only a Python built for FIPS minds",
    (
        "credentials/provider",
        "Provider.current",
        "shorter text: '_cache'",
    ): "what get misses, setdefault finds",
    (
        "retries",
        "Quota.give_back",
        "other comparison: self.left < self.size",
    ): "whether a lock is taken for nothing",
    (
        "retries",
        "Standard.backoff",
        "number one higher: 100",
    ): "some number between the caps of delays and of floats",
    (
        "retries",
        "Standard.backoff",
        "number one higher: 18",
    ): "digits beyond any time that could be asked for",
    (
        "credentials/instance",
        "",
        "shorter text: 'instance-token'",
    ): "a key of a mapping that one source uses alone",
}
"""Module, function and change as they are listed, and why no caller could notice."""
