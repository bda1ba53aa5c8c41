"""A SunSpec device on an ideal grid in virtual time, written and read as a master does, by names."""

from host_sim.plant.sunspec_der import SunSpecDer, nominal_settings
from protocols.sunspec.codec import decode, encode, size
from protocols.sunspec.layout import load

STEP_MS = 20
READ, WRITE = 3, 16
V_NOM_V = 230.0


class Bench:
    """device: SunSpecDer for 230 V and 50 Hz. v_pu and f_hz: the grid, to be changed at will."""

    def __init__(self, **options):
        settings = options.pop("settings", nominal_settings(50))
        self.device = SunSpecDer(settings=settings, **options)
        self.v_pu = 1.0
        self.f_hz = 50.0
        self.run(1)

    def run(self, duration_s):
        """Lets time pass, s."""
        for _ in range(round(duration_s * 1000 / STEP_MS)):
            now_ms = self.device.now_ms + STEP_MS
            self.device.step(now_ms, STEP_MS, (self.v_pu * V_NOM_V,) * 3, self.f_hz)

    def _place(self, model_id, path):
        """(address, type, scale factor) as a driver finds them: from the tables and the device's own registers."""
        bank = self.device.bank
        address = bank.base + 2
        while bank.read(READ, address, 1)[0] != model_id:
            address += 2 + bank.read(READ, address + 1, 1)[0]
        counts = bank.counts[model_id]
        offset, kind, sf, _ = load(model_id).find(path, counts)
        power = 0 if sf is None else decode("sunssf", bank.read(READ, address + load(model_id).find(sf, counts)[0], 1))
        return address + offset, kind, power

    def get(self, model_id, path):
        """Value of a point."""
        address, kind, sf = self._place(model_id, path)
        return decode(kind, self.device.bank.read(READ, address, size(kind)), sf)

    def set(self, model_id, path, value):
        """Writes one point; the exception code or 0."""
        address, kind, sf = self._place(model_id, path)
        registers = encode(kind, value, sf)
        assert registers is not None, (model_id, path, value)
        return self.device.bank.write(WRITE, address, registers)

    def adopt(self, model_id, number):
        """Asks for a stored curve and waits for the result."""
        request = "AdptCtl" if model_id == 711 else "AdptCrv"
        assert self.set(model_id, request + "Req", number) == 0
        assert self.get(model_id, request + "Rslt") == 0
        self.run(0.1)
        return self.get(model_id, request + "Rslt")
