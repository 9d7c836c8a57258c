/**
 * The example programs under `examples/` and what is expected of a run of each. examples/README.md describes both.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "./toolchains.js";

/** One place in an example's source that touches the map. */
export const exampleSiteSchema = z.strictObject({
  /** The letter of the comment `// site: A` at the end of the line. */
  mark: z.string().regex(/^[A-Z]$/),
  /** Relative to the example's folder, with slashes. */
  file: z.string().regex(/^[\w/]+\.go$/),
  line: z.int().min(1),
  /** As the Go runtime prints it; left out where it differs between Go versions. */
  function: z.string().min(1).optional(),
  operation: z.enum(["read", "assign", "delete", "iterate", "clear", "clone", "length"]),
});

/** Two sites that can meet, in no order; a site can meet itself in another goroutine. */
export const exampleConflictSchema = z.strictObject({
  kind: z.enum([
    "concurrent map read and map write",
    "concurrent map writes",
    "concurrent map iteration and map write",
    "concurrent map clone and map write",
  ]),
  sites: z.tuple([exampleSiteSchema, exampleSiteSchema]),
});

/** An expected.json. */
export const expectationSchema = z.strictObject({
  /** The maptrap command that the example is for. */
  command: z.enum(["run", "test"]),
  /** The first Go version that builds it, where that is not 1.19. */
  minimumGo: z.literal("1.21").optional(),
  /** How a program gets here, in one sentence. */
  about: z.string().regex(/^\S.*\.$/),
  /** All that can be found. A run is right when it finds one of these or more, and nothing else. */
  conflicts: z.array(exampleConflictSchema).min(1),
});

/** A place in an example that touches the map. */
export type ExampleSite = z.infer<typeof exampleSiteSchema>;

/** A conflict that can be found in an example. */
export type ExampleConflict = z.infer<typeof exampleConflictSchema>;

/** An example program with what is expected of it. */
export interface Example extends z.infer<typeof expectationSchema> {
  readonly name: string;
  /** Where its module is, absolute; the racing package is the one in this folder. */
  readonly directory: string;
  /** Where the package of the repaired twin is, absolute; it belongs to the same module. */
  readonly repairedDirectory: string;
}

/** The folder of all examples. */
export const examplesDirectory = path.join(repositoryRoot, "examples");

/**
 * All examples, by name.
 *
 * @throws Error when an expected.json is missing or not as it should be, with the name of the example
 */
export function loadExamples(): Example[] {
  return readdirSync(examplesDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => loadExample(entry.name))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function loadExample(name: string): Example {
  const directory = path.join(examplesDirectory, name);
  const json: unknown = JSON.parse(readFileSync(path.join(directory, "expected.json"), "utf8"));
  const parsed = expectationSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(`examples/${name}/expected.json: ${z.prettifyError(parsed.error)}`);
  }
  return { ...parsed.data, name, directory, repairedDirectory: path.join(directory, "repaired") };
}
