import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { orderKinds } from "../../../src/evidence/order/events.js";
import { copyEventFile } from "../../../src/evidence/ring/copy.js";
import { readHeadsAgain } from "../../../src/evidence/ring/copy-bytes.js";
import { readEventFile } from "../../../src/evidence/ring/read.js";
import { encodeEventFile } from "../../support/event-file.js";
import { writeOrderFile } from "../../support/order-events.js";
import { GrowingFile } from "../../support/growing-file.js";

describe("a copy of an event file that is being written", () => {
  const make = (): GrowingFile =>
    new GrowingFile(encodeEventFile({ header: { mode: "record" }, rings: [{ capacity: 4, events: [] }] }));

  it("has no event whose place was taken while it was made", async () => {
    const file = make();
    for (const a of [0, 1, 2, 3]) {
      file.add(0, { a });
    }
    // All but the last event is copied; then two more come, of which the copy has the beginning of the first.
    const copy = file.bytes.slice();
    file.add(0, { a: 4 });
    file.begin(0);
    await readHeadsAgain(copy, async (target, offset) => Promise.resolve(file.read(target, offset)));
    const { recording } = readEventFile(copy, "copy");
    expect(Array.from(recording?.events.a ?? [])).toEqual([2, 3]);
    expect(recording?.rings).toMatchObject([{ begun: 6, overwritten: 2, unfinished: 2, kept: 2 }]);
  });

  it("is left as it is when it is no event file, is cut, or its heads are not there any more", async () => {
    const whole = make().bytes;
    const other = new Uint8Array(5000).fill(7);
    for (const bytes of [other, whole.subarray(0, 100), new Uint8Array(0), whole]) {
      const copy = bytes.slice();
      await readHeadsAgain(copy, async () => Promise.resolve(0));
      expect(copy).toEqual(bytes);
    }
  });

  it("can be made of any bytes", async () => {
    const whole = make().bytes;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 170, max: 200 }), fc.nat(255))), async (flips) => {
        const copy = whole.slice();
        flips.forEach(([at, value]) => {
          copy[at] = value;
        });
        await readHeadsAgain(copy, async (target) => {
          expect(target.length).toBeLessThanOrEqual(copy.length);
          return Promise.resolve(target.length);
        });
      }),
    );
  });
});

describe("copyEventFile", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "maptrap-copy-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("copies event files and all others", async () => {
    const file = path.join(folder, "file");
    for (const bytes of [
      encodeEventFile({ header: { mode: "record" }, rings: [{ events: [{ a: 3 }] }], stacks: [] }),
      new TextEncoder().encode('{"case":1}'),
      new Uint8Array(0),
    ]) {
      writeFileSync(file, bytes);
      expect(await copyEventFile(file)).toEqual(bytes);
    }
    await expect(copyEventFile(path.join(folder, "nothing"))).rejects.toThrow("ENOENT");
  });

  it("copies of a file of order events what stands before the chunks, as far as it is there", async () => {
    const file = path.join(folder, "file");
    const { bytes, firstChunk } = writeOrderFile([{ goroutine: 1, kind: orderKinds.end }], {
      conflicts: [{}],
    });
    writeFileSync(file, bytes);
    // As the probe leaves it: a file of its largest size, in which most was never written.
    truncateSync(file, 2 ** 40);
    expect(await copyEventFile(file)).toEqual(bytes.subarray(0, firstChunk));
    writeFileSync(file, bytes.subarray(0, firstChunk - 1));
    expect(await copyEventFile(file)).toEqual(bytes.subarray(0, firstChunk - 1));
    new DataView(bytes.buffer).setBigUint64(16, 0xffff_ffff_ffff_ffffn, true);
    writeFileSync(file, bytes);
    expect(await copyEventFile(file)).toEqual(bytes.subarray(0, 4096));
  });
});
