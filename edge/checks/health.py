"""What the checks look at for one DER, as plain facts of this tick.

Not its job: judging them (the checks), collecting them (the controller).
Source: ours. The defaults are those of a device that is fine.
"""


class Health:
    """Facts about one DER, its site and its gateway; an age of None means never seen."""

    def __init__(self):
        # the device
        self.charger_age_ms = 0          # of its control-critical registers
        self.charger_max_age_ms = 1000   # the longest age its profile allows them
        self.is_identified = True        # the fingerprint fits; False: another device
        self.is_contended = False        # another master moves our setpoint
        self.has_write_failures = False  # several writes in a row without confirmation
        self.is_frozen = False           # the point that moves on every living device stands still
        self.is_without_effect = False   # a confirmed setpoint that the measured power does not follow
        self.is_in_session = False       # charging or discharging
        self.soc_pct = None
        self.has_watchdog = True         # it falls back by itself when the gateway is silent
        self.disables_fuse_guard = False # taking control turns its own load balancing off
        self.native_faults = ()          # reasons of its native functions that don't do what they have to
        self.is_trip_confirmed = True    # it shows the trip settings that are wanted, if any are
        # the site
        self.is_meter_needed = False     # a fuse or site limit depends on the meter
        self.is_meter_fresh = True       # what those limits need is known now
        # the gateway
        self.tick_ms = 100               # configured period
        self.dt_ms = 100                 # what really passed
        self.is_cloud_needed = False     # a supervisor is configured
        self.is_cloud_seen = True        # since fewer than cloud_lost_s, counted by the failsafe
