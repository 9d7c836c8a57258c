/** Messages about documents as lines of JSON: between the server of `maptrap studio` and its page, and within a file of `--html`. */
import { z } from "zod";
import { documentFormat, documentVersion, type DocumentMessage, type StudioDocument } from "./document.js";

/** Its parts were checked when they were read; here it is only told from something else. */
const documentSchema = z.custom<StudioDocument>(
  (value) => frameSchema.safeParse(value).success,
  "is no document of this version",
);

const frameSchema = z.looseObject({
  format: z.literal(documentFormat),
  version: z.literal(documentVersion),
  handle: z.string(),
  title: z.string(),
});

const messageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), text: z.string(), share: z.number().nullable() }),
  z.object({ kind: z.literal("document"), document: documentSchema }),
  z.object({
    kind: z.literal("failure"),
    name: z.string(),
    sentence: z.string(),
    wayOut: z.string().nullable(),
  }),
  z.object({ kind: z.literal("end") }),
]);

/** One line, without a line feed. A document that is larger than a text can be becomes a failure. */
export function encodeMessage(message: DocumentMessage): string {
  try {
    return JSON.stringify(message);
  } catch (error) {
    if (!(error instanceof RangeError) || message.kind !== "document") {
      throw error;
    }
    return encodeMessage({
      kind: "failure",
      name: message.document.title,
      sentence: "it is more than a page can be given",
      wayOut: "open fewer files at once, or a part of this one",
    });
  }
}

/**
 * Reads one line.
 *
 * @throws SyntaxError or ZodError when it is none
 */
export function decodeMessage(line: string): DocumentMessage {
  return messageSchema.parse(JSON.parse(line));
}
