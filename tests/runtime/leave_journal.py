"""Two minutes of a gateway under the WAPE law; leaves its journal in /out.

Not its job: replaying it (tests/replay/test_replay_micropython.py).
"""

from tests.portable import fake_site

VOLTS = (232.0, 224.0, 222.31, 225.77, 228.4, 223.11, 226.93, 221.05, 230.02, 224.44, 225.05, 223.9)
STEP_MS = 10000

bank = fake_site.charger_bank()
site = fake_site.FakeSite(
    fake_site.document(
        grid={"q_mode": "wape"}, wape={"enabled": True}, control={"ramp_w_s": 700, "ramp_var_s": 900},
        journal={"segment_bytes": 131072, "segments": 8}),
    {"bus:lan": {1: bank}})
for number, volts in enumerate(VOLTS):
    fake_site.set_volts(bank, volts)
    bank.registers[102] += 37 + number
    site.run(STEP_MS)
site.stop()
site.run(12000)
for name in site.ports.store.files:
    with open("/out/" + name, "wb") as file:
        file.write(site.ports.store.files[name])
