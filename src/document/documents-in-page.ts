/** Takes documents out of a file of `--html` again. It may come from anywhere, so all of it is checked. */
import { z } from "zod";
import { placedFrameSchema } from "../case/parts.js";
import { caseSchema } from "../case/schema.js";
import { MaptrapError } from "../base/errors.js";
import { asmSchema } from "./asm-schema.js";
import { documentFormat, documentVersion, type StudioDocument } from "./document.js";
import { goroutinesSchema } from "./goroutines-schema.js";
import { mapSchema } from "./map-schema.js";
import { modelSchema } from "./model-schema.js";
import { traceSchema } from "./trace-schema.js";

/** What stands before the documents, and after them. */
export const documentsStart = '<script type="application/json" id="maptrap-documents">';
const documentsEnd = "</script>";

const text = z.string();
const count = z.int().min(0);
const notes = z.array(text);

/** Bytes that are in the file itself; there is no server and no page that could have others. */
const bytesSchema = z.object({ kind: z.literal("embedded"), base64: text, size: count });

/** A document, with all its parts. */
export const documentSchema = z.object({
  format: z.literal(documentFormat),
  version: z.literal(documentVersion),
  handle: text,
  title: text,
  notes,
  case: caseSchema.nullable(),
  excerpts: z.array(
    z.object({
      file: text,
      line: count,
      lines: z.array(z.object({ number: count, text, marked: z.boolean() })),
    }),
  ),
  recordings: z.array(
    z.object({
      evidence: text,
      bytes: bytesSchema,
      places: z.array(z.object({ stack: count, site: count, frame: placedFrameSchema })),
    }),
  ),
  goroutines: z.array(goroutinesSchema).default([]),
  trace: traceSchema.nullable(),
  maps: z.array(
    z.object({
      title: text,
      file: text,
      map: mapSchema,
      notes,
      packed: bytesSchema.nullable().default(null),
    }),
  ),
  code: asmSchema.nullable(),
  programs: z.array(z.object({ name: text, bytes: bytesSchema })),
  model: modelSchema.nullable(),
});

const lineSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("document"), document: documentSchema }),
  z.object({ kind: z.enum(["progress", "failure", "end"]) }),
]);

/** A file has documents in it that cannot be read: damaged, or of another version. */
export class PageDocumentsError extends MaptrapError {
  constructor(options: { readonly cause: unknown }) {
    super("the documents in this page cannot be read", {
      wayOut: "make the page again with this version of maptrap, or open it by itself",
      ...options,
    });
  }
}

/**
 * The documents that are in a page.
 *
 * @param html the text of the file
 * @returns undefined when it is not such a page
 * @throws PageDocumentsError
 */
export function documentsInPage(html: string): StudioDocument[] | undefined {
  const start = html.indexOf(documentsStart);
  const end = html.indexOf(documentsEnd, start);
  if (start === -1 || end === -1) {
    return undefined;
  }
  const lines = html.slice(start + documentsStart.length, end).split("\n");
  try {
    return lines
      .filter((line) => line.trim() !== "")
      .map((line) => lineSchema.parse(JSON.parse(line)))
      .flatMap((message) => (message.kind === "document" ? [message.document] : []));
  } catch (error) {
    throw new PageDocumentsError({ cause: error });
  }
}
