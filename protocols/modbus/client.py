"""Modbus client of one link: queue, one outstanding request, deadlines, matching of answers.

Not its job: bytes of a frame (tcp, rtu), what to ask and when (drivers), sockets (runtime).
Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b §4.3; MODBUS over Serial Line V1.02 §2.4.

One request is outstanding at a time: most devices take no more. While both wait, urgent requests
and others take turns, so that neither starves. A timeout is final for its
request; repeating it is the caller's decision. Bytes that arrive in the pause after an exchange
start the pause anew on a line without transaction ids, for one more timeout at most.
"""

from protocols.modbus.pdu import CLOSED, MALFORMED, TIMEOUT, decode_response


class ModbusClient:
    """Sans-I/O client. Counters: frames_ok (exceptions included), timeouts, malformed, foreign."""

    def __init__(self, framing, timeout_ms=1000, gap_ms=0, queue_max=32):
        """framing: TcpFraming or RtuFraming of this link alone. timeout_ms: from sending to answer.
        gap_ms: silence kept between an answer and the next request. queue_max: requests waiting.

        A unit with an entry in gaps_ms wants that much silence before each request to it. What it would miss right after
        its own answer is for others, so nothing waits then.
        """
        self.timeout_ms = timeout_ms
        self.gap_ms = gap_ms
        self.gaps_ms = {}           # unit -> longer silence before its requests
        self.queue_max = queue_max
        self.frames_ok = 0
        self.timeouts = 0
        self._malformed_pdus = 0
        self._framing = framing
        self._urgent = []
        self._queue = []
        self._was_urgent = False    # the request sent last
        self._request = None        # (unit, pdu, tag, timeout_ms) sent and not answered
        self._transaction_id = 0
        self._deadline_ms = 0       # of the outstanding request
        self._pause_ms = 0          # kept since the last exchange
        self._send_from_ms = None   # its end; None: no exchange yet
        self._hold_until_ms = 0     # late bytes never delay the next request beyond this

    @property
    def malformed(self):
        """Answers that were none to their request, and times the frame boundary was lost."""
        return self._malformed_pdus + self._framing.malformed

    @property
    def foreign(self):
        """Intact frames, or on RTU runs of bytes, that no outstanding request awaited."""
        return self._framing.foreign

    @property
    def next_wake_ms(self):
        """When to call on_time or outgoing next; None: only after submit or receive."""
        if self._request is not None:
            return self._deadline_ms
        queue = self._turn()
        return self._free_ms(queue[0][0]) if queue else None

    def submit(self, unit, pdu, tag, urgent=False, timeout_ms=None):
        """Queue a request PDU; its result comes back once, with `tag`. False: the queue is full.

        urgent: before the others, which get every second turn; in order among themselves.
        timeout_ms: another one for this request.
        Raises ValueError for a unit that the framing cannot address.
        """
        if not self._framing.unit_min <= unit <= self._framing.unit_max:
            raise ValueError("unit %s: allowed %d..%d" % (unit, self._framing.unit_min, self._framing.unit_max))
        if len(self._queue) + len(self._urgent) >= self.queue_max:
            return False
        (self._urgent if urgent else self._queue).append((unit, pdu, tag, timeout_ms or self.timeout_ms))
        return True

    def outgoing(self, now_ms):
        """Frame to send now; b"" while a request is outstanding, the gap lasts, or nothing waits."""
        queue = self._turn()
        if self._request is not None or not queue or now_ms < self._free_ms(queue[0][0]):
            return b""
        self._was_urgent = queue is self._urgent
        self._request = unit, pdu, _, timeout_ms = queue.pop(0)
        self._transaction_id = (self._transaction_id + 1) & 0xFFFF
        self._deadline_ms = now_ms + timeout_ms
        return self._framing.wrap(self._transaction_id, unit, pdu)

    def receive(self, now_ms, data):
        """Take bytes of the link, however they are cut; list of (tag, kind, payload), at most one."""
        if self._request is None:
            self._framing.response(data, None, None, None)
            self._wait_for_silence(now_ms)
            return []
        unit, pdu, tag, _ = self._request
        response_pdu = self._framing.response(data, self._transaction_id, unit, pdu)
        if response_pdu is None:
            return []
        kind, payload = decode_response(pdu, response_pdu)
        if kind == MALFORMED:
            self._malformed_pdus += 1
        else:
            self.frames_ok += 1
        self._end_exchange(now_ms, self.gap_ms)
        return [(tag, kind, payload)]

    def on_time(self, now_ms):
        """[(tag, TIMEOUT, None)] when the outstanding request has passed its deadline, else []."""
        if self._request is None or now_ms < self._deadline_ms:
            return []
        tag = self._request[2]
        self.timeouts += 1
        self._framing.expire()
        self._end_exchange(now_ms, max(self.gap_ms, self._framing.quiet_ms))
        return [(tag, TIMEOUT, None)]

    def withdraw(self):
        """Take back what was not sent yet: (tag, CLOSED, None) for each; the outstanding request stays."""
        waiting = self._urgent + self._queue
        self._urgent = []
        self._queue = []
        return [(tag, CLOSED, None) for _, _, tag, _ in waiting]

    def reset(self):
        """The link was lost: (tag, CLOSED, None) for all that was outstanding or queued; start anew."""
        lost = self.withdraw()
        if self._request is not None:
            lost.insert(0, (self._request[2], CLOSED, None))
        self._request = None
        self._send_from_ms = None
        self._framing.clear()
        return lost

    def _turn(self):
        """The queue whose first request goes next."""
        if self._urgent and not (self._was_urgent and self._queue):
            return self._urgent
        return self._queue

    def _free_ms(self, unit):
        """When a request to this unit may go."""
        if self._send_from_ms is None:
            return 0
        return self._send_from_ms + max(self.gaps_ms.get(unit, 0) - self._pause_ms, 0)

    def _end_exchange(self, now_ms, pause_ms):
        self._request = None
        self._pause_ms = pause_ms
        self._send_from_ms = now_ms + pause_ms
        self._hold_until_ms = now_ms + max(pause_ms, self.timeout_ms)

    def _wait_for_silence(self, now_ms):
        """Bytes came in a pause: without transaction ids the line must first be silent for all of it."""
        if self._framing.quiet_ms and self._send_from_ms is not None and now_ms < self._send_from_ms:
            self._send_from_ms = min(now_ms + self._pause_ms, self._hold_until_ms)
