"""A chain of warm-started solves ends in the same bits with other matrix kernels: rounding swallows their last bits."""

import os
import subprocess
import sys

import pytest

CHAIN = """
import hashlib
import numpy as np
from host_sim.feeder.ieee13_415 import ieee13_415
from host_sim.feeder.powerflow import PowerFlow

solver = PowerFlow(ieee13_415(1.0), ("634", "646", "675", "680", "611", "652"))
rng, digest, v_pu = np.random.default_rng(5), hashlib.sha256(), None
for _ in range(100):
    p_inj_w, q_inj_var = rng.uniform(-2000, 2000, (2, 6, 3))
    v_pu = solver.solve(rng.uniform(0.005, 0.015), p_inj_w, q_inj_var, v_start=v_pu).v_pu
    digest.update(v_pu.tobytes())
print(digest.hexdigest())
"""


def digest_with(core_type):
    environment = dict(os.environ)
    environment.pop("OPENBLAS_CORETYPE", None)
    if core_type:
        environment["OPENBLAS_CORETYPE"] = core_type
    done = subprocess.run([sys.executable, "-c", CHAIN], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("core_type", [None, "Haswell", "Prescott"])
def test_same_bits_for_every_kernel(core_type):
    assert digest_with(core_type) == digest_with(None)
