import { isRepriseError, type RepriseError, type RepriseErrorCode } from "../../src/errors.ts";
import { decode } from "./checkpoint-file.ts";

/** How a file that cannot be read may be refused. */
export const refusals: ReadonlySet<string> = new Set<RepriseErrorCode>([
  "CHECKPOINT_CORRUPT",
  "CHECKPOINT_FOREIGN",
  "CHECKPOINT_TOO_NEW",
]);

/** The error of a file that must not be accepted. */
export async function refusalOf(file: Uint8Array): Promise<RepriseError> {
  const outcome: unknown = await decode(file).then(
    () => "accepted",
    (error: unknown) => error,
  );
  if (!isRepriseError(outcome))
    throw new Error(`not a typed refusal: ${String(outcome)}`, { cause: outcome });
  return outcome;
}

/** A state whose file is small enough to try every change of it. */
export const small: { readonly state: Readonly<Record<string, unknown>> } = {
  state: { w: new Float32Array([1, 2, 3]), list: [1, "x"], b: new Uint8Array([9]) },
};
