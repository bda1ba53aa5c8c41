"""Grid-code settings in SunSpec points: which points carry a section's values, and how a curve is proposed.

Not its job: bytes (sunspec_client.py), adopting with patience (bench_device.py).
Source: SunSpec models 702 to 712. Response times of constant power factor, constant Q, watt-var and the active-power
limit have no point: the device keeps its own.
"""

import math

PROPOSED = 2          # stored curve that a client writes and asks to adopt
OF_W_MAX, OF_VA_MAX, VARS_OF_VA_MAX = 0, 3, 3
REACTIVE_FIRST = 1
OVER, UNDER = 0, 1
# model: (trips from normal outwards, unit, side: 1 above, factor to the register's unit)
TRIP_SETS = {
    707: (("uv1", "uv2"), "pu", -1, 100), 708: (("ov1", "ov2"), "pu", 1, 100), 709: (("uf1", "uf2"), "hz", -1, 1),
    710: (("of1", "of2"), "hz", 1, 1),
}
# model: (section of the parameters, point that asks for adoption)
ADOPTED = {705: "AdptCrv", 706: "AdptCrv", 711: "AdptCtl", 712: "AdptCrv", 707: "AdptCrv", 708: "AdptCrv", 709: "AdptCrv",
           710: "AdptCrv"}


def controls(get):
    """{model: {path: value}} of settings that hold as soon as they are written. get: function parameter -> value."""
    mode = get("grid.q_mode")
    excitation = OVER if get("cpf.excitation") == "over" else UNDER
    power_factor = {side + point: value for side in ("PFWInj.", "PFWAbs.")
                    for point, value in (("PF", get("cpf.pf") or 1), ("Ext", excitation))}
    switches = {"PFWInjEna": mode == "cpf", "PFWAbsEna": mode == "cpf", "VarSetEna": mode == "crp",
                "WMaxLimPctEna": bool(get("p_limit.enabled"))}
    # Off before on: two owners of Q are one too many for a moment as well.
    ordered = sorted(switches.items(), key=lambda item: item[1])
    limit = get("p_limit.p_max_pu")
    return {
        703: {
            "ES": int(get("enter_service.enabled") is not False), "ESVHi": get("enter_service.v_hi_pu") * 100,
            "ESVLo": get("enter_service.v_lo_pu") * 100, "ESHzHi": get("enter_service.f_hi_hz"),
            "ESHzLo": get("enter_service.f_lo_hz"), "ESDlyTms": get("enter_service.delay_s"),
            "ESRndTms": get("enter_service.random_s") or 0, "ESRmpTms": get("enter_service.ramp_s"),
        },
        704: {
            **power_factor, "VarSetMod": VARS_OF_VA_MAX, "VarSetPri": REACTIVE_FIRST,
            "VarSetPct": 100 * (get("crp.q_pu") or 0), "WMaxLimPct": 100 * (1 if limit is None else limit),
            **{name: int(value) for name, value in ordered},
        },
        705: {"Ena": int(mode == "volt_var")},
        706: {"Ena": int(bool(get("volt_watt.enabled")))},
        711: {"Ena": int(bool(get("droop.of_enabled") or get("droop.uf_enabled")))},
        712: {"Ena": int(mode == "watt_var")},
    }


def proposals(get, sections):
    """{model: {path: value}} of what stands in stored curve PROPOSED; only models of these sections, "trip" for all."""
    found = {}
    if "volt_var" in sections:
        found[705] = {**_curve([(100 * get(f"volt_var.v{n}_pu"), 100 * get(f"volt_var.q{n}_pu")) for n in range(1, 5)],
                               ("V", "Var")),
                      **_under("Crv", DeptRef=OF_VA_MAX, Pri=REACTIVE_FIRST, VRef=100 * (get("volt_var.v_ref_pu") or 1),
                               VRefAutoEna=int(bool(get("volt_var.vref_auto_enabled"))),
                               VRefAutoTms=get("volt_var.vref_auto_s") or 300, RspTms=get("volt_var.olrt_s"))}
    if "volt_watt" in sections:
        found[706] = {**_curve([(100 * get(f"volt_watt.v{n}_pu"), 100 * get(f"volt_watt.p{n}_pu")) for n in (1, 2)],
                               ("V", "W")), **_under("Crv", DeptRef=OF_W_MAX, RspTms=get("volt_watt.olrt_s"))}
    if "watt_var" in sections:
        keys = [f"{n}_abs" for n in (3, 2, 1)] + ["1", "2", "3"]
        points = [(100 * get(f"watt_var.p{key}_pu"), 100 * get(f"watt_var.q{key}_pu")) for key in keys]
        found[712] = {**_curve(points, ("W", "Var")), **_under("Crv", DeptRef=OF_VA_MAX, Pri=REACTIVE_FIRST)}
    if "droop" in sections:
        found[711] = _under("Ctl", DbOf=get("droop.of_hz"), DbUf=get("droop.uf_hz"), KOf=get("droop.k_of_pu"),
                            KUf=get("droop.k_uf_pu"), RspTms=get("droop.olrt_s"), PMin=-100)
    if "trip" in sections:
        for model_id, (trips, unit, side, factor) in TRIP_SETS.items():
            rows = [(get(f"trip.{trip}_{unit}"), get(f"trip.{trip}_s")) for trip in trips]
            if all(None not in row for row in rows):
                found[model_id] = _trips([(value * factor, time_s) for value, time_s in rows], side, unit)
    return found


def _under(group, **points):
    """Points of the proposed curve or control."""
    return {"%s.%d.%s" % (group, PROPOSED, name): value for name, value in points.items() if value is not None}


def _curve(points, names):
    rows = _under("Crv", ActPt=len(points))
    for number, values in enumerate(points):
        rows.update(_under("Crv", **{"Pt.%d.%s" % (number + 1, name): value for name, value in zip(names, values)}))
    return rows


def _trips(rows, side, unit):
    """Must-trip rows, the quickest first; a slower row that a quicker one outdoes is left out."""
    kept = []
    for value, time_s in sorted(rows, key=lambda row: (row[1], side * row[0])):
        if not kept or side * value < side * kept[-1][0]:
            kept.append((value, time_s))
    points = {"ActPt": len(kept)}
    for number, (value, time_s) in enumerate(kept):
        points["Pt.%d.%s" % (number + 1, "V" if unit == "pu" else "Hz")] = value
        points["Pt.%d.Tms" % (number + 1)] = time_s
    return _under("Crv", **{"MustTrip." + name: value for name, value in points.items()})


def same(written, read):
    """Whether a value read back is the one written, to half a thousandth of a unit."""
    return read is not None and math.isclose(written, read, rel_tol=1e-4, abs_tol=6e-3)
