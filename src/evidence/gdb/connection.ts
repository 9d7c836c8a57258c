/**
 * Requests and records: each request is matched with its result by a token, and every other record goes to who listens.
 */
import { CancelledError } from "../../base/errors.js";
import { GdbEndedError, GdbRefusedError, GdbTimeoutError } from "./errors.js";
import { LineFramer } from "./line-framer.js";
import { type MiRecord, type MiTuple, textOf } from "./record.js";
import { RecordLog } from "./record-log.js";
import { readRecord } from "./record-reader.js";
import { writeRequest } from "./request.js";
import { Transport, type TransportEnd, type TransportOptions } from "./transport.js";

/** How one request is made. */
export interface RequestOptions {
  /** How long GDB may take; 30 s when not given. */
  readonly timeoutMilliseconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a connection is made. */
export interface ConnectionOptions extends TransportOptions {
  /** Where every line is written, to GDB and from it; nowhere when not given. */
  readonly logFile?: string | undefined;
}

/** How long a request may take when nothing else is said. */
const usualTimeout = 30_000;

/** A request whose result is awaited. */
interface Pending {
  readonly operation: string;
  readonly resolve: (results: MiTuple) => void;
  readonly reject: (error: Error) => void;
  readonly finish: () => void;
}

/** How many characters of GDB's own messages are kept for the next error. */
const logKept = 2000;

/** A conversation with one GDB. */
export class Connection {
  /** Settles when GDB has ended. */
  readonly ended: Promise<TransportEnd>;
  readonly #transport: Transport;
  readonly #log: RecordLog | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(record: MiRecord) => void>();
  #nextToken = 1;
  #end: TransportEnd | undefined;
  /** What GDB has written to its log stream lately: where a refusal says little, this says more. */
  #said = "";

  private constructor(transport: Transport, log: RecordLog | undefined, framer: LineFramer) {
    this.#transport = transport;
    this.#log = log;
    this.ended = transport.ended.then((end) => {
      framer.end();
      this.#finish(end);
      return end;
    });
  }

  /**
   * Starts GDB.
   *
   * @throws GdbMissingError when it cannot be started
   */
  static async start(options: ConnectionOptions): Promise<Connection> {
    const log = options.logFile === undefined ? undefined : new RecordLog(options.logFile);
    const early: Uint8Array[] = [];
    let connection: Connection | undefined;
    const framer = new LineFramer((line) => {
      log?.received(line);
      connection?.take(readRecord(line));
    });
    try {
      const transport = await Transport.start(options, (piece) => {
        if (connection === undefined) {
          early.push(piece);
        } else {
          framer.push(piece);
        }
      });
      connection = new Connection(transport, log, framer);
    } catch (error) {
      log?.close();
      throw error;
    }
    early.forEach((piece) => framer.push(piece));
    return connection;
  }

  /** The process's id. */
  get processId(): number {
    return this.#transport.processId;
  }

  /** What GDB has written to its own log and to standard error lately. */
  get said(): string {
    return this.#said;
  }

  /** Called with every record that is no result of a request. Gives a function that ends it. */
  listen(listener: (record: MiRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Makes a request.
   *
   * @param operation without the hyphen: `exec-continue`
   * @throws GdbRefusedError with GDB's words; GdbTimeoutError; GdbEndedError; CancelledError when the signal aborts
   */
  async request(
    operation: string,
    parameters: readonly string[] = [],
    options: RequestOptions = {},
  ): Promise<MiTuple> {
    if (this.#end !== undefined) {
      throw new GdbEndedError(this.#end.how, this.#end.lastWords);
    }
    if (options.signal?.aborted === true) {
      throw new CancelledError();
    }
    const token = this.#nextToken++;
    const line = writeRequest(token, operation, parameters);
    return new Promise((resolve, reject) => {
      const limit = options.timeoutMilliseconds ?? usualTimeout;
      const give = (error: Error): void => {
        this.#pending.get(token)?.finish();
        reject(error);
      };
      const timer = setTimeout(() => give(new GdbTimeoutError(`-${operation}`, limit)), limit);
      const onAbort = (): void => give(new CancelledError());
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const finish = (): void => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", onAbort);
        this.#pending.delete(token);
      };
      this.#pending.set(token, { operation, resolve, reject, finish });
      this.#log?.sent(line);
      this.#transport.write(line);
    });
  }

  /** A command of GDB's own language. Only for constant texts and numbers: nothing in it is quoted. */
  async command(text: string, options: RequestOptions = {}): Promise<MiTuple> {
    return this.request("interpreter-exec", ["console", text], options);
  }

  /** Tells GDB to stop what it does, as Ctrl-C does. */
  interrupt(): void {
    this.#transport.interrupt();
  }

  /** Lets GDB end: it gets some time to do so by itself, then it is ended. */
  async close(graceMilliseconds = 2000): Promise<void> {
    if (this.#end === undefined) {
      this.#transport.end();
      const timer = setTimeout(() => this.#transport.kill(), graceMilliseconds);
      await this.ended;
      clearTimeout(timer);
    }
  }

  /** Ends GDB at once. */
  async kill(): Promise<void> {
    if (this.#end === undefined) {
      this.#transport.kill();
      await this.ended;
    }
  }

  /** Takes one record. */
  take(record: MiRecord): void {
    if (record.kind === "result") {
      this.#settle(record);
      return;
    }
    if (record.kind === "stream" && record.stream === "log") {
      this.#said = (this.#said + record.text).slice(-logKept);
    }
    this.#listeners.forEach((listener) => listener(record));
  }

  #settle(record: Extract<MiRecord, { readonly kind: "result" | "exec" | "status" | "notify" }>): void {
    const pending = record.token === undefined ? undefined : this.#pending.get(record.token);
    if (pending === undefined) {
      // Of a request that has timed out, or a second result of one.
      return;
    }
    pending.finish();
    if (record.class === "error") {
      const said = textOf(record.results, "msg") ?? "no reason given";
      pending.reject(new GdbRefusedError(`-${pending.operation}`, said));
    } else {
      pending.resolve(record.results);
    }
  }

  #finish(end: TransportEnd): void {
    this.#end = end;
    this.#said = (this.#said + end.lastWords).slice(-logKept);
    for (const pending of this.#pending.values()) {
      pending.finish();
      pending.reject(new GdbEndedError(end.how, end.lastWords));
    }
    this.#log?.close();
  }
}
