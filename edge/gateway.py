"""The whole firmware without I/O: bytes and time come in, actions go out.

Not its job: sockets and files (runtime.py), control (controller.py), devices (drivers), the VPP (link).
One tick is one round: the control-critical reads of all buses go out together; the controller steps when the
last has answered or at the read deadline; the setpoints are written at once; slow reads fill the rest.
Actions are tuples: ("connect", link) ("send", link, bytes) ("close", link) ("store", name, bytes)
("append", name, bytes, is_synced) ("reply", query id, answer) ("exit", code).
Source: ours; sans-I/O as described in ARCHITECTURE.md.
"""
from edge import controller, journal, reasons
from edge.checks.surroundings import STALL_TICKS
from edge.drivers.fleet import Fleet
from edge.link.vpp import VppLink
from edge.snapshot import Snapshot
from edge.version import VERSION
from protocols.forgetting import forget

# Events after which the wishes are kept anew: a consent is over, a lock-out of the backup, and its reset (home_reasons.py);
# an hour in which commanded energy was counted (field_reasons.py).
KEPT_AFTER = (316, 352, 367, 442)
EXIT_RESTART = 75       # EX_TEMPFAIL: the caller starts the gateway again with the stored configuration


class Gateway:
    """One gateway: its buses, its controller, its supervisor link and its journal."""

    def __init__(self, config, ports, configuration=None):
        """config: from config_loader.load; ports: object with clock, chance, entropy, store, log (hal.py or the
        simulator); configuration: ConfigLink when the configuration may be changed over MQTT."""
        self.config = config
        self.ports = ports
        self.fleet = Fleet(config, ports.chance, self._journal_block)
        self.state = controller.initial_state(config, self.fleet.profiles())
        self.vpp = VppLink(config, ports, configuration) if config.vpp.enabled else None
        self.journal = journal.Journal(config.journal.segment_bytes, config.journal.segments,
                                       journal.next_number(ports.store))
        self.refusal = None     # (when, requests.problem) of the household's last wish that was refused
        self.next_wake_ms = 0
        self.ticks = 0
        self.stalls = 0
        self._links = {bus.name: bus for bus in self.fleet.buses}
        if self.vpp is not None:
            self._links[self.vpp.name] = self.vpp
        self.site_link = self.last_hour = None
        from edge import further    # once

        self._inputs = further.attach(self, self._links, self.event)
        forget("edge.further")
        self._actions = []
        self._commands = []
        self._has_new_wish = False
        self._next_tick_ms = None
        self._deadline_ms = None
        self._stopping_ms = None
        self._exit_code = 0
        self._status = None

    def links(self):
        """(link, kind, host, port, tls) of every connection this gateway keeps; tls: files or None."""
        rows = [(bus.name, bus.kind) + self.fleet.endpoint(bus) + (None,) for bus in self.fleet.buses]
        return rows + [(link.name, link.kind) + link.endpoint() for link in self._links.values()
                       if link.kind == "mqtt"]

    # -- events ------------------------------------------------------------------------------------------

    def on_open(self, now_ms, link):
        """A connection asked for is open."""
        self._links[link].opened(now_ms)
        return self._settle(now_ms)

    def on_bytes(self, now_ms, link, data):
        """Bytes arrived on a link."""
        self._links[link].received(now_ms, data)
        self._commands.extend(self.vpp.take_commands() if self.vpp is not None else ())
        if self.site_link is not None:
            self._has_new_wish = self.site_link.hand_over(self._commands) or self._has_new_wish
        if self._next_tick_ms is not None:
            self._withdraw_stale(now_ms)
        if self._deadline_ms is not None and not self.fleet.is_round_open():
            self._step(now_ms)
        return self._settle(now_ms)

    def on_closed(self, now_ms, link, reason):
        """A connection was lost or could not be opened."""
        is_news = not self._links[link].is_done
        self._links[link].closed(now_ms)
        if not is_news:
            return self._settle(now_ms)
        from edge.link import tls_words     # seldom

        code, words = tls_words.loss(reason, self.ports.clock.unix_ms(), self.config)
        forget("edge.link.tls_words")
        self.event(now_ms, code, link, [words])
        return self._settle(now_ms)

    def on_time(self, now_ms):
        """Time has passed; call at next_wake_ms at the latest."""
        for link in self._links.values():
            link.on_time(now_ms)
        if self._next_tick_ms is None or now_ms >= self._next_tick_ms:
            self._begin_tick(now_ms)
        if self._deadline_ms is not None and (now_ms >= self._deadline_ms or not self.fleet.is_round_open()):
            self._step(now_ms)
        return self._settle(now_ms)

    def on_query(self, now_ms, query_id, request):
        """A question or a wish of the local command line; answered in the same call."""
        from edge import queries    # when somebody asks: nobody asks a board, and its heap is small

        answer, command = queries.answer(self, now_ms, request)
        if command is not None:
            self._commands.append(command)
            self._has_new_wish = True
        self._actions.append(("reply", query_id, answer))
        return self._settle(now_ms)

    def on_store_failed(self, now_ms, name, why, is_news):
        """The file `name` could not be written; is_news: not told lately."""
        if is_news:
            self.event(now_ms, reasons.STORE_FAILED, "gateway", [name, why])
        self.journal.store_failed(name)
        if self.vpp is not None and self.vpp.configuration is not None:
            self.vpp.configuration.store_failed(name)

    def stop(self, now_ms):
        """Begin the clean stop: ramp down, give control back, tell the broker, then exit."""
        self._begin_stop(now_ms, 0)
        return self._settle(now_ms)

    def _begin_stop(self, now_ms, exit_code):
        if self._stopping_ms is None:
            self._exit_code = exit_code
            self._stopping_ms = now_ms
            self.fleet.end_recovery()
            self._commands.append({"kind": "stop"})
            self._has_new_wish = True       # with what is left of it by now
            self.event(now_ms, reasons.STOPPING, "gateway", [])

    # -- one tick ----------------------------------------------------------------------------------------

    def _begin_tick(self, now_ms):
        period_ms = self._period_ms()
        if self._deadline_ms is not None:
            self._step(now_ms)      # the last round never ended: decide on what there is
        if self._next_tick_ms is None:
            self._next_tick_ms = now_ms
            self._recall(now_ms)
        self._withdraw_stale(now_ms)
        late_ms = now_ms - self._next_tick_ms
        if late_ms >= period_ms:
            self.stalls += 1
            self.event(now_ms, reasons.TICK_STALLED, "gateway", [late_ms])
            self._next_tick_ms += late_ms // period_ms * period_ms
        self._next_tick_ms += period_ms
        self.fleet.begin_round(now_ms)
        self._deadline_ms = now_ms + self.config.gateway.read_deadline_ms

    def _period_ms(self):
        """Time between two ticks; a reserve service is watched more closely."""
        service = self.config.service
        if service is not None:
            for der in self.state.ders:
                if der.view.reserve is not None:
                    return min(self.config.gateway.tick_ms, service.tick_ms)
        return self.config.gateway.tick_ms

    def _withdraw_stale(self, now_ms):
        """After a stall, setpoints that waited for the bus are no longer what is wanted."""
        if now_ms - self._next_tick_ms > STALL_TICKS * self.config.gateway.tick_ms:
            for bus in self.fleet.buses:
                bus.withdraw(now_ms)

    def _step(self, now_ms):
        self._deadline_ms = None
        self.ticks += 1
        commands, self._commands = self._commands, []
        snapshot = self._picture(now_ms)
        self._journal_inputs(now_ms, snapshot, commands)
        self.state, setpoints, events = controller.step(self.state, now_ms, snapshot, commands)
        self.fleet.actuate(now_ms, setpoints, self.state.backup)
        self.fleet.permit(self.state.commitments.is_permitted)
        events.extend(self.fleet.take_events())
        self._actions.extend(self.fleet.recover(now_ms, self.state, self.ports, events))
        self.journal.tick(now_ms, snapshot.chance, self.fleet.setpoint_registers())
        for event in events:
            self.event(now_ms, *event)
            self._has_new_wish = self._has_new_wish or event[0] in KEPT_AFTER
        if self.vpp is not None:
            self.vpp.report(now_ms, self.state, snapshot)
            self._actions.extend(self.vpp.take_stores())
            if self.vpp.configuration is not None:
                for event in self.vpp.configuration.take_events():
                    self.event(now_ms, *event)
            if self.vpp.is_restart_due() and not self._is_island():
                self._begin_stop(now_ms, EXIT_RESTART)
            for refusal in self.vpp.take_refusals(now_ms):
                self.journal.add_json(journal.EVENT, [now_ms] + list(refusal))
        if self.site_link is not None:
            self.site_link.report(now_ms, self)
        if self.last_hour is not None:
            self.last_hour.note(now_ms, self.state)
        self._actions.extend(self.journal.flush(now_ms))
        if self._has_new_wish:
            self._keep_wishes(now_ms)
        if self._stopping_ms is not None:
            from edge import farewell       # once

            self._actions.extend(farewell.actions(self, now_ms, self._stopping_ms, self._exit_code))

    def _is_island(self):
        """Whether the house hangs on a charger: a stop would leave it in the dark."""
        for der in self.state.ders:
            if der.view.island:
                return True
        return False

    def _picture(self, now_ms):
        lost_ms = self.vpp.lost_ms if self.vpp is not None else None
        return Snapshot(self.fleet.der_pictures(), self.fleet.meter_picture(), self.fleet.pv_pictures(),
                        conditions=self.fleet.conditions(now_ms), vpp_lost_ms=lost_ms,
                        chance=journal.drawn(self.ports.chance.uniform(0, 1)),
                        inputs=None if self._inputs is None else self._inputs.read(now_ms))

    def _recall(self, now_ms):
        from edge import recall     # once

        commands, events = recall.commands(self, now_ms)
        self._commands.extend(commands)
        for event in events:
            self.event(now_ms, *event)
        forget("edge.recall")

    def _keep_wishes(self, now_ms):
        from edge import recall     # when the household has one

        self._has_new_wish = False
        self._actions.extend(recall.keep(self, now_ms))
        forget("edge.recall")

    # -- journal and events ------------------------------------------------------------------------------

    def _journal_block(self, device, block, taken_ms, payload):
        self.journal.read(device, block, taken_ms, payload)

    def _journal_inputs(self, now_ms, snapshot, commands):
        if self.journal.begins_segment():
            self.journal.begin(VERSION, self.config.document)
        if self.journal.is_keyframe_due():
            from edge import keyframe   # once a minute

            self.journal.add_json(journal.KEYFRAME, keyframe.dump(self.state, self.fleet))
            self._actions.extend(keyframe.beside(self, now_ms))
            forget("edge.keyframe")
            self._status = None
        status = [snapshot.conditions, snapshot.vpp_lost_ms, snapshot.inputs and snapshot.inputs.plain()]
        if status != self._status:
            self._status = status
            self.journal.add_json(journal.STATUS, status)
        for command in commands:
            self.journal.add_json(journal.COMMAND, command)
            if command["kind"] == "announce":
                self._has_new_wish = True       # of the power plant: it has to outlive a restart too

    def event(self, now_ms, code, subject, values):
        """Tell an event: to the journal, the log and the power plant."""
        self.journal.add_json(journal.EVENT, [now_ms, code, subject, values])
        if reasons.severity_of(code) >= reasons.NOTICE:
            from edge import log_words      # seldom

            self.ports.log(log_words.event(code, subject, values))
            forget("edge.log_words", "edge.home_reasons", "edge.local_words", "edge.local_time")
        if self.vpp is not None:
            self.vpp.event(now_ms, code, subject, values)

    # -- actions -----------------------------------------------------------------------------------------

    def _settle(self, now_ms):
        """Collect what is to be done now and when to be woken next."""
        actions, self._actions = self._actions, []
        wake_ms = self._next_tick_ms if self._next_tick_ms is not None else now_ms
        if self._deadline_ms is not None and self._deadline_ms < wake_ms:
            wake_ms = self._deadline_ms
        for name, link in self._links.items():
            if link.takes_close(now_ms):
                actions.append(("close", name))
            elif link.wants_connection(now_ms):
                actions.append(("connect", name))
            if link.is_up:
                if self._deadline_ms is None:
                    link.fill(now_ms)
                data = link.outgoing(now_ms)
                if data:
                    actions.append(("send", name, data))
            link_wake_ms = link.next_wake_ms
            if link_wake_ms is not None and link_wake_ms < wake_ms:
                wake_ms = link_wake_ms
        self.next_wake_ms = max(wake_ms, now_ms)
        return actions
