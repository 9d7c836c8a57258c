/** Answers to questions that are asked of source facts again and again. Tables are made when they are first needed. */
import type {
  CallEdge,
  MapAccess,
  MapFlow,
  MapVariable,
  SourceFacts,
  SourceFunction,
  StartEdge,
} from "../../evidence/source/facts.js";

/** The facts about a program's source, with tables to look things up by. */
export class FactsIndex {
  readonly #tables = new Map<string, ReadonlyMap<unknown, readonly number[]>>();

  constructor(readonly facts: SourceFacts) {}

  /** A function by its index. */
  function(index: number): SourceFunction | undefined {
    return this.facts.functions[index];
  }

  /** A variable by its index. */
  variable(index: number): MapVariable | undefined {
    return this.facts.variables[index];
  }

  /** The variable with a key. */
  variableOf(key: string): MapVariable | undefined {
    const [found] = this.#look("variables by key", this.facts.variables, (one) => one.key, key);
    return found === undefined ? undefined : this.facts.variables[found];
  }

  /** Files with such a name, whatever their folder. */
  filesNamed(baseName: string): readonly string[] {
    return this.#filesByName.get(baseName) ?? [];
  }

  /** The functions of a file. */
  functionsOf(file: string): readonly number[] {
    return this.#look("functions by file", this.facts.functions, ({ file: of }) => of, file);
  }

  /** The accesses in a file. */
  accessesIn(file: string): readonly MapAccess[] {
    const found = this.#look("accesses by file", this.facts.accesses, ({ file: of }) => of, file);
    return pick(this.facts.accesses, found);
  }

  /** The accesses to a variable. */
  accessesTo(variable: number): readonly MapAccess[] {
    const found = this.#look("accesses by variable", this.facts.accesses, (one) => one.variable, variable);
    return pick(this.facts.accesses, found);
  }

  /** Where a map that this variable holds may come from. */
  flowsInto(variable: number): readonly MapFlow[] {
    return pick(
      this.facts.flows,
      this.#look("flows by to", this.facts.flows, ({ to }) => to, variable),
    );
  }

  /** Where a map that this variable holds may go. */
  flowsOutOf(variable: number): readonly MapFlow[] {
    return pick(
      this.facts.flows,
      this.#look("flows by from", this.facts.flows, ({ from }) => from, variable),
    );
  }

  /** Who calls a function. */
  callersOf(called: number): readonly CallEdge[] {
    return pick(
      this.facts.calls,
      this.#look("calls by callee", this.facts.calls, (one) => one.callee, called),
    );
  }

  /** The starts of goroutines in a function. */
  startsIn(starter: number): readonly StartEdge[] {
    return pick(
      this.facts.starts,
      this.#look("starts by starter", this.facts.starts, (one) => one.starter, starter),
    );
  }

  /** What a function calls. */
  callsFrom(caller: number): readonly CallEdge[] {
    return pick(
      this.facts.calls,
      this.#look("calls by caller", this.facts.calls, (one) => one.caller, caller),
    );
  }

  /** The starts at a place, see {@link StartEdge.site}. */
  startsAt(site: number): readonly StartEdge[] {
    return pick(
      this.facts.starts,
      this.#look("starts by site", this.facts.starts, (one) => one.site, site),
    );
  }

  /** The starts in a file, as indexes into the facts' starts. */
  startIndexesIn(file: string): readonly number[] {
    return this.#look("starts by file", this.facts.starts, (one) => one.file, file);
  }

  /** How many functions a call may lead to. */
  calleesAt(site: number): number {
    return this.#look("calls by site", this.facts.calls, (one) => one.site, site).length;
  }

  /** How a function is started on a goroutine of its own. */
  startsOf(started: number): readonly StartEdge[] {
    return pick(this.facts.starts, this.startIndexesOf(started));
  }

  /** The same, as indexes into the facts' starts. */
  startIndexesOf(started: number): readonly number[] {
    return this.#look("starts by started", this.facts.starts, (one) => one.started, started);
  }

  readonly #filesByName = lazy(() => {
    const files = new Set([
      ...this.facts.functions.map(({ file }) => file),
      ...this.facts.accesses.map(({ file }) => file),
    ]);
    const byName = new Map<string, string[]>();
    for (const file of files) {
      const name = file.slice(file.lastIndexOf("/") + 1);
      const list = byName.get(name);
      if (list === undefined) {
        byName.set(name, [file]);
      } else {
        list.push(file);
      }
    }
    return byName;
  });

  #look<T, K>(table: string, items: readonly T[], keyOf: (item: T) => K, key: K): readonly number[] {
    let found = this.#tables.get(table);
    if (found === undefined) {
      found = tableOf(items, keyOf);
      this.#tables.set(table, found);
    }
    return found.get(key) ?? [];
  }
}

function tableOf<T>(items: readonly T[], keyOf: (item: T) => unknown): Map<unknown, number[]> {
  const table = new Map<unknown, number[]>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    const list = table.get(key);
    if (list === undefined) {
      table.set(key, [index]);
    } else {
      list.push(index);
    }
  });
  return table;
}

function pick<T>(items: readonly T[], indexes: readonly number[]): T[] {
  return indexes.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [item];
  });
}

/** A map that is made at the first look into it. */
function lazy<K, V>(make: () => ReadonlyMap<K, V>): { get: (key: K) => V | undefined } {
  let made: ReadonlyMap<K, V> | undefined;
  return {
    get: (key) => {
      made ??= make();
      return made.get(key);
    },
  };
}
