import type { Born } from "../snapshot/born.ts";
import { exactly, type Guard, isCount, isText, orNull, recordOf } from "./guards.ts";

/** What a checkpoint says about itself, beside the state. Holds no time: the same state, the same bytes. */
export interface CheckpointMetadata {
  /** What is to be run next. */
  readonly position: {
    readonly epoch: number;
    readonly phase: string;
    readonly batch: number;
    readonly step: number;
  };
  readonly lineage: {
    readonly fence: number;
    readonly sequence: number;
    /** The nonce of the run that wrote it. */
    readonly run: string;
    /** The checkpoint from which that run went on. */
    readonly parent: { readonly fence: number; readonly sequence: number } | null;
  };
  /** What the program says of itself, to be compared when it goes on. Numbers are finite. */
  readonly fingerprint: string | Readonly<Record<string, string | number | boolean | null>> | null;
  readonly born: Born;
  /** The end that was decided but not yet reached, if any. */
  readonly end: string | null;
}

/** Everything that the file holds as JSON under `reprise.<field>`. */
export interface HeaderFields extends CheckpointMetadata {
  /** The checksum of every tensor that has bytes, by name. */
  readonly checksums: Readonly<Record<string, string>>;
  /** The trees of all roots, as `writeTrees` writes them. */
  readonly state: unknown;
}

const entry = { fence: isCount, sequence: isCount };
/** A fact that JSON gives back as it was. */
const isFact: Guard = (value) =>
  value === null || isText(value) || typeof value === "boolean" || Number.isFinite(value);
/** Whether a value can be a program's fingerprint. */
export const isFingerprint: Guard = (value) => isText(value) || recordOf(isFact)(value);

/** What each field may be, in the order of the file. */
export const headerFields: { readonly [Field in keyof HeaderFields]: Guard } = {
  position: exactly({ epoch: isCount, phase: isText, batch: isCount, step: isCount }),
  lineage: exactly({ ...entry, run: isText, parent: orNull(exactly(entry)) }),
  fingerprint: orNull(isFingerprint),
  born: recordOf(isText),
  end: orNull(isText),
  checksums: recordOf(isText),
  // Read by `readTrees`.
  state: () => true,
};
