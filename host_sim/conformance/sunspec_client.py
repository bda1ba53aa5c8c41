"""Client of the device under test: finds its SunSpec models and reads and writes points by name, in Modbus TCP bytes.

Not its job: which points carry a setting (device_settings.py), sockets: the device's server is called directly.
Source: SunSpec Device Information Model Specification 1.1; the codec that gateways use.
"""

from host_sim.conformance.harness import Refused
from protocols.modbus import pdu
from protocols.modbus.server import ModbusServer
from protocols.modbus.tcp import TcpFraming
from protocols.sunspec import codec
from protocols.sunspec.chain import ChainWalk
from protocols.sunspec.layout import HEADER_REGISTERS, load

UNIT = 1


class SunSpecClient:
    """read(model, path), write(model, {path: value}) on one device. Refused carries an exception code of the device."""

    def __init__(self, bank, clock):
        """bank: registers of the device. clock: function that tells now_ms."""
        self._server = ModbusServer(TcpFraming(), {UNIT: bank})
        self._framing = TcpFraming()
        self._clock = clock
        self._number = 0
        self._models, self._places, self._counts = {}, {}, {}
        walk = ChainWalk()
        while walk.read() is not None:
            address, count = walk.read()
            _, registers = self._ask(pdu.read_request(pdu.READ_HOLDING_REGISTERS, address, count))
            walk.take(registers)
        if walk.fault:
            raise Refused("no SunSpec device: " + walk.fault)
        for model_id, (address, length) in walk.found().items():
            self._begin(model_id, address, length)

    def _begin(self, model_id, address, length):
        model = load(model_id)
        self._models[model_id], self._places[model_id] = model, address
        self._counts[model_id] = {}
        for counter in model.counters():
            self._counts[model_id][counter] = self.read(model_id, counter)
        if model.size(self._counts[model_id]) != HEADER_REGISTERS + length:
            raise Refused("model %d is %d registers long" % (model_id, length))

    def read(self, model_id, path):
        """Value of a point, scaled; None for "not implemented"."""
        offset, kind, sf, _ = self._find(model_id, path)
        return codec.decode(kind, self._registers(model_id, offset, codec.size(kind)), self._scale(model_id, sf))

    def write(self, model_id, values):
        """Writes points one by one, {path: value} in this order."""
        for path, value in values.items():
            offset, kind, sf, _ = self._find(model_id, path)
            registers = codec.encode(kind, value, self._scale(model_id, sf))
            if registers is None:
                raise Refused("%d %s = %r does not fit its registers" % (model_id, path, value))
            code, _ = self._ask(pdu.write_multiple_registers(self._places[model_id] + offset, registers))
            if code:
                raise Refused("%d %s = %r, exception %d" % (model_id, path, value, code))

    def counts(self, model_id):
        """{counter: repetitions} of a model."""
        return self._counts[model_id]

    def _find(self, model_id, path):
        return self._models[model_id].find(path, self._counts[model_id])

    def _scale(self, model_id, sf):
        return 0 if sf is None else self.read(model_id, sf)

    def _registers(self, model_id, offset, count):
        address = self._places[model_id] + offset
        code, registers = self._ask(pdu.read_request(pdu.READ_HOLDING_REGISTERS, address, count))
        if code:
            raise Refused("read %d of model %d, exception %d" % (address, model_id, code))
        return registers

    def _ask(self, request):
        """(0 or exception code, registers) of one exchange."""
        self._number = self._number + 1 & 0xFFFF
        answer = self._server.receive(self._clock(), self._framing.wrap(self._number, UNIT, request))
        response = self._framing.response(answer, self._number, UNIT, request)
        status, payload = pdu.decode_response(request, response)
        if status != pdu.OK:
            return payload, None
        return 0, [payload[at] << 8 | payload[at + 1] for at in range(0, len(payload), 2)]
