"""A house behind one main fuse: load by phase, several chargers, a meter at the fuse; on a stiff grid.

Not its job: gateways and wires (world_fuse.py), the fuse's curve (fuse.py), feeders (feeder_plant.py).
Source: ours. The meter shows what flowed in the step before; currents are those of P and Q together.
"""

from host_sim.plant.devices import make_device
from host_sim.plant.fuse import Fuse

V_LN_V, F_HZ = (230.0, 230.0, 230.0), 50.0
STORAGE = {"soc_pct": 50, "capacity_wh": 60000}


class FusedHouse:
    """chargers and meters by name; load_w: three phases, W, as the scenario sets it. i_a: through the fuse, A."""

    def __init__(self, i_fuse_a, chargers, meters):
        """chargers: {name: (profile, phase 0..2)}; meters: names."""
        self.fuse = Fuse(i_fuse_a)
        self.chargers = {name: make_device(profile, phase=phase, storage=STORAGE) for name, (profile, phase) in chargers.items()}
        self.meters = {name: make_device("eastron-sdm630") for name in meters}
        self.load_w = [0.0] * 3
        self.i_a = [0.0] * 3
        self.now_ms = 0

    def step(self, now_ms, dt_ms):
        """Devices act, then everything that flows is added up."""
        self.now_ms = now_ms
        p_w, q_var = [-load_w for load_w in self.load_w], [0.0] * 3
        for charger in self.chargers.values():
            charger.step(now_ms, dt_ms, V_LN_V, F_HZ)
            for phase in range(3):
                p_w[phase] += charger.p_inj_w[phase]
                q_var[phase] += charger.q_inj_var[phase]
        self.i_a = [(p_w[k] ** 2 + q_var[k] ** 2) ** 0.5 / V_LN_V[k] for k in range(3)]
        self.fuse.step(self.i_a, dt_ms)
        for meter in self.meters.values():
            meter.observe(tuple(p_w), tuple(q_var))
            meter.step(now_ms, dt_ms, V_LN_V, F_HZ)

    def drawn_a(self, names):
        """What these chargers draw together, A per phase."""
        return [sum(abs(self.chargers[name].p_inj_w[k]) for name in names) / V_LN_V[k] for k in range(3)]
