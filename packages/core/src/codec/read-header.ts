import * as z from "zod/mini";
import { environment } from "../environment.ts";
import { byteLengthOf, type DType, holdersOf } from "../snapshot/array-types.ts";
import type { StateTree, TensorTree } from "../snapshot/state-tree.ts";
import { checksumsKey, stateKey } from "./header.ts";
import { type CheckpointMetadata, metadataFields } from "./metadata.ts";
import { readJson } from "./read-json.ts";
import { readTrees, type StoredTensor } from "./read-tree.ts";

/** A tensor of a file: where its bytes are within the data, and what they belong to. */
export interface Extent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly checksum: string | undefined;
  readonly node: TensorTree;
}

/** What the header of a file says. */
export interface Header {
  readonly metadata: CheckpointMetadata;
  readonly roots: Readonly<Record<string, StateTree>>;
  /** All tensors in the order of the data, which they fill without a gap. */
  readonly extents: readonly Extent[];
  readonly checksums: ReadonlyMap<string, string>;
}

const offset = z.int().check(z.gte(0));
const tensorEntry = z.strictObject({
  dtype: z.string(),
  shape: z.array(offset),
  data_offsets: z.tuple([offset, offset]),
});
const texts = z.record(z.string(), z.string());
const knownKeys: ReadonlySet<string> = new Set([
  "reprise.format",
  "reprise.checksum",
  checksumsKey,
  stateKey,
  ...Object.keys(metadataFields).map((field) => `reprise.${field}`),
]);

/** Reads a header whose checksum is right. Throws for anything that the encoder would not write. */
export function readHeader(bytes: Uint8Array): Header {
  const decoder = new environment.TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const { __metadata__, ...entries } = z
    .record(z.string(), z.unknown())
    .parse(readJson(decoder.decode(bytes)));
  const text = texts.parse(__metadata__);
  if (Object.keys(text).some((key) => !knownKeys.has(key)))
    throw new SyntaxError("there is unknown metadata");
  const stored = new Map<string, StoredTensor & { readonly start: number }>();
  let end = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, data_offsets: offsets } = tensorEntry.parse(entry);
    const byteLength = byteLengthOf(shape, holdersOf(dtype)[0]?.size ?? Number.NaN);
    if (byteLength === undefined || offsets[0] !== end || offsets[1] !== end + byteLength)
      throw new SyntaxError(`the tensor ${name} is not where it should be`);
    stored.set(name, { dtype: dtype as DType, shape, byteLength, start: end });
    end += byteLength;
  }
  const fields = Object.entries(metadataFields).map(([field, schema]) => [
    field,
    schema.parse(parseText(text, `reprise.${field}`)),
  ]);
  const { roots, nodes } = readTrees(parseText(text, stateKey), stored);
  const checksums = new Map(Object.entries(texts.parse(parseText(text, checksumsKey))));
  const extents = Array.from(stored, ([name, { start, byteLength }]): Extent => {
    const checksum = checksums.get(name);
    if ((checksum === undefined) === byteLength > 0)
      throw new SyntaxError(`the checksum of the tensor ${name} is missing`);
    return { name, start, end: start + byteLength, checksum, node: nodes.get(name) as TensorTree };
  });
  if (checksums.size > extents.filter(({ checksum }) => checksum !== undefined).length)
    throw new SyntaxError("there is a checksum of a tensor that is not there");
  return { metadata: Object.fromEntries(fields) as CheckpointMetadata, roots, extents, checksums };
}

function parseText(text: Readonly<Record<string, string>>, key: string): unknown {
  const json = text[key];
  if (json === undefined) throw new SyntaxError(`${key} is missing`);
  return readJson(json);
}
