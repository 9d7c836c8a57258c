/** What the parts of the view are given: the document with its case, and what is looked up in it. */
import type { Case, Evidence, PlacedFrame, Side } from "../../../src/case/case.js";
import type { SourceExcerpt, StudioDocument } from "../../../src/document/document.js";
import { placeInSource } from "../../../src/report/text/finding.js";

/** The document, and its case. */
export interface CaseInView {
  readonly document: StudioDocument;
  readonly incident: Case;
}

/** Evidence by its handle. */
export function evidenceOf({ incident }: CaseInView, handle: string): Evidence | undefined {
  return incident.evidence.find((one) => one.handle === handle);
}

/** The lines of source around a place; undefined where the document has none. */
export function excerptAt(
  { document }: CaseInView,
  place: Pick<PlacedFrame, "file" | "line"> | null,
): SourceExcerpt | undefined {
  return place === null
    ? undefined
    : document.excerpts.find(({ file, line }) => file === place.file && line === place.line);
}

/** The lines of source around a side's place. */
export function excerptOfSide(view: CaseInView, side: Side): SourceExcerpt | undefined {
  return excerptAt(view, placeInSource(side));
}

/** Places that come from the source alone are shown relative to it. */
export function folderOf({ incident }: CaseInView, side: Side): string {
  const source = incident.evidence.find(({ kind }) => kind === "source");
  return source !== undefined && side.goroutine.id === null ? source.path : incident.workingDirectory;
}
