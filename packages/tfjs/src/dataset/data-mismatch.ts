import { RepriseError } from "@reprise/core";

/** The error for a dataset that does not give the same again; `found` tells what it does instead. */
export function dataMismatch(
  phase: string,
  found: string,
  { elements }: { readonly elements: number },
): RepriseError {
  return new RepriseError(
    "DATA_MISMATCH",
    `${found} A shuffle needs a seed that is not empty and not 0, as in dataset.shuffle(1024, "42"); what is random ` +
      `in map() must follow from the element. To go on with other data nevertheless, though not to the same ` +
      `bits: new BackupAndRestore(store, { onMismatch: "warn" }).`,
    { details: { phase, elements } },
  );
}
