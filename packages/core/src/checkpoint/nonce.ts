import { hexOf } from "../codec/text.ts";
import { environment } from "../environment.ts";

/** 64 random bits as 16 hexadecimal digits: tells one run, or one attempt at a write, from any other. */
export function drawNonce(): string {
  const bytes = environment.crypto.getRandomValues(new Uint8Array(8));
  return hexOf(bytes);
}
