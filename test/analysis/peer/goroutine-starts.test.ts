import { expect, it } from "vitest";
import { FactsIndex } from "../../../src/analysis/peer/facts-index.js";
import { startsOfGoroutine } from "../../../src/analysis/peer/goroutine-starts.js";
import { RootFinder } from "../../../src/analysis/peer/roots.js";
import { SourceMatch } from "../../../src/analysis/peer/source-match.js";
import { runtimeFrame, textGoroutine } from "../../support/observations.js";
import { fact, factsOf, start } from "../../support/source-facts.js";

const index = new FactsIndex(
  factsOf({
    functions: [fact("example.com/shop.(*Cache).Get", 22, 30), fact("main.main", 50, 70)],
    starts: [start(1, 50, "main"), start(0, 60, "http-handler", { many: true })],
  }),
);

/** The starts that a goroutine may come from which waits somewhere in a library, and was created by a function of it. */
function startsOf(creator: string): readonly number[] {
  const goroutine = textGoroutine(9, [runtimeFrame("internal/poll.runtime_pollWait")], {
    createdBy: { goroutine: null, frame: runtimeFrame(creator) },
  });
  return [...startsOfGoroutine(goroutine, new SourceMatch(index), new RootFinder(index))];
}

it.each([
  "net/http.(*Server).Serve",
  "net/http.(*http2serverConn).processHeaders",
  "net/http.(*timeoutHandler).ServeHTTP",
])("a goroutine that %s created may run the program's handlers", (creator) => {
  expect(startsOf(creator)).toEqual([1]);
});

it.each([
  "net/http.(*Transport).dialConn",
  "net/http.(*Transport).startDialConnForLocked",
  "net/http.(*connReader).startBackgroundRead",
  "net/http.(*http2Transport).newClientConn",
  "net/http/httptest.(*Server).goServe",
])("a goroutine that %s created runs none", (creator) => {
  expect(startsOf(creator)).toEqual([]);
});
