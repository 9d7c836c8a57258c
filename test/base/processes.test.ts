import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { CancelledError } from "../../src/base/errors.js";
import { ProcessStartError, type ProcessOptions, runProcess } from "../../src/base/processes.js";
import { isRunning } from "../support/running.js";

/** Runs a few lines of JavaScript in a Node process of their own. */
async function runScript(script: string, options: ProcessOptions = {}, ...args: string[]) {
  return runProcess(process.execPath, ["-e", script, "--", ...args], options);
}

/** A signal that aborts as soon as the child has written something, so that the child is surely running. */
function abortOnOutput(): { signal: AbortSignal; onStdout: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onStdout: () => controller.abort() };
}

describe("runProcess", () => {
  it("gives status, output and error output", async () => {
    const script = "process.stdout.write('out ü'); process.stderr.write('err'); process.exitCode = 7";
    await expect(runScript(script)).resolves.toEqual({
      status: 7,
      signal: null,
      stdout: "out ü",
      stderr: "err",
      truncated: false,
      cancelled: false,
    });
  });

  it("hands over arguments untouched by any shell", async () => {
    const args = ["a b", "$HOME", "*", "; exit 3", '"', ""];
    const result = await runScript("console.log(JSON.stringify(process.argv.slice(1)))", {}, ...args);
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  it("hands over environment, working directory and input", async () => {
    const script =
      "process.stdin.on('data', (d) => console.log(process.env.COLOUR, process.cwd(), String(d)))";
    const result = await runScript(script, { env: { COLOUR: "red" }, cwd: "/", stdin: { text: "hello" } });
    expect(result.stdout).toBe("red / hello\n");
  });

  it("does not mind a child that ends without reading its input", async () => {
    const result = await runScript("process.exit(0)", { stdin: { text: "x".repeat(1_000_000) } });
    expect(result.status).toBe(0);
  });

  it("keeps the first bytes of long output and says that there was more", async () => {
    const result = await runScript("process.stdout.write('x'.repeat(300_000) + 'end')", {
      maxOutputBytes: 1000,
    });
    expect(result).toMatchObject({ status: 0, truncated: true, stdout: "x".repeat(1000) });
  });

  it("shows output as it comes", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "processes-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const heard = path.join(folder, "heard");
    const pieces: Uint8Array[] = [];
    // The child says no more until its first word was heard.
    const script = `
      console.log("a");
      const wait = () => fs.existsSync(${JSON.stringify(heard)}) ? console.log("b") : setTimeout(wait, 10);
      wait();`;
    const result = await runScript(script, {
      onStdout: (piece) => {
        pieces.push(piece);
        writeFileSync(heard, "");
      },
    });
    expect(pieces.map(String)).toEqual(["a\n", "b\n"]);
    expect(Buffer.concat(pieces).toString()).toBe(result.stdout);
  });

  it("tells a signal from a status", async () => {
    const result = await runScript("process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 10_000)");
    expect(result).toMatchObject({ status: null, signal: "SIGKILL", cancelled: false });
  });

  it("says which program could not be started", async () => {
    // A PATH of another user may hold folders that one may not look into, which is told as another reason.
    const env = { PATH: path.dirname(process.execPath) };
    const call = runProcess("maptrap-no-such-program", [], { env });
    const error: unknown = await call.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProcessStartError);
    expect(error).toMatchObject({ command: "maptrap-no-such-program", code: "ENOENT", exitStatus: 1 });
  });

  it("does not start when the work is already cancelled", async () => {
    await expect(runScript("0", { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });

  it("lets a cancelled child say its last words", async () => {
    const script =
      "process.on('SIGINT', () => { console.log('bye'); process.exit(3) }); console.log('up'); setTimeout(() => {}, 90_000)";
    const result = await runScript(script, { ...abortOnOutput(), graceMilliseconds: 60_000 });
    expect(result).toMatchObject({ cancelled: true, status: 3, stdout: "up\nbye\n" });
  });

  it("kills a cancelled child that does not end", async () => {
    const script = "process.on('SIGINT', () => {}); console.log('up'); setInterval(() => {}, 1000)";
    const result = await runScript(script, { ...abortOnOutput(), graceMilliseconds: 100 });
    expect(result).toMatchObject({ cancelled: true, status: null, signal: "SIGKILL" });
  });

  it("ends the whole group of a cancelled child", async () => {
    const script = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGINT', () => {}); setInterval(() => {}, 1000)"]);
      child.once("spawn", () => console.log(String(child.pid)));
      setInterval(() => {}, 1000);`;
    const result = await runScript(script, { ...abortOnOutput(), graceMilliseconds: 500, ownGroup: true });
    expect(result.cancelled).toBe(true);
    await expect.poll(() => isRunning(Number(result.stdout)), { timeout: 25_000 }).toBe(false);
  });

  it("does not wait for ever for a stream that a grandchild holds", async () => {
    const script = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "inherit", detached: true });
      child.once("spawn", () => { console.log(String(child.pid)); process.exit(0); });`;
    const result = await runScript(script);
    expect(result.status).toBe(0);
    process.kill(Number(result.stdout));
  });
});
