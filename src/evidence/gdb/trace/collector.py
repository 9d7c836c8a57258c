# Runs inside GDB: breakpoints whose hits are written down here and handed over in batches, so that the program goes on
# after each of them without waiting for anybody. What to do comes as JSON, in hexadecimal digits.
#
# A row is written as row.ts says. What cannot be read makes a row of its own kind, `maptrap-unread`, so that it is counted.
import binascii
import json
import struct
import time

import gdb

MARK = "maptrap-trace"
NEAR = 65536
BATCH = 250
SECONDS = 0.25


class Collector:
    """What all breakpoints share."""

    def __init__(self, plan):
        self.swiss = plan["implementation"] == "swiss"
        self.goroutine_id = plan["goroutineId"]
        self.limit = plan["limit"]
        self.inferior = gdb.selected_inferior()
        self.rows = []
        self.count = 0
        self.unread = 0
        self.flushed = time.monotonic()
        self.map = plan.get("map")
        self.ended = False
        self.variable = plan.get("variable")

    def word(self, address):
        return struct.unpack("<Q", self.inferior.read_memory(address, 8))[0]

    def wanted(self, address):
        if self.variable is not None:
            return self.word(self.variable) == address
        return self.map is None or self.map == address

    def returns(self, first, frame, stack, sp):
        """Return addresses: the first one, and those above two saved frame pointers. Most lie in what was read of the stack."""
        found = [first, 0, 0]
        for index in (1, 2):
            offset = frame - sp
            if not 0 <= offset < NEAR:
                break
            if offset + 16 <= len(stack):
                frame, found[index] = struct.unpack_from("<QQ", stack, offset)
            else:
                frame, found[index] = struct.unpack("<QQ", self.inferior.read_memory(frame, 16))
        return found

    def take(self, row):
        self.rows.append(MARK + "".join(" %x" % word for word in row) + " %x\n" % time.monotonic_ns())
        self.count += 1
        if self.limit and self.count >= self.limit:
            self.flush()
            return True
        if len(self.rows) >= BATCH or time.monotonic() - self.flushed > SECONDS:
            self.flush()
        return False

    def flush(self):
        if self.rows:
            gdb.write("".join(self.rows))
            gdb.flush()
        self.rows = []
        self.flushed = time.monotonic()

    def end(self):
        if self.ended:
            return
        self.ended = True
        self.flush()
        gdb.write("maptrap-collected %x %x\n" % (self.count, self.unread))
        gdb.flush()


class Point(gdb.Breakpoint):
    """A breakpoint at one point of the plan."""

    def __init__(self, collector, index, point):
        super().__init__("*0x%x" % point["address"], internal=True)
        self.collector = collector
        self.index = index
        self.point = point
        self.silent = True

    def stop(self):
        collector = self.collector
        point = self.point
        try:
            frame = gdb.newest_frame()

            def register(name):
                return int(frame.read_register(name)) & 0xFFFFFFFFFFFFFFFF

            address = register(point["map"]) + point["offset"]
            if not collector.wanted(address):
                return False
            value = register(point["value"]) if point["value"] else 0
            sp = register("rsp")
            memory = collector.inferior.read_memory
            header = struct.unpack("<6Q", memory(address, 48))
            goroutine = collector.word(register("r14") + collector.goroutine_id)
            # Up to the return address; the callers' frames may lie at the very end of the stack.
            stack = memory(sp, point["delta"] + 8)
            if point["store"]:
                value &= 255
                above, first = struct.unpack_from("<QQ", stack, point["delta"] - 8)
                returns = collector.returns(first, above, stack, sp)
            else:
                first = struct.unpack_from("<Q", stack, 0)[0]
                returns = collector.returns(first, register("rbp"), stack, sp)
            table = 0
            if point["table"]:
                table = register(point["table"])
            elif collector.swiss and header[3] == 1:
                table = collector.word(header[2])
            words = struct.unpack("<2Q", memory(table, 16)) if table else (0, 0)
            row = (self.index, address, value) + header + (goroutine, sp) + tuple(returns) + (table,) + words
        except (gdb.error, struct.error, OverflowError):
            collector.unread += 1
            return False
        return collector.take(row)


def maptrap_start(digits):
    """Sets the breakpoints of a plan."""
    plan = json.loads(binascii.unhexlify(digits).decode())
    collector = Collector(plan)
    for index, point in enumerate(plan["points"]):
        Point(collector, index, point)
    gdb.events.exited.connect(lambda event: collector.end())
    return collector
