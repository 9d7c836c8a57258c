/** `maptrap asm`: functions of a Go program as instructions. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { AsmContext, AsmFlags } from "../asm.js";
import { htmlText } from "./html-option.js";

const help = `
BINARY is a Go program for linux/amd64, also a stripped one. Nothing is run, and no toolchain is needed.

FUNCTION is a name as Go prints it, its end, or a pattern:
  maptrap asm ./server runtime.mapassign_fast64
  maptrap asm ./server mapassign_fast64 'main.(*Cache).Put'
  maptrap asm ./server 'mapaccess*'
Without one, the map functions that the program holds are listed, one on a line.

Two functions are shown beside each other, and so is one function of two programs:
  maptrap asm ./server mapassign_fast64 mapaccess1_fast64
  maptrap asm ./server-go1.23 mapassign_fast64 --against ./server-go1.27

Shown are the instructions between the lines of source that they were made from (with their text where the source is on this
machine), reads and writes of each register, what it holds on entry, where what is in it is still wanted, and where the mark
by which Go finds concurrent map access is tested, set and cleared.`;

/** How many instructions of a function are listed when nothing else is asked for. */
const usualLimit = 2000;

/** Makes the command. */
export function asmCommand(context: AsmContext): Command<[string, string[]], AsmFlags> {
  return new Command("asm")
    .description("functions of a Go program as instructions: registers, map check, two of them side by side")
    .argument("<binary>", "a Go program for linux/amd64")
    .argument("[function...]", "names, ends of names or patterns")
    .option("--against <binary>", "another program, to compare with")
    .option("--syntax <syntax>", "gnu (as objdump and gdb write it) or intel", parseSyntax, "gnu")
    .option(
      "--limit <n>",
      "how many instructions are listed of each function; 0 for no listing",
      parseCount,
      usualLimit,
    )
    .option("--lines <a-b>", "list only what was made from these lines of source: 120 or 120-140", parseLines)
    .option("--width <n>", "columns of the report; those of the terminal when not given", parseCount)
    .option("--json", "print JSON (docs/asm.md)")
    .option("--html <file>", htmlText)
    .addHelpText("after", help)
    .action(async (binary, names, flags) => {
      const { showAsm } = await import("../asm.js");
      await showAsm(binary, names, flags, context);
    });
}

function parseSyntax(text: string): string {
  if (text !== "gnu" && text !== "intel") {
    throw new InvalidArgumentError("Write gnu or intel.");
  }
  return text;
}

function parseCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) {
    throw new InvalidArgumentError("Write a number from 0 to 9999999.");
  }
  return Number(text);
}

function parseLines(text: string): { readonly from: number; readonly to: number } {
  const found = /^(\d{1,8})(?:-(\d{1,8}))?$/.exec(text);
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (found === null || from > to) {
    throw new InvalidArgumentError("Write a line, or the first and the last one: 120-140.");
  }
  return { from, to };
}
