import { RepriseError } from "../errors.ts";

/** The `DATA_MISMATCH` for data that cannot be entered behind the first `consumed` items. */
export function dataMismatch(
  consumed: number,
  found: number | "none",
  expectation: string = `at least ${consumed}`,
): RepriseError {
  return new RepriseError(
    "DATA_MISMATCH",
    `Expected ${expectation}, since the interrupted loop was done with ${consumed} items, found ${found}. ` +
      `Resume with the data the run was started with.`,
    { details: { found, consumed } },
  );
}
