"""Invariants of the virtual world, looked at after every control tick of every gateway.

Not its job: acting on a broken one (tests and `v2g paper` fail).
Source: what the gateway promises, said once more without its code. A check is a function (world, node, number of the
DER, device of the plant) -> None or what is wrong; a new one is one row of CHECKS.
"""

SLACK_VA = 2          # two integers rounded
QUEUED_TIMEOUTS = 2
FIRST_TICKS = 20      # a gateway that has just started may still take over what it finds


def apparent_power(world, node, number, device):
    """The setpoint lies inside the converter's circle."""
    der = node.gateway.state.ders[number]
    s_max_va = node.config.ders[number].s_max_va
    if der.p_set_w ** 2 + der.q_set_var ** 2 > (s_max_va + SLACK_VA) ** 2:
        return "setpoint %g W, %g var outside %g VA" % (der.p_set_w, der.q_set_var, s_max_va)
    return None


def nameplate(world, node, number, device):
    """Charging and discharging stay inside what the site file allows."""
    der, row = node.gateway.state.ders[number], node.config.ders[number]
    if not -row.p_charge_max_w - 1 <= der.p_set_w <= row.p_discharge_max_w + 1:
        return "setpoint %g W outside the nameplate" % der.p_set_w
    return None


def soc_window(world, node, number, device):
    """No discharge below the floor, no charge above the ceiling, of the battery as it truly is."""
    der, row = node.gateway.state.ders[number], node.config.ders[number]
    battery = device.battery
    if battery is None:
        return None
    # The register shows tenths of a percent.
    if der.p_set_w > 1 and battery.soc_pct < row.soc_min_pct - 0.1:
        return "discharging at %.2f %%" % battery.soc_pct
    if der.p_set_w < -1 and battery.soc_pct > row.soc_max_pct + 0.1:
        return "charging at %.2f %%" % battery.soc_pct
    return None


def consent(world, node, number, device):
    """A vehicle is discharged only with its owner's consent."""
    der, row = node.gateway.state.ders[number], node.config.ders[number]
    if row.kind == "evse" and der.p_set_w > 1 and not row.v2g_consent:
        return "discharging %g W without consent" % der.p_set_w
    return None


def sign(world, node, number, device):
    """The device never moves power the other way than its setpoint, once it follows."""
    der = node.gateway.state.ders[number]
    if node.gateway.ticks > FIRST_TICKS and device.inverter.reference(world.heap.now_ms)[0] * der.p_set_w < 0:
        if abs(device.p_w) > 500 and device.p_w * der.p_set_w < 0 and abs(der.p_set_w) > 500:
            return "setpoint %g W, power %g W" % (der.p_set_w, device.p_w)
    return None


def observe_never_writes(world, node, number, device):
    """In observe mode no register is ever written."""
    if node.config.gateway.mode == "observe" and world.bank_of(node, number).writes:
        return "written in observe mode"
    return None


def stale_never_drives(world, node, number, device):
    """A device that has been silent for the stated time gets no more setpoints: its own timer must fire."""
    reader = node.gateway.fleet.actuators[number].reader
    block = reader.map.points["p_ac_w"][1]
    taken_ms = reader.taken_ms[block]
    if taken_ms is None:
        return None
    config = node.config
    # A write that was queued in time may still wait behind requests that time out.
    queued_ms = QUEUED_TIMEOUTS * device.profile["transport"]["timeout_ms"]
    allowed_ms = (config.failsafe.charger_lost_s * 1000 + reader.map.points["p_ac_w"][2] + 3 * config.gateway.tick_ms
                  + queued_ms)
    age_ms = node.clock.now_ms() - taken_ms
    written_ms = world.bank_of(node, number).written_ms
    if age_ms > allowed_ms and written_ms is not None and world.heap.now_ms - written_ms < age_ms - allowed_ms:
        return "written although silent for %d ms" % age_ms
    return None


def inverter_circle(world, node, number, device):
    """The converter itself stays inside its rating."""
    if device.p_w ** 2 + device.q_var ** 2 > (device.inverter.s_max_va * 1.01) ** 2:
        return "power %g W, %g var outside the rating" % (device.p_w, device.q_var)
    return None


CHECKS = (
    apparent_power, nameplate, soc_window, consent, sign, observe_never_writes, stale_never_drives, inverter_circle,
)
