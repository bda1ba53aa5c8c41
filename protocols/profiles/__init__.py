"""Device profiles: what each register of a device means, as data.

Not its job: code. A profile is one module with one literal `PROFILE`; the driver compiles it one way, the
emulator the other. Its command-line name is the module's with hyphens for underscores. Source: ours.
"""

NAMES = (
    "ambibox-ambicharge", "carlo-gavazzi-em24", "carlo-gavazzi-em24-e1", "carlo-gavazzi-em340", "eastron-sdm630",
    "evtec-bidipro-10", "generic-charger-a", "generic-charger-pct", "generic-charger-w", "generic-transfer-switch",
    "sigenergy-evdc", "sim-bes", "sim-control-box", "sim-four-quadrant", "sim-home-battery", "sim-pv", "sim-transfer-switch",
    "sim-v2h", "sim-v2h-auto", "sunspec-der", "sunspec-meter", "sunspec-meter-export", "sunspec-meter-float",
    "wallbox-quasar-1",
)
