"""The line of the local command line: what is no strict JSON never reaches the gateway.

Not its job: sockets (tests/runtime). Source: edge/local_runtime.py.
"""

import pytest

from edge.local_runtime import LocalRuntime


class NoGateway:
    """Nothing may arrive here."""

    config = None

    def on_query(self, now_ms, query_id, request):
        raise AssertionError(request)


@pytest.mark.parametrize("line", [
    b"", b"{", b"\xff\xfe{}", b'{"wish": NaN}', b'{"announce": {"id": "a", "text": "\\ud800"}}', b'{"\\udc00": 1, "wish": "idle"}',
    b"[" * 4000, b'{"wish": "idle", "wish": "none"}',
])
def test_what_is_no_strict_json_is_refused_at_the_door(line):
    local = LocalRuntime(NoGateway(), None, None)
    assert local._answer(1, line)["error"].startswith("bad query: ")
