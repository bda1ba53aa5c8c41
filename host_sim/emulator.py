"""Emulator: devices that live alone in real time, each on an ideal grid, served over Modbus.

Not its job: a feeder (the live plant steps the same devices with one), the wire (modbus_server.py).
Source: ours. The models step every 20 ms from the event loop; a late turn of the loop makes a longer step, so that
simulated time never falls behind the clock.
"""

import asyncio

STEP_MS = 20
V_NOM_V = 230.0
F_NOM_HZ = 50.0
HOUSE_LOAD_W = 600.0   # what an emulated meter sees: 200 W a phase drawn from the grid


class IdealGrid:
    """A grid that no device can move."""

    def __init__(self, v_ln_v=V_NOM_V, f_hz=F_NOM_HZ):
        """v_ln_v: line-to-neutral voltage of all three phases, V. f_hz: Hz."""
        self.v_ln_v = (v_ln_v, v_ln_v, v_ln_v)
        self.f_hz = f_hz


class Emulator:
    """Steps devices on a grid; `run` does it in real time."""

    def __init__(self, devices, grid=None, speed=1.0):
        """devices: list of Device. grid: IdealGrid or anything with v_ln_v and f_hz. speed: simulated seconds per
        second, for charging sessions that should not take hours; the devices' own timers run with it."""
        self.devices = list(devices)
        self.grid = grid or IdealGrid()
        self.now_ms = 0
        self._speed = speed
        self._stopping = False
        self.advance(0)

    def advance(self, dt_ms):
        """One step of dt_ms for every device; 0 only fills the registers."""
        self.now_ms += dt_ms
        for device in self.devices:
            if hasattr(device, "observe"):      # what it sees of the house, and of itself
                device.observe(tuple(p_w - HOUSE_LOAD_W / 3 for p_w in device.p_inj_w), device.q_inj_var)
            device.step(self.now_ms, dt_ms, self.grid.v_ln_v, self.grid.f_hz)

    async def run(self):
        """Steps until `stop`."""
        loop = asyncio.get_running_loop()
        start_s = loop.time() - self.now_ms / 1000 / self._speed
        while not self._stopping:
            await asyncio.sleep(STEP_MS / 1000)
            elapsed_ms = int((loop.time() - start_s) * 1000 * self._speed) - self.now_ms
            if elapsed_ms > 0:
                self.advance(elapsed_ms)

    def stop(self):
        """Ends `run` after its present step."""
        self._stopping = True
