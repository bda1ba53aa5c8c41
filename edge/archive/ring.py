"""Ring of files that hold stored records: the oldest goes first, each is removed once its last record was delivered.

Not its job: what a record is (records.py), when to write or to send (keeper.py).
Files are hist-N, behind the slot of the operator they are for (link/place.py), numbered through across restarts, never
written again after a restart or a failed write: a torn end has to stay the end. Files of earlier runs that stayed small
share a place, or a gateway that restarts again and again would push out what there is room for. That a file is there is the read cursor that survives a restart; what was delivered of it before comes
again, and the host drops it. So a cursor costs no write of its own.
An hour with a service takes some 10 MB, a day without one 9 MB.
Source: ours. Wear, reckoned: appends are synced, which costs some 20 KiB of an ext4 card (data block, inode, journal) beside
the data. One every 10 s are 0.2 GB with plain telemetry and 0.4 GB with a service, a day *of outage*; while the broker is
there nothing is written. A card of 16 GB that stands 500 cycles at a write amplification of 4 takes 2 TB: 30 and 13 years
of outage. A board's NOR flash with 256 blocks of 4 KiB and 100,000 cycles erases about 3 of them an append: 2.7 years of
outage, 65 years with an hour of it a day.
"""
from edge.archive import records

BEGINNING = "hist-"
FILES = 64
FILE_MIN_BYTES = 4096
SMALL = 8       # so many small files, of a file's size divided by as much, take the place of one
# What is read at once: at least two of the largest records, so that damage never hides a whole one.
READ_BYTES = 2 * (records.RECORD_MAX_BYTES + records.HEAD_BYTES)
# Of the free space, so that a full ring leaves room for the journal and an update.
FREE_DIVISOR = 4


class Ring:
    """numbers: of the files there are, oldest first."""

    def __init__(self, store, bytes_max, slot=""):
        """store: port; bytes_max: of all files together; a quarter of the free space where that is less."""
        self._store = store
        self._beginning = slot + BEGINNING
        numbers = [name[len(self._beginning):] for name in store.names(self._beginning)]
        self.numbers = sorted([int(number) for number in numbers if number.isdigit()])
        free_bytes = store.free_bytes()
        if free_bytes is not None:
            bytes_max = min(bytes_max, free_bytes // FREE_DIVISOR)
        self.bytes_max = bytes_max
        self.delivered = (-1, 0)    # (file, up to where) the broker has what was read last
        self._file_bytes = max(bytes_max // FILES, FILE_MIN_BYTES)
        self._small = [number for number in self.numbers if not store.read(self._name(number), self._file_bytes // SMALL, 1)]
        # What is there stays: its own files are no reason to have less room after a restart.
        self._places_max = max(bytes_max // self._file_bytes, 2, self._places())
        self._next = self.numbers[-1] + 1 if self.numbers else 0
        self._written = 0       # bytes of the file that is being written; 0: the next append begins one

    def append(self, data):
        """Adds records, synced; how many older records had to go for them. OSError when they could not be written."""
        lost = 0
        if not self._written or self._written + len(data) > self._file_bytes:
            self._written = 0
            while self._places() >= self._places_max:
                lost += self.drop_oldest()
            self.numbers.append(self._next)
            self._next += 1
        written, self._written = self._written, 0
        self._store.append(self._name(self.numbers[-1]), data, True)
        self._written = written + len(data)
        return lost

    def _places(self):
        return len(self.numbers) - len(self._small) + (len(self._small) + SMALL - 1) // SMALL

    def drop_oldest(self):
        """Gives the oldest file up; how many records were not delivered, those it told as lost included."""
        number, count = self.numbers[0], 0
        start = self.delivered[1] if self.delivered[0] == number else 0
        while True:
            data = self.read(number, start)
            end = 0
            while True:
                body, stop = records.next_record(data, end)
                if body is None:
                    break
                count += 1 + told_lost(data[body:stop])
                end = stop
            if len(data) < READ_BYTES:
                break
            start += end or READ_BYTES // 2
        self._remove(number)
        return count

    def close(self, number):
        """A file is being sent: what comes next begins another one."""
        if number == self.numbers[-1]:
            self._written = 0

    def deliver(self, number, at, is_end):
        """The broker has a file up to `at`; with is_end all of it."""
        self.delivered = (number, at)
        if is_end and number in self.numbers:
            self._remove(number)

    def read(self, number, start):
        """Bytes of a file from there on, READ_BYTES at most; b"" behind its end."""
        return self._store.read(self._name(number), start, READ_BYTES) or b""

    def _remove(self, number):
        self._store.remove(self._name(number))
        self.numbers.remove(number)
        if number in self._small:
            self._small.remove(number)

    def _name(self, number):
        return self._beginning + str(number)


def told_lost(body):
    """The count in a stored event that told a loss: it must not be forgotten with its file."""
    if b'"code":490,' not in body:
        return 0
    text = bytes(body)
    digits = text[text.rfind(b" ") + 1:text.rfind(b'"')]
    return int(digits) if digits.isdigit() else 0
