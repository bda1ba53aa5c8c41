"""Conditions of one device: silent, wrong, contended, deaf, frozen, without a watchdog, its vehicle silent.

Not its job: delays and actions (failsafe.py).
Source: field reports: frozen meters restamped as fresh, two masters on one charger, modules that hang for minutes.
"""


def charger_lost(health):
    """The device has not answered for longer than its values are good."""
    return health.charger_age_ms is None or health.charger_age_ms > health.charger_max_age_ms


def wrong_device(health):
    """Another device than the profile describes."""
    return not health.is_identified


def contended(health):
    """Another master moves our setpoint."""
    return health.is_contended


def writes_fail(health):
    """The device does not confirm what we write."""
    return health.has_write_failures


def values_frozen(health):
    """The point that always moves on a living device has stood still."""
    return health.is_frozen


def ev_lost(health):
    """In session, but the vehicle's state of charge is unknown."""
    return health.is_in_session and health.soc_pct is None


def no_effect(health):
    """The device confirmed the setpoint but its power does not follow."""
    return health.is_without_effect


def no_watchdog(health):
    """The device would go on for ever if the gateway died."""
    return not health.has_watchdog
