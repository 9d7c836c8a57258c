/**
 * Locks, wait groups and channels have several names: a pointer to a lock is kept in a field, a channel is a parameter. Here
 * names that may mean the same thing are put together.
 */

/** Groups of keys that may mean the same thing. */
export class Synonyms {
  readonly #parents = new Map<string, string>();
  readonly #joined = new Set<string>();
  /** For each group: the keys that are the thing itself, not a reference to it. */
  readonly #things = new Map<string, Set<string>>();

  /** Two keys may mean the same thing. */
  join(one: string, other: string): void {
    this.#joined.add(one).add(other);
    const a = this.group(one);
    const b = this.group(other);
    if (a === b) {
      return;
    }
    this.#parents.set(b, a);
    const things = this.#things.get(b);
    if (things !== undefined) {
      this.#things.set(a, new Set([...(this.#things.get(a) ?? []), ...things]));
      this.#things.delete(b);
    }
  }

  /** A key is the thing itself: a variable or field that is a lock, not a pointer to one. */
  thing(key: string): void {
    const group = this.group(key);
    const things = this.#things.get(group) ?? new Set();
    this.#things.set(group, things.add(key));
  }

  /** Whether a key has other names. */
  isJoined(key: string): boolean {
    return this.#joined.has(key);
  }

  /** The name of the group that a key is in. */
  group(key: string): string {
    let top = key;
    for (let next = this.#parents.get(top); next !== undefined; next = this.#parents.get(top)) {
      top = next;
    }
    // Shorten the way for the next time.
    for (let at = key; at !== top;) {
      const next = this.#parents.get(at) ?? top;
      this.#parents.set(at, top);
      at = next;
    }
    return top;
  }

  /** The one thing that a key means; the key itself when that is not sure. */
  meaning(key: string): string {
    const group = this.group(key);
    const things = this.#things.get(group);
    if (things?.has(key) === true) {
      return key;
    }
    const [only, another] = things ?? [];
    if (another !== undefined) {
      return key;
    }
    return only ?? group;
  }
}
