"""The line of the local command line: what is no strict JSON never reaches the gateway.

Not its job: sockets (tests/runtime). Source: edge/local_runtime.py.
"""

import pytest

from edge import field_reasons
from edge.local_runtime import LocalRuntime
from tests.portable import fake_site


class Clock:
    """It is always the first moment."""

    def now_ms(self):
        return 0


class NoGateway:
    """Nothing may arrive here but the news that somebody tried."""

    config = None

    def __init__(self):
        self.ports = fake_site.Ports()
        self.told = []

    def event(self, now_ms, code, subject, values):
        self.told.append((code, values))

    def on_query(self, now_ms, query_id, request):
        raise AssertionError(request)


@pytest.mark.parametrize("line", [
    b"", b"{", b"\xff\xfe{}", b'{"wish": NaN}', b'{"announce": {"id": "a", "text": "\\ud800"}}', b'{"\\udc00": 1, "wish": "idle"}',
    b"[" * 4000, b'{"wish": "idle", "wish": "none"}',
])
def test_what_is_no_strict_json_is_refused_at_the_door(line):
    gateway = NoGateway()
    local = LocalRuntime(gateway, Clock(), None)
    assert local._answer(1, line)["error"].startswith("bad query: ")
    assert [code for code, _ in gateway.told] == [field_reasons.LOCAL_REFUSED]
