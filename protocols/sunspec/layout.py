"""Where a named point of a SunSpec model lies, repeating groups and nested curves included.

Not its job: values (codec.py), which models a device has (chain.py), the tables themselves.
Source: SunSpec Device Information Model Specification 1.1, groups.

A table: MODELS = ((id, name, points, groups), …). A point: (name, offset, type, access "R" | "RW", scale-factor point
or None); its offset counts registers from the model's ID register, inside a group from the group's beginning. A group:
(name, None or the point that counts its repetitions, points, groups). ID and length are not listed: every model
begins with them. A path names a point: "WSet", "PFWInj.PF", "Crv.2.Pt.3.V", "Crv.1.MustTrip.Pt.1.Tms"; repetitions
count from 1, as AdptCrvReq does.
"""

from protocols.sunspec.codec import TYPES

HEADER_REGISTERS = 2     # ID and length

# model id, module with its table
TABLES = (
    (1, "common"), (203, "meters"), (213, "meters"),
    (701, "measure_ac"), (702, "capacity"), (703, "enter_service"), (704, "ac_control"),
    (705, "volt_var"), (706, "volt_watt"), (707, "trip"), (708, "trip"), (709, "trip"), (710, "trip"), (711, "droop"),
    (712, "watt_var"), (713, "storage"), (714, "measure_dc"), (715, "control"), (802, "battery"),
)


def module_of(model_id):
    """Dotted name of the module that holds a model, to import or to forget it; None for an unknown model."""
    for known, name in TABLES:
        if known == model_id:
            return "protocols.sunspec." + name
    return None


def load(model_id):
    """The Model of an id; imports only its table. None for a model that is not here."""
    module = module_of(model_id)
    if module is None:
        return None
    for table in __import__(module, None, None, ["MODELS"]).MODELS:
        if table[0] == model_id:
            return Model(table)
    return None


class Model:
    """One table at work. `counts` maps the points that count repetitions to their values: {"NPt": 4, "NCrv": 3};
    a model without repetitions takes None."""

    def __init__(self, table):
        """table: one row of MODELS."""
        self.id, self.name, self.points, self.groups = table

    def find(self, path, counts=None):
        """(offset, type, scale-factor point or None, writable) of a point; offset in registers from the model's ID.

        KeyError for a path that the model does not have; IndexError for a repetition outside 1..count.
        """
        offset, points, groups = 0, self.points, self.groups
        start = _end(points, HEADER_REGISTERS)
        parts = path.split(".")
        at = 0
        while at < len(parts) - 1:
            shift, group = _group(groups, parts[at], counts)
            offset += start + shift
            _, counter, points, groups = group
            at += 1
            if counter is not None:
                repetition = int(parts[at])
                if not 1 <= repetition <= counts[counter]:
                    raise IndexError("%s: %s is 1..%d" % (path, parts[at - 1], counts[counter]))
                offset += (repetition - 1) * _registers(points, groups, counts)
                at += 1
            start = _end(points, 0)
        for name, place, kind, access, sf in points:
            if name == parts[-1]:
                return offset + place, kind, sf, access == "RW"
        raise KeyError("model %d has no point %s" % (self.id, path))

    def size(self, counts=None):
        """Registers of the whole model, ID and length included; its length point says two less."""
        return _end(self.points, HEADER_REGISTERS) + sum(
            _repetitions(group, counts) * _registers(group[2], group[3], counts) for group in self.groups)

    def counters(self):
        """Names of the points that say how often groups repeat; they lie before the groups and never change."""
        found = []
        _collect_counters(self.groups, found)
        return found

    def rows(self, counts=None):
        """Every point as (path, offset, type, scale-factor point, writable), in the order of addresses."""
        return list(_rows(self.points, self.groups, counts, "", 0, _end(self.points, HEADER_REGISTERS)))


def _end(points, empty_count):
    """First offset behind the points."""
    return points[-1][1] + TYPES[points[-1][2]][0] if points else empty_count


def _registers(points, groups, counts):
    """Registers of one repetition of a group."""
    return _end(points, 0) + sum(
        _repetitions(group, counts) * _registers(group[2], group[3], counts) for group in groups)


def _repetitions(group, counts):
    return 1 if group[1] is None else counts[group[1]]


def _group(groups, name, counts):
    """(registers before it among its neighbours, group)."""
    shift = 0
    for group in groups:
        if group[0] == name:
            return shift, group
        shift += _repetitions(group, counts) * _registers(group[2], group[3], counts)
    raise KeyError("no group %s" % name)


def _collect_counters(groups, found):
    for _, counter, _, inner in groups:
        if counter is not None and counter not in found:
            found.append(counter)
        _collect_counters(inner, found)


def _rows(points, groups, counts, *place):
    """Points of one level and of what lies in it. place: (path so far, offset of the level, size of its points)."""
    path, offset, start = place
    for name, at, kind, access, sf in points:
        yield path + name, offset + at, kind, sf, access == "RW"
    at = offset + start
    for group in groups:
        name, counter, inner_points, inner_groups = group
        for repetition in range(_repetitions(group, counts)):
            inner = path + name + "." + ("" if counter is None else "%d." % (repetition + 1))
            for row in _rows(inner_points, inner_groups, counts, inner, at, _end(inner_points, 0)):
                yield row
            at += _registers(inner_points, inner_groups, counts)
