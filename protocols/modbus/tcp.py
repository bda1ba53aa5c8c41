"""Modbus TCP framing: MBAP header around a PDU, reassembly of one direction of one link.

Not its job: what the PDU says (pdu), retries and deadlines (client).
Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3.

Resync: frames are taken by their length field. A header with another protocol id than 0 or a
length outside 2..254 means the boundary is lost; reading goes on at the next bytes that look
like a header (for a client: the one it waits for). Every such jump counts as `malformed`.
"""

import struct

from protocols.modbus.pdu import PDU_MAX_BYTES

_HEADER_BYTES = 7                    # transaction id, protocol id, length, unit
_LENGTH_MIN = 2                      # unit and function code
_LENGTH_MAX = 1 + PDU_MAX_BYTES      # unit and PDU
_NO_PROTOCOL = b"\x00\x00\x00"       # protocol id 0 and the high byte of any valid length


class TcpFraming:
    """Frames of one Modbus TCP link. `foreign`: frames nobody asked for; `malformed`: lost boundaries."""

    unit_min, unit_max = 0, 255
    quiet_ms = 0  # late answers are told apart by their transaction id

    def __init__(self):
        self.foreign = 0
        self.malformed = 0
        self._rest = b""
        self._is_stale = False  # the rest has already outlived a timeout

    def clear(self):
        """Forget a partial frame: the link was lost."""
        self._rest = b""
        self._is_stale = False

    def expire(self):
        """A request timed out. Late bytes may still complete its partial frame, so that stays; one
        that outlives a second timeout was no frame."""
        if self._is_stale:
            self._rest = b""
        self._is_stale = self._rest != b""

    def wrap(self, transaction_id, unit, pdu):
        """Whole frame of a PDU; transaction_id 0..65535, unit 0..255."""
        return struct.pack(">HHHB", transaction_id, 0, len(pdu) + 1, unit) + pdu

    def response(self, data, transaction_id, unit, request_pdu):
        """PDU that answers the outstanding request, or None while it has not arrived whole.

        transaction_id: None when nothing is outstanding. Other intact frames count as `foreign`.
        """
        found = None
        for frame_id, frame_unit, pdu in self._frames(data, transaction_id):
            if found is None and frame_id == transaction_id and frame_unit == unit:
                found = pdu
            else:
                self.foreign += 1
        return found

    def requests(self, data):
        """List of (transaction id, unit, PDU) of the requests that `data` completes."""
        return self._frames(data, None)

    def _frames(self, data, awaited_id):
        if self._rest:
            data = self._rest + data
        frames = []
        start, end = 0, len(data)
        while end - start >= _HEADER_BYTES:
            frame_id, protocol, length, unit = struct.unpack_from(">HHHB", data, start)
            if protocol or not _LENGTH_MIN <= length <= _LENGTH_MAX:
                self.malformed += 1
                start = _next_header(data, start + 1, awaited_id)
                continue
            stop = start + 6 + length  # the length counts from the unit on
            if stop > end:
                break
            frames.append((frame_id, unit, data[start + _HEADER_BYTES:stop]))
            start = stop
        self._rest = data[start:]
        if start:
            self._is_stale = False
        return frames


def _next_header(data, start, awaited_id):
    """Where the next header begins, or may begin when bytes still to come complete it."""
    if awaited_id is None:
        mark, lead = _NO_PROTOCOL, 2
    else:
        mark, lead = struct.pack(">H", awaited_id) + _NO_PROTOCOL, 0
    found = data.find(mark, start + lead)
    if found < 0:
        size = len(mark) - 1
        while not data.endswith(mark[:size]):
            size -= 1
        found = len(data) - size
    return max(start, found - lead)
