"""RegisterMap of a device that is not simply told signed watts, or whose points depend on one another.

Not its job: plain devices (register_map.py), deciding power (controller). A profile asks for it by `p_form`, by `window`
(the smallest setpoint each way) or by `gates` (what a point reads unless another point shows one of some values).
Whatever is told never means more power than was decided: steps are rounded towards zero.
Source: ours; who needs it is named in the profiles. Only sites with such a device import this.
"""
from edge.drivers.register_map import RegisterMap

# What a profile's form of control makes of the power: variables of its steps, in the order they are read back.
ITEMS = {
    "signed_power": ("p_w",), "percent": ("p_pct",), "signed_current": ("i_a",), "split_limits": ("p_charge_w", "p_discharge_w"),
}
# Current is told for the highest voltage that EN 50160 allows while none is known: less power, never more.
V_HIGHEST_V = 253.0
# Below it a voltage is a wrong scale or a broken sensor, not a grid: it would mean many times the current.
V_LOWEST_V = 160.0
ANYTHING_W = 1e9        # tolerance where a register shows what no longer counts
SLACK_STEPS = 1e-6       # 0.1 has no exact binary form: 5.0 / 0.1 must stay 50 steps
VOLTAGES = ("v_an_v", "v_bn_v", "v_cn_v")


class SpecialMap(RegisterMap):
    """Needs the DeviceReader whose values it goes by."""

    def __init__(self, profile, instance=1):
        """As RegisterMap."""
        super().__init__(profile, instance)
        self.reader = None
        self._gates = profile.get("gates", ())
        self._phases = profile["phases"]
        control = self.control or {}
        self._items = ITEMS[control.get("p_form", "signed_power")]
        self._window = control.get("window", (0, 0))
        cleared = [step[1] for step in self.sequences.get("stop", ())]
        self._is_cleared = not [step for step in self.sequences.get("set", ()) if self._carries(step) and step[1] not in cleared]

    def _carries(self, step):
        return [item for item, _, _ in step[2] if item in self._items]

    def decode(self, block_index, data, values):
        """As RegisterMap.decode; then each gated point, in their order."""
        if not super().decode(block_index, data, values):
            return False
        for point, gate, allowed, otherwise in self._gates:
            index = self.points[point][0]
            if self.points[gate][1] == block_index or self.points[point][1] == block_index:
                if values[self.points[gate][0]] not in allowed:
                    values[index] = otherwise
        return True

    def possible_w(self, p_w):
        """The setpoint the device can be told instead: 0 where it is smaller than its smallest, or a direction is missing."""
        least = self._window[p_w > 0]
        if isinstance(least, str):
            least = self.reader.values[self.points[least][0]] or 0
        return 0 if least is None or abs(p_w) < least else p_w

    def encode(self, step, variables):
        """As RegisterMap.encode; the variables of the form of control follow from p_w."""
        told = dict(variables)
        for item, _, scale in step[2]:
            if item in self._items and item != "p_w":
                told[item] = self._told(item, variables["p_w"], abs(scale))
        return super().encode(step, told)

    def shown(self, p_w, q_var):
        """As RegisterMap.shown; a stop that leaves the setpoint's register alone says nothing about it."""
        if p_w == 0 and self.control["zero"] != "write" and not self._is_cleared:
            return [(0, ANYTHING_W)] * len(self._items) + [self.held("q_var", q_var)]
        rows = []
        for item in self._items:
            scales = [abs(scale) for step in self.sequences["set"] for name, _, scale in step[2] if name == item]
            rows.append(self.held(item, p_w if item == "p_w" else self._told(item, p_w, scales[0])))
        return rows + [self.held("q_var", q_var)]

    def _told(self, item, p_w, step):
        """Value of one variable, in whole steps of its register, towards zero."""
        if item == "p_pct":
            rated_w = self.control["rated"]
            if isinstance(rated_w, str):
                rated_w = self.reader.values[self.points[rated_w][0]]
            value = 100 * p_w / rated_w if rated_w else 0       # of an unknown rating nothing can be a share
            value = min(max(value, -100), 100)      # above it nobody says what it means
        elif item == "i_a":
            value = p_w / (self._phases * self._voltage_v())
        else:
            value = max(p_w if item == "p_discharge_w" else -p_w, 0)
        steps = int(abs(value) / step + SLACK_STEPS)
        return steps * step if value > 0 else -steps * step

    def _voltage_v(self):
        known = [self.reader.values[self.points[name][0]] for name in VOLTAGES[:self._phases] if name in self.points]
        return sum(known) / len(known) if known and None not in known and min(known) >= V_LOWEST_V else V_HIGHEST_V
