import { RepriseError } from "../errors.ts";

/** Throws the `DATA_MISMATCH` for data that ends before the place where the interrupted loop was. */
export function refuseTooFew(what: string, found: number, consumed: number): never {
  throw new RepriseError(
    "DATA_MISMATCH",
    `Expected at least ${consumed} ${what} in the data, since the interrupted loop was done with that ` +
      `many, found ${found}. Resume with the data the run was started with, or start a new run in ` +
      `another store.`,
    { details: { found, consumed } },
  );
}
