"""Serves register banks on a serial port with pymodbus and pyserial: an independent peer for our own line.

Not its job: TCP (modbus_server.py), stepping models, what a register means (plant/registers.py).
Source: pymodbus 3.16.
"""

from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer

from host_sim.modbus_server import sim_device


class ModbusLine:
    """One serial port behind which one or several units answer."""

    def __init__(self, units, device, baud=9600, parity="N"):
        """units: {unit 1..247: RegisterBank}; device: path of the port; parity: N, E or O."""
        self._units = units
        self._options = {"port": device, "baudrate": baud, "parity": parity, "framer": FramerType.RTU}
        self._server = None

    async def start(self):
        """Open the port and answer; OSError when it can't be opened."""
        devices = [sim_device(unit, bank) for unit, bank in self._units.items()]
        self._server = ModbusSerialServer(devices, **self._options)
        await self._server.serve_forever(background=True)

    async def stop(self):
        """Give the port back."""
        if self._server:
            await self._server.shutdown()
            self._server = None
