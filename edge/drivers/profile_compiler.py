"""Compiles a device profile for one instance: addresses, formats and steps as register_map.py works with them.

Not its job: decoding and encoding (register_map.py). A board forgets this module once its devices are built.
Source: profile format in ARCHITECTURE.md; register types as in the Modbus application protocol 1.1b3.
"""

# type -> (registers, struct code). enum16 and bits16 are plain unsigned words.
_TYPES = {
    "uint16": (1, "H"), "enum16": (1, "H"), "bits16": (1, "H"), "int16": (1, "h"),
    "uint32": (2, "I"), "int32": (2, "i"), "float32": (2, "f"),
}
_READ_INPUT = 4
_SEQUENCES = ("take", "set", "stop", "give", "form", "reserve", "restart")
_POINT, _BLOCK, _ADDRESS, _TYPE, _SCALE, _, _SIGN, _MAX_AGE_MS = range(8)


def compiled(profile, instance):
    """(blocks, points, names, sequences, control) of a profile at one instance's addresses; ValueError for another instance.

    blocks: [(name, function, address, count, poll class, struct format, first value index, fields, swaps), …] with
    fields in the order of addresses: (scale, sentinel raws), None for the state; swaps: byte offsets of the values
    whose words change places. points: {point: (value index, block index, max_age_ms)}; names: point by value index.
    sequences: {name: [(function, address, ((item, struct code, scale), …)), …]}, empty for a device without control.
    control: the other rows of that section and `owner`, what taking writes to the point of that name (None: no such
    point), or None.
    """
    first, last, base, stride = profile["instances"]
    if not first <= instance <= last:
        raise ValueError("instance %d: allowed %d..%d" % (instance, first, last))
    # Block None, of points that are only written, lies where the instance lies.
    offsets = {None: base + (instance - first) * stride}
    for row in profile["blocks"]:
        offsets[row[0]] = offsets[None]
    for block, block_base, block_stride in profile.get("strides", ()):
        offsets[block] = block_base + (instance - first) * block_stride
    points, names = {}, []
    blocks = [_block(profile, number, offsets, points, names) for number in range(len(profile["blocks"]))]
    return blocks, points, names, _sequences(profile, offsets), _without_sequences(profile["control"])


def _block(profile, number, offsets, points, names):
    """One compiled block; adds its points."""
    name, function, address, count, poll = profile["blocks"][number]
    is_low_first = profile["transport"]["word_order"] == "low_first"
    first_index = len(names)
    code = ">"
    fields, swaps = [], []
    known = {}      # equal fields are one object: most points of a block share scale and sentinels
    at = address
    for row in sorted([row for row in profile["points"] if row[_BLOCK] == name], key=lambda row: row[_ADDRESS]):
        point = row[_POINT]
        registers, letter = _TYPES[row[_TYPE]]
        code += "x" * (2 * (row[_ADDRESS] - at)) + letter
        at = row[_ADDRESS] + registers
        if registers == 2 and is_low_first:
            swaps.append(2 * (row[_ADDRESS] - address))
        sentinels = tuple([raw for sentinel, raw in profile["sentinels"] if sentinel == point])
        field = None if point == "state" else (row[_SCALE] * row[_SIGN], sentinels)
        fields.append(known.setdefault(field, field))
        points[point] = (len(names), number, row[_MAX_AGE_MS])
        names.append(point)
    return name, function, address + offsets[name], count, poll, code, first_index, tuple(fields), tuple(swaps)


def _sequences(profile, offsets):
    if not profile["control"]:
        return {}
    by_name, by_address = {}, {}
    inputs = [row[0] for row in profile["blocks"] if row[1] == _READ_INPUT]     # never written
    for row in profile["points"]:
        if row[_BLOCK] not in inputs:
            by_name[row[_POINT]] = address = row[_ADDRESS] + offsets[row[_BLOCK]]
            by_address[address] = row
    sequences = {}
    for name in _SEQUENCES:
        if name not in profile["control"]:
            continue    # an island is formed, a reserve kept, by few
        sequences[name] = steps = []
        for function, first_point, items in profile["control"][name]:
            at = by_name[first_point]
            fields = []
            for item in items:
                row = by_address[at]
                registers, letter = _TYPES[row[_TYPE]]
                fields.append((item, letter, row[_SCALE] * row[_SIGN]))
                at += registers
            steps.append((function, by_name[first_point], tuple(fields)))
    return sequences


def _without_sequences(control):
    if control is None:
        return None
    rest = {name: control[name] for name in control if name not in _SEQUENCES}
    rest["owner"] = None
    for _, first_point, items in control["take"]:
        if first_point == "owner":
            rest["owner"] = items[0]
    return rest
