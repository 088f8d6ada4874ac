import { environment } from "../environment.ts";

export function encodeText(text: string): Uint8Array {
  return new environment.TextEncoder().encode(text);
}

/** Throws for bytes that are no UTF-8, or that would not be the same bytes when encoded again. */
export function decodeText(bytes: Uint8Array): string {
  const decoder = new environment.TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return decoder.decode(bytes);
}

/** Bytes as hexadecimal digits, two for each. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
