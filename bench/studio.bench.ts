/**
 * The timeline of a recording of ten million events, in headless Chromium: how long from the address to the picture, how long frames take
 * while one pans and zooms, and how much memory the page needs. Beside it, for scale, a static picture of as many slices drawn one by one
 * in the same page, without a summary.
 *
 * Goals: under 5 s, a median frame under 20 ms, under 1 GB.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { ServedFile } from "../src/cli/studio-server/served-file.js";
import { MessageLog } from "../src/cli/studio-server/messages.js";
import { startStudioServer } from "../src/cli/studio-server/server.js";
import { emptyDocument } from "../src/document/document.js";
import { writeLargeRecording } from "./studio/large-recording.js";

const goals = { open: 5, frame: 20, memory: 1 };
const frames = 120;

const folder = await mkdtemp(path.join(tmpdir(), "maptrap-studio-"));
const file = path.join(folder, "large.maptrap");
const made = await writeLargeRecording(file);
const served = await ServedFile.open(file);
const messages = new MessageLog();
messages.add({
  kind: "document",
  document: {
    ...emptyDocument("d0", "large.maptrap"),
    recordings: [{ evidence: "e0", bytes: { kind: "served", url: "file/0", size: made.bytes }, places: [] }],
  },
});
messages.add({ kind: "end" });
const server = await startStudioServer({ messages, files: [served] });
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const watched = await browser.newBrowserCDPSession();
  const seconds = await opened(page, `${server.url}#/d0/timeline`);
  const label = await labelOf(page);
  if (!label.includes("marks in view") || /\b0 marks/.test(label)) {
    throw new Error(`nothing is drawn: ${label}`);
  }
  const memory = await rendererMemory(watched);
  const panning = await framesWhile(page, "pan");
  const zooming = await framesWhile(page, "zoom");
  const after = await rendererMemory(watched);
  const slices = await staticPicture(page, made.events);
  console.log(
    `studio: ${(made.events / 1e6).toFixed(1)} million events (${Math.round(made.bytes / 1e6)} MB): drawn ${seconds.toFixed(1)} s after the address was called ` +
      `(goal ${goals.open}); frames while panning ${milliseconds(panning)}, while zooming ${milliseconds(zooming)} (median, 95th; goal ${goals.frame} ms); ` +
      `memory of the page ${(memory / 1e9).toFixed(2)} GB when drawn, ${(after / 1e9).toFixed(2)} GB afterwards (goal ${goals.memory}); ` +
      `a static picture of as many slices took ${slices.toFixed(1)} s, ${(slices / (panning[0] / 1000)).toFixed(0)} times one frame`,
  );
} finally {
  await browser.close();
  await server.close();
  await served.close();
  await rm(folder, { recursive: true, force: true });
}

/** Seconds until the whole recording is drawn. */
async function opened(page: Page, url: string): Promise<number> {
  const start = performance.now();
  await page.goto(url);
  await page.waitForFunction(
    () =>
      /[1-9][\d,]* marks in view/.test(
        document.querySelector(".timeline-canvas")?.getAttribute("aria-label") ?? "",
      ),
    undefined,
    { timeout: 120_000, polling: 20 },
  );
  return (performance.now() - start) / 1000;
}

async function labelOf(page: Page): Promise<string> {
  return (await page.getAttribute(".timeline-canvas", "aria-label")) ?? "";
}

/** Median and 95th percentile of the time from frame to frame, in milliseconds, while something is done in each frame. */
async function framesWhile(page: Page, what: "pan" | "zoom"): Promise<readonly [number, number]> {
  await page.focus(".timeline-canvas");
  const times = await page.evaluate(
    async ({ kind, count }) => {
      const canvas = document.querySelector(".timeline-canvas");
      const box = canvas?.getBoundingClientRect();
      const wheel = (deltaX: number, deltaY: number): void => {
        canvas?.dispatchEvent(
          new WheelEvent("wheel", {
            deltaX,
            deltaY,
            clientX: (box?.left ?? 0) + (box?.width ?? 0) * 0.6,
            clientY: (box?.top ?? 0) + 200,
            cancelable: true,
            bubbles: true,
          }),
        );
      };
      const deltas: number[] = [];
      let last = 0;
      for (let frame = 0; frame < count; frame++) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        if (frame > 2) {
          deltas.push(now - last);
        }
        last = now;
        if (kind === "zoom") {
          wheel(0, Math.floor(frame / 30) % 2 === 0 ? -60 : 60);
        } else {
          if (frame === 0) {
            for (let step = 0; step < 6; step++) {
              wheel(0, -200);
            }
          }
          wheel(Math.floor(frame / 40) % 2 === 0 ? 60 : -60, 0);
        }
      }
      return deltas.toSorted((one, other) => one - other);
    },
    { kind: what, count: frames },
  );
  return [times[times.length >>> 1] ?? NaN, times[Math.floor(times.length * 0.95)] ?? NaN];
}

function milliseconds([median, most]: readonly [number, number]): string {
  return `${median.toFixed(1)} and ${most.toFixed(1)} ms`;
}

/** Resident bytes of all renderers, with all of their workers. */
async function rendererMemory(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === "renderer")
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
        return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
      }),
  );
  return Math.max(...sizes);
}

/** Seconds for as many slices as there are events, one rectangle each. */
async function staticPicture(page: Page, count: number): Promise<number> {
  return page.evaluate((slices) => {
    const canvas = document.createElement("canvas");
    canvas.width = 1060;
    canvas.height = 470;
    const context = canvas.getContext("2d");
    const start = performance.now();
    for (let slice = 0; slice < slices && context !== null; slice++) {
      context.fillStyle = slice % 3 === 0 ? "#00619e" : "#a84300";
      context.fillRect(((slice * 1060) / slices) | 0, (slice % 18) * 26, 2, 20);
    }
    // Read, so that it is drawn and not only noted down.
    context?.getImageData(0, 0, 1, 1);
    return (performance.now() - start) / 1000;
  }, count);
}
