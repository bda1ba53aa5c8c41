"""What a board forgets is gone from memory and can be had again; other runtimes keep it.

Source: protocols/forgetting.py.
"""

import sys

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from protocols.forgetting import FORGETS, forget
from tests.portable import fake_site


def test_the_parameter_table_is_gone_after_use():
    for _ in range(2):
        config, errors = config_loader.load(fake_site.document(), load_profile)
        assert not errors and config.gateway.tick_ms == 100
        assert ("edge.params" in sys.modules) == (not FORGETS)
        assert ("protocols.profiles.sim_four_quadrant" in sys.modules) == (not FORGETS)


def test_a_forgotten_module_comes_back_whole():
    first = load_profile("sim-bes")
    again = load_profile("sim-bes")
    assert first["name"] == again["name"] == "sim-bes"
    assert (first is again) == (not FORGETS)


def test_forgetting_what_was_never_imported_is_no_mistake():
    before = sorted(sys.modules)
    forget("protocols.never_imported", "edge.neither")
    assert sorted(sys.modules) == before
