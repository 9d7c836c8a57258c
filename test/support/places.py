# Run by GDB (test/integration/asm.test.ts): stops a program at chosen instructions and compares what the value flow says is in
# registers and stack slots with what the registers held when the function was entered.
#
#   gdb -nx -batch -ex 'python plan = "PLAN.json"' -x places.py --args PROGRAM ARGUMENTS
#
# The plan: {"output": file, "hits": n, "functions": [{"name", "entry", "registers": [...],
#   "points": [{"pc", "delta", "places": {register: [[kind, where, difference], ...]}}],
#   "calls": {returnAddress: {"delta", "places"}}}], "callees": [address, ...],
#   "callers": {returnAddress: {"delta", "register", "places"}}}
import json
import gdb

with open(plan) as file:
    work = json.load(file)

MASK = (1 << 64) - 1
entered = {}  # (goroutine, function) -> registers on entry
result = {"checked": 0, "points": 0, "wrong": [], "calls": 0, "callers": 0}


def register(name):
    return int(gdb.parse_and_eval("(unsigned long)$" + name)) & MASK


def word(address):
    return int.from_bytes(gdb.selected_inferior().read_memory(address, 8).tobytes(), "little")


def compare(what, places, expected, top):
    for kind, where, difference in places:
        held = register(where) if kind == "register" else word(top + where)
        result["checked"] += 1
        if (held + difference) & MASK != expected and len(result["wrong"]) < 50:
            result["wrong"].append("%s: %s %s holds %x, not %x" % (what, kind, where, held, expected))


class Entry(gdb.Breakpoint):
    def __init__(self, function):
        super().__init__("*%d" % function["entry"], internal=True)
        self.function = function

    def stop(self):
        held = {name: register(name) for name in self.function["registers"]}
        entered[(register("r14"), self.function["name"])] = held
        caller = work["callers"].get(str(word(register("rsp"))))
        if caller is not None:
            result["callers"] += 1
            top = register("rsp") + 8 + caller["delta"]
            compare("caller of %s" % self.function["name"], caller["places"], held[caller["register"]], top)
        return False


class Point(gdb.Breakpoint):
    def __init__(self, function, point):
        super().__init__("*%d" % point["pc"], internal=True)
        self.function = function
        self.point = point
        self.left = work["hits"]

    def stop(self):
        held = entered.get((register("r14"), self.function["name"]))
        if held is not None:
            top = register("rsp") + self.point["delta"]
            for name, places in self.point["places"].items():
                compare("%s at %x: %s" % (self.function["name"], self.point["pc"], name), places, held[name], top)
            self.left -= 1
            if self.left == work["hits"] - 1:
                result["points"] += 1
        # A breakpoint must not be deleted while it decides; it is switched off, and stops no more.
        if self.left <= 0:
            self.enabled = False
        return False


class Callee(gdb.Breakpoint):
    def __init__(self, address):
        super().__init__("*%d" % address, internal=True)
        self.left = 20 * work["hits"]

    def stop(self):
        rsp = register("rsp")
        found = calls.get(word(rsp))
        if found is not None:
            function, call = found
            held = entered.get((register("r14"), function["name"]))
            if held is not None:
                result["calls"] += 1
                for name, places in call["places"].items():
                    compare("%s in call: %s" % (function["name"], name), places, held[name], rsp + 8 + call["delta"])
                self.left -= 1
        if self.left <= 0:
            self.enabled = False
        return False


calls = {}
for function in work["functions"]:
    for address, call in function["calls"].items():
        calls[int(address)] = (function, call)

gdb.execute("set pagination off")
gdb.execute("set language c")
gdb.execute("handle SIGURG nostop noprint pass")
gdb.execute("starti", to_string=True)
for function in work["functions"]:
    Entry(function)
    for point in function["points"]:
        Point(function, point)
entries = set(function["entry"] for function in work["functions"])
for address in work["callees"]:
    if address not in entries:
        Callee(address)
gdb.execute("continue", to_string=True)
with open(work["output"], "w") as file:
    json.dump(result, file)
