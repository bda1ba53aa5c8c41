"""Turns a SunSpec profile into an ordinary one with the addresses and scales that a device said.

Not its job: asking the device (sunspec_search.py), compiling the result (profile_compiler.py). A board forgets this
module as soon as the map is built.
Source: SunSpec Device Information Model Specification 1.1; format of the `sunspec` section in ARCHITECTURE.md.

A layout is all that is asked: uint16 address of each model in the order of `sunspec.models`, then each of
`sunspec.scale_factors` as int16, UNKNOWN_SF where the device has none. It goes into the journal as it is.
"""

import struct

UNKNOWN_SF = -128

# raw values that mean "not implemented"
_ABSENT = {"int16": -0x8000, "uint16": 0xFFFF, "enum16": 0xFFFF, "int32": -0x80000000, "uint32": 0xFFFFFFFF}


def pack(profile, places, scale_factors):
    """The layout. places: {model: (address, length)}; scale_factors: list, None for unknown."""
    addresses = [places[model][0] for _, model in profile["sunspec"]["models"]]
    digits = [UNKNOWN_SF if sf is None else sf for sf in scale_factors]
    return struct.pack(">%dH%dh" % (len(addresses), len(digits)), *(addresses + digits))


def resolved(profile, layout, has_vars):
    """A profile with numbers for addresses and scales; layout None: before they are known, only for its point names.

    has_vars: reactive power is set by us; else the steps of q_… points are left out.
    Points whose scale factor the device does not have are never known.
    """
    addresses, scales = _unpacked(profile["sunspec"], layout)
    plain = dict(profile)
    plain["blocks"] = tuple([(name, function, addresses[name] + at, count, poll)
                             for name, function, at, count, poll in profile["blocks"]])
    points, sentinels, valid = [], [], list(profile["valid"])
    for name, block, at, kind, scale, unit, sign, max_age_ms in profile["points"]:
        if isinstance(scale, str):
            scale = scales[block, scale]
            if scale is None:
                scale = 1
                valid.append((name, 1, 0, None))    # nothing lies between them
        points.append((name, block, addresses[block] + at, kind, scale, unit, sign, max_age_ms))
        sentinels.append((name, _ABSENT.get(kind)))     # of a float it is NaN, which is never a number
    plain["points"], plain["sentinels"], plain["valid"] = tuple(points), tuple(sentinels), tuple(valid)
    plain["control"] = _control(profile["control"], has_vars)
    return plain


def unscaled(profile, layout):
    """Points that are written or identified by, whose scale factor the device does not have; such a device is refused."""
    scales = _unpacked(profile["sunspec"], layout)[1]
    control = profile["control"]
    needed = [row[0] for row in profile["identify"]]
    if control is not None:
        needed += [control["effect"][0]] + list(control["readback"])
    return [(row[0], row[4]) for row in profile["points"]
            if row[0] in needed and isinstance(row[4], str) and scales[row[1], row[4]] is None]


def _unpacked(sunspec, layout):
    """({block: address of its model}, {(block, scale factor): power of ten or None})."""
    models, factors = sunspec["models"], sunspec["scale_factors"]
    if layout is None:
        values = [0] * (len(models) + len(factors))
    else:
        values = struct.unpack(">%dH%dh" % (len(models), len(factors)), layout)
    addresses, scales = {}, {}
    for number, (block, _) in enumerate(models):
        addresses[block] = values[number]
    for number, (block, name, _) in enumerate(factors):
        digits = values[len(models) + number]
        scales[block, name] = None if digits == UNKNOWN_SF else 10 ** digits
    return addresses, scales


def _control(control, has_vars):
    if has_vars or control is None:
        return control
    plain = dict(control)
    for name in ("take", "set", "stop", "give"):
        plain[name] = tuple([step for step in control[name] if not step[1].startswith("q_")])
    plain["readback"] = tuple([point for point in control["readback"] if not point.startswith("q_")])
    return plain
