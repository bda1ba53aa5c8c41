"""Modbus RTU framing: unit, PDU, CRC; on a serial line or carried over TCP.

Not its job: what the PDU says (pdu), the serial line itself (the port), deadlines (client).
Source: MODBUS over Serial Line Specification V1.02, sections 2.5.1 and 6.2.2 (CRC).

Resync: a TCP converter or a driver's buffer hides the 3.5 character silence that ends a frame,
so frames are found by content: unit, function, the length these imply, and a right CRC.
All bytes that cannot belong to such a frame are skipped.

Echo: some two-wire adapters receive what they send. A request that comes back before the answer is dropped. That the
line does so is learned from requests that no device repeats; only then an answer of function 5 or 6, which equals its
request, has to come twice.
"""

from array import array

from protocols.modbus.pdu import (
    EXCEPTION_FLAG, READ_COILS, READ_WRITE_REGISTERS, WRITE_COIL, WRITE_COILS, WRITE_REGISTER, WRITE_REGISTERS,
    response_size,
)

_FRAME_MAX_BYTES = 256  # V1.02 §2.5.1
_ENVELOPE_BYTES = 3     # unit and CRC
_POLYNOMIAL = 0xA001    # x16 + x15 + x2 + 1, reflected

_ECHO = (WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS)  # answered without a byte count
_REPEATED = (WRITE_COIL, WRITE_REGISTER)    # answered with the request itself
_PLAIN_REQUEST_BYTES = 8  # unit, function, address, count or value, CRC
# Requests that carry data: where in the frame their byte count stands.
_BYTE_COUNT_AT = {WRITE_COILS: 6, WRITE_REGISTERS: 6, READ_WRITE_REGISTERS: 10}


def _crc_table():
    table = array("H")
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
        table.append(crc)
    return table


_CRC_TABLE = _crc_table()


def crc16(data):
    """CRC of `data` as an integer 0..65535, sent low byte first; 0 over a frame with its right CRC."""
    table = _CRC_TABLE
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


class RtuFraming:
    """Frames of one RTU line. `foreign`: runs of bytes nobody awaits; `malformed`: times bytes were skipped."""

    unit_min, unit_max = 1, 247  # 0 is broadcast: nobody answers it, so a client has nothing to wait for

    def __init__(self, quiet_ms=200):
        """quiet_ms: silence the client keeps after a timeout: without transaction id a late answer
        would pass for the answer to the next request. Default: turnaround delay, V1.02 §2.4.1."""
        self.quiet_ms = quiet_ms
        self.foreign = 0
        self.malformed = 0
        self.echoes = False     # the line repeats what is sent
        self._rest = b""
        self._sent = b""        # the outstanding request's frame while its echo may come

    def clear(self):
        """The link was lost: forget a partial frame, and whether the adapter repeats; the next one may be another."""
        self._rest = self._sent = b""
        self.echoes = False

    def expire(self):
        """A request timed out: what came of its answer is of no use."""
        self._rest = self._sent = b""

    def wrap(self, _transaction_id, unit, pdu):
        """Whole frame of a PDU; unit 0..247."""
        body = bytes((unit,)) + pdu
        crc = crc16(body)
        self._sent = body + bytes((crc & 0xFF, crc >> 8))
        return self._sent

    def response(self, data, transaction_id, unit, request_pdu):
        """PDU that answers the outstanding request, or None while it has not arrived whole.

        transaction_id: None when nothing is outstanding: then all bytes are late or foreign.
        """
        if transaction_id is None:
            self.foreign += 1
            self._rest = b""
            return None
        data = self._rest + data
        if self._sent:
            data = self._without_echo(data, request_pdu[0])
            if self._sent:
                self._rest = data
                return None
        begin, end = _scan(data, 0, _response_length, (unit, request_pdu[0], response_size(request_pdu)))
        if begin > 0:
            self.malformed += 1
        if end is None:
            self._rest = data[begin:]
            return None
        if end < len(data):
            self.foreign += 1
        self._rest = b""
        return data[begin + 1:end - 2]

    def _without_echo(self, data, function):
        """What follows the echo; while that may still be coming, `_sent` stays."""
        sent = self._sent
        is_told_apart = self.echoes or function not in _REPEATED
        at = data.find(sent) if is_told_apart else -1
        if at >= 0:
            self.malformed += at > 0
            self.echoes = True
            self._sent = b""
            return data[at + len(sent):]
        is_coming = sent[:len(data)] == data or self.echoes and function in _REPEATED
        if not (is_told_apart and is_coming):
            self._sent = b""
        return data

    def requests(self, data):
        """List of (None, unit, PDU) of the requests that `data` completes.

        A function whose length is not known is only found when its frame ends the data.
        """
        data = self._rest + data
        frames = []
        start = 0
        while True:
            begin, end = _scan(data, start, _request_length, None)
            if end is None and _is_unknown_function(data, start):
                begin, end = start, len(data)
            if begin > start:
                self.malformed += 1
            if end is None:
                self._rest = data[begin:]
                return frames
            frames.append((None, data[begin], data[begin + 1:end - 2]))
            start = end


def _scan(data, start, length_at, awaited):
    """(begin, end) of the first intact frame; (begin, None): only what follows may still become one."""
    stop = len(data)
    keep = stop
    for begin in range(start, stop):
        length = length_at(data, begin, awaited)
        if not length:
            continue
        end = begin + length
        if end > stop:
            keep = min(keep, begin)
        elif crc16(data[begin:end]) == 0:
            return begin, end
    return keep, None


def _response_length(data, begin, awaited):
    """Length of the awaited response if its frame may begin at `begin`, else 0."""
    unit, function, size = awaited
    if data[begin] != unit:
        return 0
    seen = len(data) - begin
    if seen > 1 and data[begin + 1] == function | EXCEPTION_FLAG:
        return 2 + _ENVELOPE_BYTES
    if seen > 1 and data[begin + 1] != function:
        return 0
    if seen > 2 and function not in _ECHO and data[begin + 2] != size - 2:
        return 0  # another byte count than asked for: the late answer of another request
    return size + _ENVELOPE_BYTES


def _request_length(data, begin, _awaited):
    """Length of the request whose frame may begin at `begin`, at least; 0 if none may."""
    seen = len(data) - begin
    if seen == 1:
        return _PLAIN_REQUEST_BYTES
    function = data[begin + 1]
    if READ_COILS <= function <= WRITE_REGISTER:
        return _PLAIN_REQUEST_BYTES
    count_at = _BYTE_COUNT_AT.get(function)
    if count_at is None:
        return 0
    length = count_at + 1 + (data[begin + count_at] if seen > count_at else 0) + 2
    return length if length <= _FRAME_MAX_BYTES else 0


def _is_unknown_function(data, start):
    """True if all data from `start` is one intact frame of a function this module has no length for."""
    return (len(data) - start > _ENVELOPE_BYTES and _request_length(data, start, None) == 0
            and len(data) - start <= _FRAME_MAX_BYTES and crc16(data[start:]) == 0)
