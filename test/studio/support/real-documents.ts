/** Documents of every kind, from files that real commands made (test/fixtures/studio). */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { decodeCase } from "../../../src/case/file.js";
import { asmSchema } from "../../../src/document/asm-schema.js";
import { emptyDocument, type StudioDocument } from "../../../src/document/document.js";
import { mapDocumentSchema } from "../../../src/document/map-schema.js";
import { modelFileSchema } from "../../../src/document/model-schema.js";
import { traceSchema } from "../../../src/document/trace-schema.js";
import { repositoryRoot } from "../../support/toolchains.js";

/** A file as it was printed. */
export function realText(name: string): string {
  return gunzipSync(readFileSync(path.join(repositoryRoot, "test/fixtures/studio", `${name}.gz`))).toString();
}

/** One of each kind, and of each kind of map. */
export function realDocuments(): StudioDocument[] {
  const json = (name: string): unknown => JSON.parse(realText(name));
  const parts: Partial<StudioDocument>[] = [
    { title: "trap-case.json", case: decodeCase(realText("trap-case.json"), "trap-case.json") },
    ...["1.23", "1.27"].flatMap((version) => [
      { title: `stop-${version}.json`, case: decodeCase(realText(`stop-${version}.json`), "stop") },
      { title: `trace-${version}.json`, trace: traceSchema.parse(json(`trace-${version}.json`)) },
      mapPart(`map-${version}.json`, json(`map-${version}.json`)),
      { title: `asm-${version}.json`, code: asmSchema.parse(json(`asm-${version}.json`)) },
    ]),
    modelPart(json("explore.json"), "explore"),
    modelPart(json("model-run.json"), "run"),
  ];
  return parts.map((part, index) => ({ ...emptyDocument(`d${index}`, ""), ...part }));
}

function mapPart(name: string, json: unknown): Partial<StudioDocument> {
  const { subject, notes, map } = mapDocumentSchema.parse(json);
  return { title: name, maps: [{ title: subject, map, notes, file: name }] };
}

function modelPart(json: unknown, begin: "run" | "explore"): Partial<StudioDocument> {
  const { program, settings, token } = modelFileSchema.parse(json);
  return {
    title: `${begin}.json`,
    model: { label: "article", program, settings, token: token ?? null, begin },
  };
}
