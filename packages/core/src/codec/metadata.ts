import * as z from "zod/mini";
import type { Born } from "../snapshot/born.ts";

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

const count = z.int().check(z.gte(0));
const entry = { fence: count, sequence: count };

/** The fields of the metadata; each is JSON under `reprise.<field>` in the file. */
export const metadataFields: { readonly [Field in keyof CheckpointMetadata]: z.ZodMiniType } = {
  position: z.strictObject({ epoch: count, phase: z.string(), batch: count, step: count }),
  lineage: z.strictObject({
    ...entry,
    run: z.string(),
    parent: z.nullable(z.strictObject(entry)),
  }),
  fingerprint: z.nullable(
    z.union([
      z.string(),
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    ]),
  ),
  born: z.record(z.string(), z.string()),
  end: z.nullable(z.string()),
};
