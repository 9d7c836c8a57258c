/** A goroutine by its handle, `g7`, as a link to it in the view of all goroutines. */
import type { JSX } from "preact";
import { routeHash } from "../page/route.js";
import "./parts.css";

/**
 * The handle.
 *
 * @param document handle of the document that it is in
 * @param of which observation's goroutines it is among (`sourceOf` in src/document/goroutines/sources.ts)
 * @param id null where the evidence does not tell it
 */
export function GoroutineHandle({
  document,
  id,
  of = "",
}: {
  readonly document: string;
  readonly id: number | null;
  readonly of?: string;
}): JSX.Element {
  return id === null ? (
    <span class="part-goroutine mono">g?</span>
  ) : (
    <a
      class="part-goroutine mono"
      href={routeHash({
        document,
        view: "goroutines",
        params: { ...(of === "" ? {} : { of }), select: `g${id}` },
      })}
      title={`goroutine ${id}, among all goroutines`}
    >
      g{id}
    </a>
  );
}
