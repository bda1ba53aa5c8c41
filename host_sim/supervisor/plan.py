"""What the supervisor is told: stations, contracts, thresholds, forecast. Data, no behaviour.

Not its job: deciding (lift_rule.py, bes_rule.py, support_rule.py), what a gateway allows itself (its own configuration).
Source: thresholds from the WAPE study where it states them (peak sun above 2.5 kW, support between 390 and 400 V of
415 V), hysteresis and timers ours.
"""

from typing import NamedTuple

from host_sim.supervisor.notice_rule import PriceSeries

SOLAR, OFF_PEAK = "solar", "off_peak"


class Station(NamedTuple):
    """One station of the fleet. key: HMAC key shared with its gateway, named kid there.

    lift_by: contracts under which its WAPE constraint may be lifted, of SOLAR and OFF_PEAK. p_load_peak_w: household
    load of an ordinary evening, W >= 0, what OFF_PEAK is measured against; None: not known, so never off-peak.
    bes: name of its stationary battery or None.
    """

    gateway: str
    bus: str
    key: bytes
    kid: str = "k1"
    evse: str = "ev"
    bes: str | None = None
    lift_by: tuple = ()
    p_load_peak_w: float | None = None


class LiftLimits(NamedTuple):
    """When a station's WAPE constraint is lifted (on) and set again (off); the gap between is the hysteresis."""

    pv_on_w: float = 2600
    pv_off_w: float = 2400
    load_on_ratio: float = 0.82
    load_off_ratio: float = 0.85
    lease_s: float = 50    # gateways refuse more than 60 s, by their own clock


class BesLimits(NamedTuple):
    """When a battery is charged: while the forecast of its own PV stands above p_peak_w."""

    p_peak_w: float = 2500
    p_charge_w: float = 6000
    lead_s: float = 600    # how long before the window the lease is sent; a lease lasts at most 900 s


class SupportLimits(NamedTuple):
    """Where V2G support is wanted: below v_need_pu a lease is given, above v_enough_pu it ends."""

    v_need_pu: float = 0.9639
    v_enough_pu: float = 0.9831
    soc_min_pct: float = 30
    enough_s: float = 30
    lease_s: float = 60


class Plan(NamedTuple):
    """Everything the operator set. pv_forecast: {gateway: ((unix_ms, W), …)} by rising time, linear between.

    announcements: of notice_rule.Announcement, told to households from the start on, like prices.
    """

    stations: tuple
    lift: LiftLimits = LiftLimits()
    bes: BesLimits = BesLimits()
    support: SupportLimits = SupportLimits()
    pv_forecast: dict = {}
    announcements: tuple = ()
    prices: PriceSeries | None = None
    priority: int = 20
    v_nom_ll_v: float = 415.0
