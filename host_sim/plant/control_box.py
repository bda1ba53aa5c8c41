"""Control box of a network operator: shows whether its devices are dimmed, and to what.

Not its job: when (a test or a scenario calls `dim`).
Source: ours.
"""

from host_sim.plant.device import Device


class ControlBox(Device):
    """step() lets its heart beat; nothing is measured and nothing can be written."""

    def __init__(self, profile, **options):
        """profile: of kind switch."""
        super().__init__(profile, **options)
        self.lift()

    def dim(self, p_import_max_w=None, p_export_max_w=None):
        """From now on a limit holds, W >= 0; None leaves that direction free."""
        self._put(1, p_import_max_w, p_export_max_w)

    def lift(self):
        """From now on none does."""
        self._put(0, None, None)

    def _put(self, is_active, p_import_max_w, p_export_max_w):
        self.bank.set("is_active", is_active)
        self.bank.set("p_import_max_w", p_import_max_w)
        self.bank.set("p_export_max_w", p_export_max_w)

    def advance(self, now_ms, dt_ms):
        """It moves no power."""

    def measure(self, f_hz):
        """Nothing but the heartbeat changes by itself."""
