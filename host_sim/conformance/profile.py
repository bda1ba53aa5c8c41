"""A grid code as the procedures see it: figures with their range, source and provenance.

Not its job: the figures themselves (edge/grid_codes, handed in by the command), what a device makes of them.
Source: ours.
"""

from collections import namedtuple

Figure = namedtuple("Figure", "parameter value low high source mark")
VERIFIED, UNVERIFIED = "V", "U"
# Where a code does not say how far a setting can be moved, tests use its default only.
TRIPS = ("ov2", "ov1", "uv1", "uv2", "of2", "of1", "uf1", "uf2")


class GridCode:
    """Figures by parameter name, such as `volt_var.v1_pu`; `values`: {parameter: value}, what the code does not say
    included; f_nom_hz, v_nom_ln_v: nominal frequency, Hz, and voltage line to neutral, V."""

    def __init__(self, name, title, figures, otherwise):
        """figures: (parameter, value, low, high, source, mark) rows; a later row replaces an earlier one. otherwise:
        {parameter: value} that holds where the code says nothing."""
        self.name = name
        self.title = title
        self.figures = {row[0]: Figure(*row) for row in figures}
        # A trip that the code does not name stays the device's own.
        self.values = {**{key: value for key, value in otherwise.items() if not key.startswith("trip.")},
                       **{key: figure.value for key, figure in self.figures.items()}}
        self.f_nom_hz = self.values["grid.f_nom_hz"]
        self.v_nom_ln_v = self.values["grid.v_nom_ln_v"]

    @property
    def family(self):
        """"ieee1547", "asnzs4777", "en50549", "g99" …: what stands before the first hyphen."""
        return self.name.split("-")[0]

    @property
    def performance(self):
        """Normal operating performance category of IEEE 1547, "a" or "b"."""
        return self.name.split("-")[1]

    @property
    def ride_through(self):
        """Abnormal operating performance category, "i", "ii", "iii", or "none"."""
        return self.value("ride_through.category", "none")

    def value(self, parameter, otherwise=None):
        """Its figure; where the code has none, the parameter's own default, then `otherwise`."""
        found = self.values.get(parameter)
        return otherwise if found is None else found

    def span(self, parameter):
        """(lowest, highest) it can be set to; its figure, or default, twice when the code gives no range."""
        figure = self.figures.get(parameter)
        if figure is None:
            return (self.values[parameter],) * 2
        low = figure.value if figure.low is None else figure.low
        high = figure.value if figure.high is None else figure.high
        return low, high

    def section(self, name):
        """{key: value} of one section."""
        return {key.split(".")[1]: value for key, value in self.values.items() if key.split(".")[0] == name}

    def wide_trips(self):
        """Settings that put every trip as far out and as late as the code allows."""
        settings = {}
        for trip in TRIPS:
            unit = "pu" if "v" in trip else "hz"
            if f"trip.{trip}_{unit}" in self.figures:
                settings[f"trip.{trip}_{unit}"] = self.span(f"trip.{trip}_{unit}")[trip.startswith("o")]
                settings[f"trip.{trip}_s"] = self.span(f"trip.{trip}_s")[1]
        return settings
