"""One vehicle at one charger, from plug to plug: who it is, what it took, what it knows of itself, what it was promised.

Not its job: what is wanted (wanted.py), the feasible region (promise.py), the verdict (verdict.py), consent (consent.py).
Source: ours. Energy is counted at the battery in integer mWh, with the efficiency of the present power.
"""
from edge import home_reasons
from edge.drivers.profile_loader import load_profile
from edge.household import promise, verdict
from edge.household.efficiency import Efficiency
from edge.household.share_watch import ShareWatch
from edge.household.soc_memory import SocMemory
from edge.household.soc_probe import SocProbe
from edge.household.wanted import Wanted

# A contact that chatters is no other vehicle.
UNPLUG_MS = 5000
# From "charge" to full power: a sleeping vehicle takes so long. Beside it twice what the charger wants between changes.
START_S = 60
# So far from full no battery tapers.
NO_TAPER_WH = 1e9
WEEK_S = 604800
W_MS_PER_MWH = 3600


class Session:
    """One DER's. is_plugged is debounced; is_reading_wanted may be set by whoever plans and needs the state of charge."""

    def __init__(self, config, number):
        """config: Config; number: of the DER."""
        device = config.ders[number]
        profile = load_profile(device.profile)
        resolution_pct = [row[1] for row in profile["quality"] if row[0] == "soc_pct"]
        self._p = config.mobility
        self._number = number
        self._told_name = "soc_pct:" + device.name
        self._p_full_w = device.p_charge_max_w     # a live limit tapers by itself
        self.efficiency = Efficiency(profile["dynamics"], config.mobility.efficiency_pct)
        self.memory = SocMemory()
        self.wanted = Wanted(config.mobility, config.home, resolution_pct[0] if resolution_pct else 1)
        self.promise = promise.Promise(self.efficiency)
        self._probe = SocProbe()
        self._verdict = verdict.Verdict()
        self._share = ShareWatch()
        self.is_plugged = False
        self.is_reading_wanted = False
        self.began_ms = 0
        self.ev_id = None
        self.e_charged_mwh = self.e_discharged_mwh = 0     # at the battery, this session
        self._rest_w_ms = 0
        self._away_ms = None        # since when the plug reads free
        self._cause = verdict.NOT_FEASIBLE
        self._is_judged = False

    def take(self, der, now_ms, command, events):
        """A departure, or its withdrawal."""
        if der.view.kind != "evse":
            return
        if der.view.plugged and not self.is_plugged:
            self._begin(der, now_ms, events)    # the first command made the household, the vehicle was there before
        self.wanted.want(command["t_departure_ms"], command["e_needed_wh"], command.get("soc_pct"))
        self._promise_anew(verdict.NOT_FEASIBLE if self.is_plugged else verdict.LATE)

    def _promise_anew(self, cause):
        self._verdict.begin()
        self._cause, self._is_judged = cause, False

    def step(self, der, now_ms, snapshot, events):
        """One tick: fills state of charge, energy needed, departure and promise of the view."""
        view = der.view
        view.promise = view.e_needed_wh = view.t_departure_ms = None
        view.soc_is_awaited = False
        if view.kind != "evse":
            return
        stored_mwh = self._count(view)
        self._plug(der, now_ms, snapshot.ders[self._number], events)
        if not self.is_plugged:
            return
        inputs = snapshot.inputs
        self.memory.step(view, now_ms, stored_mwh, None if inputs is None else inputs.values.get(self._told_name))
        self._share.step(view)
        self._departures(der, now_ms, snapshot, stored_mwh, events)
        self._fill(der, now_ms, events)

    # -- plug and counters -------------------------------------------------------------------------------

    def _count(self, view):
        """Energy into the battery since the tick before, mWh; an unknown power took what it may have taken."""
        p_w = view.p_ac_w
        if p_w is None:
            p_w = view.p_set_w if view.p_set_w > 0 else 0
        w_ms = self._rest_w_ms - int(self.efficiency.p_dc_w(p_w)) * view.dt_ms
        stored_mwh = w_ms // W_MS_PER_MWH
        self._rest_w_ms = w_ms - stored_mwh * W_MS_PER_MWH
        if stored_mwh > 0:
            self.e_charged_mwh += stored_mwh
        else:
            self.e_discharged_mwh -= stored_mwh
        return stored_mwh

    def _plug(self, der, now_ms, picture, events):
        """Begins and ends the session; unknown is not unplugged."""
        plugged = der.view.plugged
        if plugged is not False:
            self._away_ms = None
        elif self.is_plugged:
            if self._away_ms is None:
                self._away_ms = now_ms
            if now_ms - self._away_ms >= UNPLUG_MS:
                self._end(der, now_ms, events)
        if plugged:
            ev_id = picture.fresh("ev_id", now_ms)
            if self.is_plugged and None not in (ev_id, self.ev_id) and ev_id != self.ev_id:
                self._end(der, now_ms, events)
            if not self.is_plugged:
                self._begin(der, now_ms, events)
            if ev_id is not None:
                self.ev_id = ev_id

    def _begin(self, der, now_ms, events):
        self.is_plugged, self.began_ms, self.ev_id = True, now_ms, None
        self.e_charged_mwh = self.e_discharged_mwh = 0
        self.memory.forget()
        self._probe.begin_session()
        self._promise_anew(verdict.LATE)
        events.append((home_reasons.SESSION_BEGUN, der.device.name, [der.view.soc_pct, der.view.e_capacity_wh]))

    def _end(self, der, now_ms, events):
        wanted = self.wanted
        if wanted.t_departure_ms is not None and not self._is_judged:
            self._verdict.judge(der, wanted, now_ms < wanted.t_departure_ms, events)
        if wanted.is_usual or self._is_judged or (wanted.t_departure_ms or 0) <= now_ms + self._p.margin_s * 1000:
            wanted.clear()
        self.is_plugged, self._away_ms = False, None
        events.append((home_reasons.SESSION_OVER, der.device.name,
                       [(now_ms - self.began_ms) // 60000, self.e_charged_mwh // 1000, self.e_discharged_mwh // 1000]))

    # -- what is wanted ----------------------------------------------------------------------------------

    def _departures(self, der, now_ms, snapshot, stored_mwh, events):
        """Counts what is missing; a departure that has come is judged, and the usual one follows."""
        wanted = self.wanted
        if wanted.t_departure_ms is not None:
            wanted.count(der.view, self.memory, stored_mwh)
            if now_ms >= wanted.t_departure_ms:
                if not self._is_judged:
                    self._is_judged = True
                    self._verdict.judge(der, wanted, False, events)
                # Still here: what is missing follows as soon as possible.
                if wanted.is_usual or wanted.missing_mwh <= 0:
                    wanted.clear()
        if wanted.t_departure_ms is None:
            inputs = snapshot.inputs
            shift_s = None if inputs is None else inputs.unix_shift_s
            wanted.usual(now_ms, None if shift_s is None else shift_s + now_ms // 1000)
            if wanted.t_departure_ms is not None:
                self._promise_anew(self._cause if now_ms == self.began_ms else verdict.NOT_FEASIBLE)
                wanted.count(der.view, self.memory, 0)

    def _fill(self, der, now_ms, events):
        """What the laws see."""
        view, wanted, plan = der.view, self.wanted, self.promise
        is_wanted = wanted.t_departure_ms is not None
        plan.missing_wh = None
        if is_wanted:
            self._fill_promise(der, now_ms, events)
        view.soc_is_awaited = view.soc_pct is None and self._probe.is_open(view, now_ms)
        plan.p_probe_w = self._probe.step(view, now_ms, self._needs_soc(view, is_wanted), self.efficiency.p_min_useful_w)
        if is_wanted or plan.p_probe_w:
            view.promise = plan

    def _needs_soc(self, view, is_wanted):
        """Whether somebody waits for a state of charge nobody knows."""
        if self.is_reading_wanted or (self.memory.soc_pct is None and is_wanted and self.wanted.soc_pct is not None):
            return True
        return view.soc_pct is None and view.v2g_consent and ((view.p_asked_w or 0) > 0 or view.support)

    def _fill_promise(self, der, now_ms, events):
        view, wanted, plan, p = der.view, self.wanted, self.promise, self._p
        missing_wh = wanted.missing_mwh / 1000
        view.t_departure_ms, view.e_needed_wh = wanted.t_departure_ms, missing_wh
        room_wh = self._room_wh(view)
        over_wh = 0 if room_wh is None or missing_wh <= room_wh else missing_wh - room_wh
        plan.missing_wh = missing_wh - over_wh
        over_wh += wanted.beyond_wh(view)
        plan.gap_wh = wanted.gap_wh(view, self.memory.soc_pct)
        delay_s = START_S + 2 * view.write_period_s
        plan.ready_ms = int(wanted.t_departure_ms - 1000 * (p.margin_s + delay_s))
        plan.rate = self._rate(self._share.sure_w(view), 1 - p.e_margin_pct / 100, view)
        # A target of an unknown state of charge is only the worst case so far: no alarm about that.
        if wanted.soc_pct is None or self.memory.soc_pct is not None:
            self._judge_chances(der, now_ms, over_wh, events)

    def _judge_chances(self, der, now_ms, over_wh, events):
        """Says what is likely to be missing, and keeps the account of what took it. over_wh: what never fits."""
        view, plan, t_ms = der.view, self.promise, self.wanted.t_departure_ms
        left_s = (t_ms - now_ms) / 1000
        soc_pct = self.memory.soc_pct
        gap_wh = NO_TAPER_WH if soc_pct is None else plan.gap_wh
        full_wh = NO_TAPER_WH if soc_pct is None else (100 - soc_pct) * (view.e_capacity_wh or 0) / 100
        nominal = self._rate(view.p_charge_max_w, 1, view)
        self._verdict.step(der, over_wh + promise.short_wh(plan.missing_wh, left_s, full_wh, nominal), self._cause)
        likely = self._rate(self._share.likely_w(view), 1, view)
        short_wh = over_wh + promise.short_wh(plan.missing_wh, left_s, full_wh, likely)
        if 1000 * short_wh > self.wanted.tolerance_mwh() and (view.p_site_lo_w is None or self._share.is_settled()):
            late_s = promise.seconds_for(plan.missing_wh + over_wh, gap_wh, likely) - left_s
            self._verdict.tell_short(der, short_wh, int(min(max(late_s, 0), WEEK_S) // 60), events)

    def _room_wh(self, view):
        """Energy up to the highest state of charge allowed, Wh; None when nobody knows."""
        if self.memory.soc_pct is None or not view.e_capacity_wh:
            return None
        return max(view.soc_max_pct - self.memory.soc_pct, 0) * view.e_capacity_wh / 100

    def _rate(self, p_ac_w, share, view):
        """Rate (promise.py) of charging with p_ac_w, W >= 0, of which a share is sure."""
        p_w = -share * self.efficiency.p_dc_w(-p_ac_w)
        p_battery_w = -share * self.efficiency.p_dc_w(-self._p_full_w)
        taper_wh = (100 - self._p.taper_from_pct) / 100 * (view.e_capacity_wh or 0)
        return promise.rate_of(p_w, p_battery_w, taper_wh, self._p.taper_end_pct / 100)

    # -- what lasts --------------------------------------------------------------------------------------

    def kept(self, number):
        """Commands that bring it back."""
        return self.wanted.kept(number)

    def dump(self):
        """What a keyframe keeps."""
        return [self.is_plugged, self.began_ms, self.ev_id, self.e_charged_mwh, self.e_discharged_mwh,
                self._rest_w_ms, self._away_ms, self._cause, self._is_judged, self.is_reading_wanted, self.memory.dump(),
                self.wanted.dump(), self._probe.dump(), self._verdict.dump(), self._share.dump()]

    def load(self, content):
        """Put a dump back."""
        (self.is_plugged, self.began_ms, self.ev_id, self.e_charged_mwh, self.e_discharged_mwh, self._rest_w_ms, self._away_ms,
         self._cause, self._is_judged, self.is_reading_wanted, memory, wanted, probe, judged, share) = content
        self.memory.load(memory)
        self.wanted.load(wanted)
        self._probe.load(probe)
        self._verdict.load(judged)
        self._share.load(share)
