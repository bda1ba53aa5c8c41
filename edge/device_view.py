"""One device as the running gateway has read it: every point with its age.

Not its job: reading (drivers), the command line (queries.py). Imported when somebody asks.
Source: ours.
"""


def picture(gateway, now_ms, name):
    """{"name", "profile", "points": {point: [value, age_ms or None]}} of a device by its name, or {"error": …}."""
    readers = gateway.fleet.readers
    for reader in readers:
        if reader.name == name:
            points = {}
            for point in sorted(reader.map.points):
                index, block, _ = reader.map.points[point]
                taken_ms = reader.taken_ms[block] if block is not None else None
                points[point] = [reader.values[index], None if taken_ms is None else now_ms - taken_ms]
            return {"name": name, "profile": reader.profile_name, "points": points}
    return {"error": "no device %s; there are: %s" % (name, ", ".join([reader.name for reader in readers]))}
