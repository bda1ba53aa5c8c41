"""Who runs each grid-code function: the device, the gateway, or nobody. Never two of them.

Not its job: running them (laws, drivers/native_config.py), what a device can do (`native` in its profile).
Source: ARCHITECTURE.md, who does what; IEEE 1547-2018 asks of a device what a gateway is too slow for. A board forgets
this module once laws and drivers are chosen.
"""

DEVICE = "device"
GATEWAY = "gateway"
NOBODY = "nobody"

# Too fast for a gateway, or worthless when the gateway is the one that failed.
DEVICE_ONLY = ("trip", "ride_through")
Q_FUNCTIONS = ("volt_var", "watt_var", "cpf", "crp")
# volt_watt before droop, as ranked
FUNCTIONS = DEVICE_ONLY + ("enter_service",) + Q_FUNCTIONS + ("volt_watt", "p_limit", "droop")

# function, its key, the value with which SunSpec's registers can say all of it. Else the gateway runs the function.
SAYABLE = (
    ("volt_watt", "charge_enabled", False),
    ("droop", "p_base", "rated"),
    ("droop", "delay_s", 0),
    ("droop", "of_end_hz", None),
    ("droop", "uf_end_hz", None),
    ("droop", "of_return_hz", None),
    ("droop", "uf_return_hz", None),
    ("droop", "return_s", 0),
    ("droop", "stop_charge_hz", None),
)


def is_wanted(function, config):
    """Whether the site wants a function at all."""
    section = getattr(config, function)
    if section is None:
        return False
    if function in Q_FUNCTIONS:
        return config.grid.q_mode == function
    if function in DEVICE_ONLY or function == "enter_service":
        return True
    if function == "droop":
        return section.of_enabled or section.uf_enabled or section.stop_charge_hz is not None
    if function == "volt_watt":
        return section.enabled or section.charge_enabled
    return section.enabled


def native(profile, config):
    """Functions that the device runs by itself at this site: those of its profile that its registers can express."""
    if "sunspec" not in profile:
        return profile["native"]    # its maker has set them; nobody can tell it anything
    unsayable = [function for function, key, value in SAYABLE
                 if getattr(config, function) is not None and getattr(getattr(config, function), key) != value]
    return tuple([function for function in profile["native"] if function not in unsayable])


def runner(function, profile, config):
    """DEVICE, GATEWAY or NOBODY."""
    if function in native(profile, config):
        return DEVICE if is_wanted(function, config) or function in DEVICE_ONLY else NOBODY
    if not is_wanted(function, config) or function in DEVICE_ONLY:
        return NOBODY
    return GATEWAY


def sets_vars(profile, config):
    """Whether the gateway's setpoint has vars: it, not a function of the device, owns reactive power."""
    mode = config.grid.q_mode
    return profile["control"]["q_form"] != "none" and mode != "unity" and mode not in native(profile, config)
