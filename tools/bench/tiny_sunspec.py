"""The gateway of tiny_gateway.py with a SunSpec inverter instead, whose native functions it configures and watches.

Not its job: measuring (tick.py, tests/runtime), being an inverter (host_sim): the power follows at once, every curve is
adopted.
Source: SunSpec models 701 to 715; the grid code of the configuration is IEEE 1547-2018.
"""

import struct

from protocols.forgetting import forget
from tools.bench import tiny_gateway
from tools.bench.tiny_gateway import CALLS, ROUNDS, TICKS, require, step

__all__ = ("CALLS", "ROUNDS", "TICKS", "finish", "setup", "step")

TRIP = {"NPt": 5, "NCrvSet": 2}
CURVE = {"NPt": 6, "NCrv": 2}
MODELS = ((701, None), (702, None), (703, None), (704, None), (705, CURVE), (706, CURVE), (707, TRIP), (708, TRIP),
          (709, TRIP), (710, TRIP), (711, {"NCtl": 2}), (712, CURVE), (713, None), (714, {"NPrt": 1}), (715, None))
SCALES = {"PF_SF": -2, "V_SF": -1, "Hz_SF": -3, "DeptRef_SF": -1, "Tms_SF": -2, "Db_SF": -3, "K_SF": -3}
# model, point, raw value
VALUES = (
    (701, "Hz", 60000), (701, "VL1", 2400), (701, "VL2", 2400), (701, "VL3", 2400), (702, "WMax", 7360), (702, "VAMax", 7360),
    (702, "WChaRteMax", 7360), (702, "WDisChaRteMax", 7360), (702, "VarMaxInj", 4000), (702, "VarMaxAbs", 4000),
    (702, "AbnOpCatRtg", 2), (713, "SoC", 50), (714, "Prt.1.DCSta", 1),
)
SIZES = {"uint16": "H", "enum16": "H", "sunssf": "h", "uint32": "I"}
SETPOINT = ">i"


def site():
    """Its document; made when needed, so that it is not weighed."""
    document = tiny_gateway.site()
    document["grid"] = {"code": "ieee1547-b-iii", "q_mode": "volt_var"}
    del document["wape"]
    document["evse"][0]["profile"] = "sunspec-der"
    return document


class Machine(tiny_gateway.Machine):
    """The same machine with another charger behind its link."""

    def __init__(self, document):
        """document: of the site."""
        self._adopts = {}       # byte of AdptCrvReq: (byte of curve 1, bytes of a curve)
        self._build()
        super().__init__(document)

    def _build(self):
        """Registers of every model, one behind the other from 40000 on."""
        from protocols.sunspec import layout    # so that it is not weighed

        image = bytearray(b"SunS")
        for model_id, counts in MODELS:
            model = layout.load(model_id)
            start = len(image)
            size = model.size(counts)
            image += struct.pack(">HH", model_id, size - 2) + bytes(2 * size - 4)
            for path, at, kind, _, _ in model.rows(counts):
                value = SCALES.get(path, 0) if counts is None or path not in counts else counts[path]
                for owner, point, raw in VALUES:
                    value = raw if (owner, point) == (model_id, path) else value
                if value:
                    struct.pack_into(">" + SIZES[kind], image, start + 2 * at, value)
            self._mark(model, counts, start)
            forget(layout.module_of(model_id))
        self._image = image + b"\xff\xff\x00\x00"

    def _mark(self, model, counts, start):
        """Where what is asked for later lies."""
        if model.id == 701:
            self._power = start + 2 * model.find("W")[0]
        elif model.id == 704:
            self._setpoint = start + 2 * model.find("WSet")[0]
        elif model.id == 715:
            self._beat = start + 2 * model.find("DERHb")[0]
        if counts is not None and model.id != 714:
            head, size = model.find("%s.1.%s" % (model.groups[0][0], _first_point(model)), counts)[0], model.size(counts)
            request = "AdptCtlReq" if model.id == 711 else "AdptCrvReq"
            self._adopts[start + 2 * model.find(request)[0]] = start + 2 * head, size - head

    def charger(self, frame):
        """The answer to one Modbus TCP frame; functions 3 and 16."""
        function, address, count = struct.unpack_from(">BHH", frame, 7)
        image, start, size = self._image, 2 * (address - 40000), 2 * count
        if function == 3:
            struct.pack_into(">I", image, self._beat, self.now_ms // 1000)
            return frame[:4] + struct.pack(">HBBB", 3 + size, frame[6], 3, size) + bytes(image[start:start + size])
        image[start:start + size] = frame[13:]
        if start in self._adopts:
            curve, registers = self._adopts[start]      # two curves, so as many bytes as registers in each
            image[curve:curve + registers] = image[curve + registers:curve + 2 * registers]
            image[start + 3] = 1
        power_w = struct.unpack_from(SETPOINT, image, self._setpoint)[0]
        struct.pack_into(">h", image, self._power, power_w)
        return frame[:4] + b"\x00\x06" + frame[6:12]


def _first_point(model):
    points, groups = model.groups[0][2:]
    return points[0][0] if points else groups[0][0]


def setup():
    """Build it and let it take control."""
    tiny_gateway.running.append(Machine(site()))
    forget("protocols.sunspec.layout", "protocols.sunspec.codec")
    tiny_gateway.running[0].run(3 * tiny_gateway.SETTLE_MS)
    finish()


def finish():
    """Every function is confirmed and the device is under control."""
    gateway = tiny_gateway.running[0].gateway
    require(gateway.fleet.actuators[0].is_in_control() and gateway.state.ders[0].unavailable() == [])
    require(gateway.fleet.readers[0].condition() == [True, []])
