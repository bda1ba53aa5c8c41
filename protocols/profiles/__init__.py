"""Device profiles: what each register of a device means, as data.

Not its job: code. A profile is one module with one literal `PROFILE`; the driver compiles it one way, the
emulator the other. Its command-line name is the module's with hyphens for underscores. Source: ours.
"""

NAMES = (
    "eastron-sdm630", "sim-bes", "sim-control-box", "sim-four-quadrant", "sim-home-battery", "sim-pv", "sim-transfer-switch",
    "sim-v2h", "sim-v2h-auto", "sunspec-der", "wallbox-quasar-1",
)
