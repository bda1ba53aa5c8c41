"""A SunSpec inverter on a bus that others read along: its search and its functions go through the same bus.

Source: a reader whose blocks are found at run time has more numbers than its map has blocks.
"""

from protocols.modbus import pdu
from protocols.modbus.tcp import TcpFraming
from tests.sim.sunspec_bench import Bench

UNIT_ID = 40000


def test_it_is_found_controlled_and_read_along():
    bench = Bench(bus=[{"name": "lan", "host": "127.0.0.1", "port": 502, "proxy_port": 1502}])
    bus, got = bench.site.gateway.fleet.buses[0], []
    bus.proxy.send = lambda client, data: got.append(data)
    bus.proxy.opened(0, "c", "10.0.0.9")
    bench.run(20000)
    assert bench.session == "controlling" and bus.client.timeouts == 0
    bus.proxy.received(bench.site.now_ms, "c", TcpFraming().wrap(1, 1, pdu.read_request(3, UNIT_ID, 2)))
    bench.run(1000)
    assert got == [bytes((0, 1, 0, 0, 0, 7, 1, 3, 4)) + b"SunS"]
    assert 0 < bus.oldest_ms() <= 200
