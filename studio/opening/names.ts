/** Which files of a folder are looked at, by their names: a module's folder may hold ten thousand that are certainly no evidence. */
import { isSourceFolder } from "../../src/evidence/source/workspace/source-names.js";

/** Endings of what is written by people, drawn, or made by other tools. */
const otherEndings = new Set(
  (
    "go mod sum work md mdx rst adoc tex js mjs cjs jsx ts mts cts tsx vue svelte css scss sass less map " +
    "c h cc cpp cxx hpp hh m mm s asm rs py pyc rb java kt kts scala swift cs fs php pl lua r sql graphql proto thrift " +
    "sh bash zsh fish ps1 bat cmd mk cmake gradle yaml yml toml ini cfg conf properties env lock xml xsd plist " +
    "png jpg jpeg gif webp avif bmp ico svg psd ttf otf woff woff2 eot mp3 mp4 mov avi mkv webm wav ogg flac pdf " +
    "doc docx xls xlsx ppt pptx zip tar tgz bz2 xz zst 7z rar jar war deb rpm iso img o a so dylib dll class wasm " +
    "db sqlite sqlite3 parquet csv tsv pem key crt gitignore gitattributes editorconfig"
  ).split(" "),
);

/**
 * Whether a file that lies in a folder may be evidence: a recording, a log, a case, an executable. What it is, its content tells.
 *
 * @param path below the folder that was given
 */
export function mayBeEvidence(path: string): boolean {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  const dot = name.lastIndexOf(".");
  return parts.every(isSourceFolder) && !(dot !== -1 && otherEndings.has(name.slice(dot + 1).toLowerCase()));
}
