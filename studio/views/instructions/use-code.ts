/** What the view shows, as it follows from the address: the functions are loaded when they change. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ShownCode, shownInPieces } from "../../../src/document/asm-view.js";
import type { StudioDocument } from "../../../src/document/document.js";
import { endDecoding, type OpenSource, openSource, saidOf } from "./open-source.js";
import { inSlices } from "./slices.js";
import { type Chosen, defaultsOfCode, defaultsOfProgram, type CodeSource, sourcesIn } from "./sources.js";

/** What is there. */
export interface CodeState {
  /** Sources that were opened so far, by their names. */
  readonly open: ReadonlyMap<string, OpenSource>;
  readonly left: Chosen | undefined;
  readonly right: Chosen | undefined;
  readonly code: ShownCode | undefined;
  /** What is being done; undefined when nothing is. */
  readonly doing: string | undefined;
  readonly error: { readonly sentence: string; readonly wayOut: string } | undefined;
}

const nothing: CodeState = {
  open: new Map(),
  left: undefined,
  right: undefined,
  code: undefined,
  doing: undefined,
  error: undefined,
};

/** What the address says. */
export interface CodeParams {
  readonly left: string;
  readonly leftIn: string;
  /** `-` for one function alone. */
  readonly right: string;
  readonly rightIn: string;
}

/** Loads what the address names. `again` loads it once more after an error. */
export function useCode(
  document: StudioDocument,
  sources: readonly CodeSource[],
  { left, leftIn, right, rightIn }: CodeParams,
): { readonly state: Signal<CodeState>; readonly again: () => void } {
  const state = useSignal<CodeState>(nothing);
  const attempt = useSignal(0);
  useEffect(() => {
    let wanted = true;
    const say = (change: Partial<CodeState>): void => {
      if (wanted) {
        state.value = { ...state.peek(), ...change };
      }
    };
    say({ doing: "loading", error: undefined });
    load(document, sources, { left, leftIn, right, rightIn }, say).then(
      () => say({ doing: undefined }),
      (error: unknown) => say({ doing: undefined, error: saidOf(error), code: undefined }),
    );
    return () => {
      wanted = false;
    };
  }, [document, sources.length, left, leftIn, right, rightIn, attempt.value]);
  return {
    state,
    again: () => {
      endDecoding();
      state.value = nothing;
      attempt.value += 1;
    },
  };
}

async function load(
  document: StudioDocument,
  sources: readonly CodeSource[],
  params: CodeParams,
  say: (change: Partial<CodeState>) => void,
): Promise<void> {
  const own = sourcesIn(document);
  const named = (id: string): CodeSource | undefined =>
    (id === "" ? own[0] : sources.find((source) => source.id === id)) ?? own[0];
  const open = new Map<string, OpenSource>();
  const opened = async (source: CodeSource): Promise<OpenSource> => {
    const known = open.get(source.id) ?? (await openSource(source, (doing) => say({ doing })));
    open.set(source.id, known);
    say({ open: new Map(open) });
    return known;
  };
  const source = named(params.leftIn);
  if (source === undefined) {
    return;
  }
  const first = await opened(source);
  const usual =
    source.kind === "code" && params.leftIn === ""
      ? defaultsOfCode(document)
      : defaultsOfProgram(document.case, source.id, first.mapFunctions);
  const left = params.left === "" ? usual.left : { source: source.id, name: params.left };
  const right =
    params.right === "-"
      ? undefined
      : params.right !== ""
        ? { source: named(params.rightIn)?.id ?? source.id, name: params.right }
        : params.left === ""
          ? usual.right
          : undefined;
  say({ left, right });
  const given = async (chosen: Chosen): ReturnType<OpenSource["load"]> => {
    const from = await opened(named(chosen.source) ?? source);
    say({ doing: "decoding" });
    return from.load(chosen.name);
  };
  if (left === undefined) {
    say({ code: undefined });
    return;
  }
  // While one is decoded the other is taken over.
  const [a, b] = await Promise.all([given(left), right === undefined ? undefined : given(right)]);
  say({ code: await inSlices(shownInPieces(a, b)) });
}
