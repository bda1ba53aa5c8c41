"""What the rest of the firmware sees of a configuration: attributes with plain values.

Not its job: making or checking one (config.py). It imports nothing, so a board can forget the table afterwards.
Source: ours.
"""


class Section:
    """One section: an attribute for every key of its rows."""


class Config:
    """A valid configuration: `config.wape.tau_s`, `config.ders[0].p_charge_max_w`, `config.meter` or None.

    ders: chargers, then batteries, each with `kind` ("evse" or "bes") beside its rows; pvs, buses, circuits, inputs,
    members, recoveries: lists. has_inputs: the site looks at more than chargers, meter and PV (site_inputs.py).
    turns: words of chargers that exclude each other, or None. document: canonical dictionary, defaults left out.
    hash: 32 hex digits that name it. notes: (old path, text) of what an earlier release called otherwise. origin: hash of
    the document as it was handed over, by which a later release knows the site file again.
    """

    notes = ()
    origin = None

    def __init__(self, document, document_hash):
        self.document = document
        self.hash = document_hash
        self.ders = []
