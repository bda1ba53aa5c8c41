"""One emulated SunSpec inverter on one real gateway, in virtual time.

Not its job: tests. Shared by those of the setpoint and those of native functions.
Source: ours.
"""

from host_sim.plant.sunspec_der import SunSpecDer, nominal_settings
from tests.portable import fake_site

STEP_MS = 20


class Bench:
    """The grid is `v_pu` and `f_hz`; run() moves inverter and gateway together."""

    def __init__(self, *, f_nom_hz=60, der=None, **sections):
        """sections: of the site document. der: columns of the charger."""
        settings = nominal_settings(f_nom_hz)
        self.device = SunSpecDer(settings=settings)
        self.v_nom_v = settings.ratings.v_nom_v
        self.v_pu, self.f_hz = 1.0, float(f_nom_hz)
        row = {"name": "evse1", "profile": "sunspec-der", "bus": "lan", "p_charge_max_w": 10000,
               "p_discharge_max_w": 10000, "s_max_va": 10000, "v2g_consent": True, **(der or {})}
        document = fake_site.document(evse=[row], **sections)
        document["grid"] = {"v_nom_ln_v": self.v_nom_v, **document.get("grid", {})}
        self.site = fake_site.FakeSite(document, {"bus:lan": {1: self.device.bank}})

    def run(self, duration_ms, is_gateway_alive=True):
        """Inverter and gateway together; a dead gateway stands still."""
        for _ in range(duration_ms // STEP_MS):
            self.device.step(self.site.now_ms, STEP_MS, (self.v_pu * self.v_nom_v,) * 3, self.f_hz)
            if is_gateway_alive:
                self.site.run(STEP_MS)
            else:
                self.site.now_ms += STEP_MS

    @property
    def reader(self):
        """The gateway's reader of the inverter."""
        return self.site.gateway.fleet.readers[0]

    @property
    def der(self):
        """What the controller knows of it."""
        return self.site.gateway.state.ders[0]

    @property
    def session(self):
        """Where the session with it stands."""
        return self.site.gateway.fleet.actuators[0].session.state

    def lines(self):
        """What the gateway logged."""
        return self.site.ports.lines
