/** The shape of the recorded crash texts of the example programs: test/fixtures/crash-texts/examples/NAME.json.gz. */
import { z } from "zod";
import { exampleSiteSchema } from "../examples.js";
import { RECORDED } from "./old-go.js";

const goroutineId = z.int().min(0);

/** A place in an example, as the text names it. */
const placeSchema = z.strictObject({
  /** The letter of `// site: A`. */
  mark: z.string().regex(/^[A-Z]$/),
  goroutine: goroutineId,
  /** As printed, without arguments. */
  function: z.string().min(1),
  /** As printed. */
  file: z.string().min(1),
  line: z.int().min(1),
  operation: exampleSiteSchema.shape.operation,
});

/** What the text shows of the peer's goroutine. */
export const peerShownSchema = z.enum([
  /** Its stack has the marked line, with a map function of the runtime above it. */
  "in-map-function",
  /** Its stack has the marked line, and no map function is shown. */
  "at-site",
  /** Its stack is there and is somewhere else. */
  "elsewhere",
  /** `goroutine running on other thread; stack unavailable`. */
  "unavailable",
  /** It is not in the text. */
  "absent",
]);

/** What is true of a text. */
export const truthSchema = z.strictObject({
  kind: z.string().regex(/^concurrent map /),
  /** How often the headline is there. */
  headlines: z.int().min(1),
  /** The side that noticed first. */
  detector: placeSchema,
  /** The marks that can be the other side of this detector and kind, by expected.json. */
  peerMarks: z.array(z.string().regex(/^[A-Z]$/)).min(1),
  /** Who had marked the map as being changed, as the runtime told apart from the text; null when it was not told. */
  peer: placeSchema.extend({ shown: peerShownSchema }).nullable(),
  /** The ids in the goroutine headers, in the order of the text. */
  goroutines: z.array(goroutineId).min(1),
});

export const tracebacks = ["unset", "all", "system", "crash"] as const;
export const builds = ["plain", "unoptimised", "trimpath", "go-test"] as const;

/** One recorded text. */
export const crashTextSchema = z.strictObject({
  /** EXAMPLE/go1.NN/TRACEBACK/BUILD/N */
  name: z.string().min(1),
  example: z.string().min(1),
  goVersion: z.enum(RECORDED),
  /** For example `go1.27.3`. */
  goRelease: z.string().regex(/^go1\./),
  /** GOTRACEBACK. */
  traceback: z.enum(tracebacks),
  /** `unoptimised`: -gcflags "-N -l"; `go-test`: what `go test` shows, not the test binary alone. */
  build: z.enum(builds),
  truth: truthSchema,
  text: z.string().min(1),
});

/** A text that was tried for and did not come. */
export const missingTextSchema = z.strictObject({
  goVersion: z.enum(RECORDED),
  traceback: z.enum(tracebacks),
  build: z.enum(builds),
  kind: z.string(),
  detector: z.string(),
  tries: z.int().min(1),
});

/** A file of them. */
export const crashTextFileSchema = z.strictObject({
  format: z.literal("example-crash-texts"),
  version: z.literal(1),
  example: z.string().min(1),
  texts: z.array(crashTextSchema),
  missing: z.array(missingTextSchema),
});

export type CrashTextTruth = z.infer<typeof truthSchema>;
export type RecordedCrashText = z.infer<typeof crashTextSchema>;
export type MissingText = z.infer<typeof missingTextSchema>;
export type CrashTextFile = z.infer<typeof crashTextFileSchema>;
export type Traceback = (typeof tracebacks)[number];
export type Build = (typeof builds)[number];
export type PeerShown = z.infer<typeof peerShownSchema>;
