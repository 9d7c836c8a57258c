/** What a view is to the frame around it. */
import type { ComponentType } from "preact";
import type { StudioDocument } from "../../src/document/document.js";

/** What every view is given. Where it is, and what is chosen in it, is in `route` (route.ts). */
export interface ViewProps {
  readonly document: StudioDocument;
}

/** A view. */
export interface View {
  /** As it stands in the address: `timeline`. */
  readonly name: string;
  /** As it stands on its tab. */
  readonly title: string;
  /** Whether a document has anything for it. */
  readonly has: (document: StudioDocument) => boolean;
  /** What is said where a document has nothing for it: what it would show, and which command gives that. */
  readonly empty: string;
  /** Its code is fetched when it is first shown. */
  readonly load: () => Promise<ComponentType<ViewProps>>;
}
