"""Time of a whole tick, bytes to bytes, on CPython and on MicroPython's WebAssembly build, and the heap there.

Not its job: sockets (live.py), whether the heap is small enough (tests/runtime/test_heap.py asserts it).
Source: tiny_gateway.py is the gateway at work: one charger over Modbus TCP, MQTT, WAPE and journal.
"""

import sys
import time

from tools import second_runtime
from tools.bench import tiny_gateway, tiny_grid

SCRIPT = "tools/bench/tiny_gateway.py"
GRID_SCRIPT = "tools/bench/tiny_grid.py"
MICROPYTHON_ROUNDS = 4
VOLTAGE_REGISTERS = (101, 102, 103)     # centivolts


def measure(duration_s=1.5):
    """{"step_us", "step_grid_us", "step_us_micropython", "heap_kib", "heap_grid_kib"}; the last three are None where
    MicroPython can't be had.

    step_us: median over ticks whose voltages change each time, without the time of the stand-ins for charger and
    broker; step_grid_us: with every grid-code function on; step_us_micropython: median over rounds of 1,000 ticks, with
    the stand-ins.
    """
    plain_us, grid_us = [round(_step_us(site, duration_s / 2), 1) for site in (tiny_gateway.site(), tiny_grid.site())]
    return {"step_us": plain_us, "step_grid_us": grid_us, **_micropython()}


def _step_us(document, duration_s):
    class Timed(tiny_gateway.Machine):
        """A machine that knows how long its charger and broker took, s."""

        def __init__(self):
            self.foreign_s = 0.0
            super().__init__(document)

        def charger(self, frame):
            return self._timed(super().charger, frame)

        def broker(self, data):
            return self._timed(super().broker, data)

        def _timed(self, stand_in, data):
            started_s = time.perf_counter()
            answer = stand_in(data)
            self.foreign_s += time.perf_counter() - started_s
            return answer

    machine = Timed()
    machine.run(tiny_gateway.SETTLE_MS)
    ticks_s = []
    end_s = time.perf_counter() + duration_s
    while time.perf_counter() < end_s:
        volts = 22800 + 30 * (len(ticks_s) % 7)
        for address in VOLTAGE_REGISTERS:
            machine.set_register(address, volts)
        foreign_s, started_s = machine.foreign_s, time.perf_counter()
        machine.run(100)
        ticks_s.append(time.perf_counter() - started_s - machine.foreign_s + foreign_s)
    if machine.gateway.ticks < len(ticks_s) or not machine.gateway.fleet.actuators[0].is_in_control():
        raise RuntimeError("the gateway of the tick bench does not do its job")
    return sorted(ticks_s)[len(ticks_s) // 2] * 1e6


def _micropython():
    try:
        plain, grid = [second_runtime.measure_heap(script, MICROPYTHON_ROUNDS) for script in (SCRIPT, GRID_SCRIPT)]
    except (second_runtime.Unavailable, ModuleNotFoundError) as error:
        print("v2g bench: no MicroPython: %s" % error, file=sys.stderr)
        return {"step_us_micropython": None, "heap_kib": None, "heap_grid_kib": None}
    for result in (plain, grid):
        if "error" in result:
            raise RuntimeError("on MicroPython: " + result["error"])
    rounds_ms = sorted(plain["rounds_ms"])
    return {
        "step_us_micropython": round(rounds_ms[len(rounds_ms) // 2] * 1000 / tiny_gateway.TICKS),
        "heap_kib": _heap_kib(plain), "heap_grid_kib": _heap_kib(grid),
    }


def _heap_kib(result):
    return round((max(result["rounds_b"]) - result["base_b"]) / 1024, 1)
