import { RepriseError } from "../errors.ts";

/** Bytes of a header that any reader of safetensors accepts. */
export const maxHeaderLength = 100_000_000;

/** What no string can hold is far above the limit. */
export function whole(makeText: () => string): string {
  try {
    return makeText();
  } catch (error) {
    throw tooLarge(error);
  }
}

export function tooLarge(cause?: unknown): RepriseError {
  return new RepriseError(
    "HEADER_TOO_LARGE",
    `The state without its tensors takes more than ${maxHeaderLength} bytes. Keep long lists in typed arrays.`,
    { details: { limit: maxHeaderLength }, cause },
  );
}
