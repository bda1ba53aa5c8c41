"""Signs of the standards around us turned into ours: power is positive when injected, vars when over-excited.

Not its job: signs of device registers (each point of a profile has its own).
Source: OCPP 2.1 Part 2 data types; IEEE 2030.5 DERControlBase; SunSpec model 701. Their charge-positive peers differ
even inside one standard: OCPP's setpoint counts charging positive, its FixedVar counts it negative.
"""

# quantity of a peer                 factor   why
FACTORS = (
    ("ocpp.setpoint_w",               -1, "ChargingSchedulePeriod.setpoint: positive charges"),
    ("ocpp.setpoint_reactive_var",    -1, "setpointReactive: positive is inductive"),
    ("ocpp.fixed_var_pct",             1, "FixedVar.setpoint: negative refers to charging"),
    ("ieee2030.opModFixedW_pct",       1, "DERControlBase.opModFixedW: negative charges"),
    ("sunspec701.w",                   1, "701.W: positive is injected"),
    ("sunspec701.var",                 1, "701.Var: positive is injected"),
)


def factor(quantity):
    """+1 or -1 between a peer's quantity and ours, both ways; KeyError for one that is not in the table."""
    for name, sign, _ in FACTORS:
        if name == quantity:
            return sign
    raise KeyError(quantity)


def ours(quantity, value):
    """A peer's number with our sign; None stays None."""
    return None if value is None else factor(quantity) * value


def theirs(quantity, value):
    """Our number with the peer's sign; None stays None."""
    return ours(quantity, value)


def interval_from_charge_positive(p_min_w, p_max_w):
    """(p_lo_w, p_hi_w) in our sign from bounds that count charging positive, W: the ends change places."""
    return -p_max_w, -p_min_w


def limits_from_ocpp(limit_w, discharge_limit_w):
    """(p_charge_max_w, p_discharge_max_w), both >= 0, from limit (>= 0) and dischargeLimit (<= 0); None: no limit."""
    return limit_w, None if discharge_limit_w is None else -discharge_limit_w
