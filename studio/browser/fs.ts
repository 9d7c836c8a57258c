/** A page has no files. What reads bytes that it was given never comes here. */
function noFiles(): never {
  throw new Error("a page has no files of its own");
}

export const closeSync = noFiles;
export const fstatSync = noFiles;
export const openSync = noFiles;
export const readSync = noFiles;
export const statSync = noFiles;

export const constants = { O_RDONLY: 0, O_NONBLOCK: 0 };
