"""What a charger's setpoint registers mean in watts, whatever form they have.

Not its job: registers (registers.py), who may write them and what the converter makes of it (charger.py). The driver turns
watts into the same registers and shares no code with this.
Source: the forms of control of the profile format; P = U * I summed over the phases for currents.
"""

SETPOINTS = ("p_set_w", "p_set_pct", "i_set_a", "p_charge_set_w", "p_discharge_set_w")
V_UNSEEN_V = 230.0      # before the first step


def power_w(device, point=None, value=None):
    """Setpoint of a device, W, + injected; point and value: what is just being written."""
    def now(name):
        if name == point:
            return value
        return device.bank.get(name) if device.bank.has(name) else 0

    if device.bank.has("p_set_pct"):
        return now("p_set_pct") * device.bank.get("p_rated_w") / 100
    if device.bank.has("i_set_a"):
        return now("i_set_a") * sum(device.v_ln_v[phase] or V_UNSEEN_V for phase in device.phases)
    if device.bank.has("p_charge_set_w"):
        return now("p_discharge_set_w") - now("p_charge_set_w")
    return now("p_set_w")
