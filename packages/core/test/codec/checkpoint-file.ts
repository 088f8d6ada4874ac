import { type DecodedCheckpoint, decodeCheckpoint } from "../../src/codec/decode.ts";
import { draftOf, readReferences } from "../../src/codec/draft.ts";
import {
  type EncodedCheckpoint,
  type EncodeOptions,
  encodeCheckpoint,
} from "../../src/codec/encode.ts";
import type { CheckpointMetadata } from "../../src/codec/metadata.ts";
import { capture } from "../../src/snapshot/capture.ts";
import { type Snapshot, SnapshotPool } from "../../src/snapshot/pool.ts";
import type { StateTree } from "../../src/snapshot/state-tree.ts";

/** A file in memory, as large as tests need it. */
export type File = Uint8Array<ArrayBuffer>;

export const metadata: CheckpointMetadata = {
  position: { epoch: 3, phase: "train", batch: 17, step: 617 },
  lineage: { fence: 2, sequence: 5, run: "00112233445566aa", parent: { fence: 1, sequence: 4 } },
  fingerprint: { model: "mlp", layers: 3, bias: true, seed: null },
  born: { state: "record", "state.w": "F32[3]" },
  end: null,
};

export function snapshotOf(roots: Record<string, unknown>): Snapshot {
  const snapshot = new SnapshotPool().take(capture(roots));
  if (snapshot === undefined) throw new Error("a new pool is full");
  return snapshot;
}

type Options = Partial<EncodeOptions> & { metadata?: CheckpointMetadata };

export async function encodeSnapshot(
  snapshot: Snapshot,
  options: Options = {},
): Promise<EncodedCheckpoint & { readonly checksums: ReadonlyMap<string, string> }> {
  await readReferences(snapshot);
  const encoded = await encodeCheckpoint(draftOf(snapshot), options.metadata ?? metadata, {
    checksum: options.checksum ?? "xxh64",
    pause: options.pause ?? (async () => {}),
  });
  return { ...encoded, checksums: await encoded.ready };
}

export async function encode(roots: Record<string, unknown>, options: Options = {}): Promise<File> {
  const snapshot = snapshotOf(roots);
  const { chunks, byteLength } = await encodeSnapshot(snapshot, options);
  const file = new Uint8Array(byteLength);
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  snapshot.release();
  return file;
}

export function decode(file: Uint8Array): Promise<DecodedCheckpoint> {
  return decodeCheckpoint({
    name: "checkpoint-2-5.safetensors",
    where: "a test",
    read: async ({ start, end }) => file.slice(start, end),
  });
}

/** What is left of a state after it went through a file. */
export async function throughFile(state: unknown): Promise<StateTree> {
  return (await decode(await encode({ state }))).roots["state"];
}

/** A header as an attacker would write it: any text, with the right checksum, before any data. */
export async function forge(text: string, data: Uint8Array = new Uint8Array(0)): Promise<File> {
  const bytes = new TextEncoder().encode(text);
  return forgeBytes(bytes, data);
}

export async function forgeBytes(
  bytes: Uint8Array,
  data: Uint8Array = new Uint8Array(0),
): Promise<File> {
  const { checksumWith } = await import("../../src/codec/checksum.ts");
  const file = new Uint8Array(8 + bytes.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  file.set(data, 8 + bytes.length);
  const text = Buffer.from(file.buffer, 8, bytes.length).toString("latin1");
  const match = /"reprise\.checksum":"xxh64:([0-9a-f]{16})"/.exec(text);
  if (match) {
    const at = 8 + match.index + '"reprise.checksum":"xxh64:'.length;
    file.fill(0x30, at, at + 16);
    const header = file.subarray(0, 8 + bytes.length);
    const checksum = await checksumWith("xxh64")([header]);
    file.set(new TextEncoder().encode(checksum), at);
  }
  return file;
}

export function headerOf(file: File): string {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
}

export function dataOf(file: File): Uint8Array {
  return file.subarray(8 + Number(new DataView(file.buffer).getBigUint64(0, true)));
}
