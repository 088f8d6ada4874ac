import { RepriseError } from "../errors.ts";
import { formatVersion } from "./header.ts";

/** How messages name a file: its name and the store it is in. */
export interface FileName {
  readonly name: string;
  readonly where: string;
}

/** Bytes of the file are missing, surplus or changed. */
export function corrupt(file: FileName, reason: string, cause?: unknown): RepriseError {
  return new RepriseError(
    "CHECKPOINT_CORRUPT",
    `${file.name} in ${file.where} is damaged: ${reason}. Nothing was restored. Bring the file back from a copy, or move it away to go on without it.`,
    { details: { ...file, reason }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** The file is something else than a checkpoint of Reprise. */
export function foreign(file: FileName, found: string): RepriseError {
  return new RepriseError(
    "CHECKPOINT_FOREIGN",
    `${file.name} in ${file.where} was not written by Reprise: it is ${found}. Move it away, or give Reprise a place of its own.`,
    { details: { ...file, found } },
  );
}

/** The file is whole, but what it says can only be understood by a newer Reprise. */
export function tooNew(file: FileName, version: number): RepriseError {
  return new RepriseError(
    "CHECKPOINT_TOO_NEW",
    `${file.name} in ${file.where} has format version ${version}; this Reprise reads versions up to ${formatVersion}. Update Reprise to go on from it.`,
    { details: { ...file, found: version, expected: formatVersion } },
  );
}
