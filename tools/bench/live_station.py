"""The charger of the live bench: an emulated device behind pymodbus whose grid voltage the bench steps.

Not its job: the gateway, the commands, statistics.
Source: profile sim-four-quadrant; its setpoint registers are watched where they are written.
"""

import asyncio
import time

from host_sim.emulator import Emulator, IdealGrid
from host_sim.modbus_server import ModbusPort
from host_sim.plant.devices import make_device

PROFILE = "sim-four-quadrant"
UNIT = 1
LOW_V, HIGH_V = 228.0, 232.0    # normal supply: only WAPE's vars answer
F_NOM_HZ, F_LOW_HZ = 50.0, 49.5  # all of GB Dynamic Containment is asked for at the lower one
DELIVERED_RATIO = 0.9
LOOK_S = 0.002


class Station:
    """`await start()`, then `await reaction_ms()` as often as wanted, then `await stop()`."""

    def __init__(self):
        self.device = make_device(PROFILE)
        self.profile = self.device.profile
        self.port = None
        self._grid = IdealGrid(HIGH_V)
        self._emulator = Emulator([self.device], self._grid)
        self._server = ModbusPort({UNIT: self.device.bank})
        self._task = None
        self._setpoint = self._read()
        self._changed_s = time.perf_counter()
        self._change = asyncio.Event()
        write = self.device.bank.write

        def watched(*arguments):
            code = write(*arguments)
            setpoint = self._read()
            if max(abs(new - old) for new, old in zip(setpoint, self._setpoint)) >= 1:     # 1 W or 1 var
                self._setpoint = setpoint
                self._changed_s = time.perf_counter()
                self._change.set()
            return code

        self.device.bank.write = watched

    def _read(self):
        return self.device.bank.get("p_set_w") or 0, self.device.bank.get("q_set_var") or 0

    @property
    def setpoint(self):
        """(W, var) as the registers hold them."""
        return self._setpoint

    async def start(self):
        """Listens on a free port, in real time."""
        self.port = await self._server.start()
        self._task = asyncio.create_task(self._emulator.run())

    async def stop(self):
        """Closes the port."""
        self._emulator.stop()
        await self._task
        await self._server.stop()

    async def quiet(self, quiet_s):
        """Waits until the setpoint registers have not changed for so long."""
        while (left_s := self._changed_s + quiet_s - time.perf_counter()) > 0:
            await asyncio.sleep(left_s)

    async def reaction_ms(self, patience_s):
        """Steps the voltage; ms until the setpoint registers changed. TimeoutError when they never do."""
        volts = LOW_V if self._grid.v_ln_v[0] == HIGH_V else HIGH_V
        self._change.clear()
        self._grid.v_ln_v = (volts, volts, volts)
        stepped_s = time.perf_counter()
        await asyncio.wait_for(self._change.wait(), patience_s)
        return (self._changed_s - stepped_s) * 1000

    async def frequency_ms(self, contract_w, patience_s):
        """Steps the frequency down, waits, and back: (ms to the first change of the setpoint, ms until the device
        delivers 90 % of contract_w). TimeoutError when it does not."""
        self._change.clear()
        self._grid.f_hz = F_LOW_HZ
        stepped_s = time.perf_counter()
        await asyncio.wait_for(self._change.wait(), patience_s)
        first_ms = (self._changed_s - stepped_s) * 1000
        while self.device.p_w < DELIVERED_RATIO * contract_w:
            if time.perf_counter() - stepped_s > patience_s:
                raise TimeoutError
            await asyncio.sleep(LOOK_S)
        delivered_ms = (time.perf_counter() - stepped_s) * 1000
        self._grid.f_hz = F_NOM_HZ
        return first_ms, delivered_ms
