/** base64url (RFC 4648, section 5, without padding): bytes as text that may stand in an address or a shell's word. */

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Map(Array.from(letters, (letter, index) => [letter.charCodeAt(0), index]));

/** Bytes as text. */
export function toBase64Url(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const used = Math.min(3, bytes.length - at) + 1;
    for (let index = 0; index < used; index++) {
      pieces.push(letters.charAt((three >> (18 - 6 * index)) & 63));
    }
  }
  return pieces.join("");
}

/** The bytes of a text; undefined when it is none: other characters, or a length that no bytes give. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) {
    return undefined;
  }
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let filled = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values.get(text.charCodeAt(index));
    if (value === undefined) {
      return undefined;
    }
    held = ((held << 6) | value) & 0xff_ffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}
