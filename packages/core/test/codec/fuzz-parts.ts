import { checksumWith } from "../../src/codec/checksum.ts";
import { dataOf, type File, headerOf } from "./checkpoint-file.ts";

export type Json = unknown;
export type Members = [string, Json][];

/** A file in its parts, to be changed and put together again with whatever is wrong with it. */
export interface Parts {
  /** The members of `__metadata__`, whose values are JSON once more but for the first two. */
  readonly texts: Members;
  readonly tensors: Members;
  data: Uint8Array;
}

/** Takes a good file apart. */
export function partsOf(file: File): Parts {
  const { __metadata__: texts, ...tensors } = JSON.parse(headerOf(file)) as Record<string, object>;
  return {
    texts: Object.entries(texts ?? {}),
    tensors: Object.entries(tensors),
    data: dataOf(file),
  };
}

/** Written by hand, since an object has no key twice. */
export function textOf({ texts, tensors }: Parts): string {
  const members = (entries: Members): string =>
    entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join();
  const metadata = `"__metadata__":{${members(texts)}}`;
  return `{${[metadata, ...tensors.map((tensor) => members([tensor]))].join()}}`;
}

/** Makes the list of checksums fit the tensors, as far as they have bytes. */
export async function fixTensorChecksums({ texts, tensors, data }: Parts): Promise<void> {
  const checksumOf = checksumWith(algorithmIn(String(texts[1]?.[1])));
  const checksums: Members = [];
  for (const [name, entry] of tensors) {
    const offsets = (entry as { data_offsets?: unknown } | null)?.data_offsets;
    if (!Array.isArray(offsets)) continue;
    const bytes = data.slice(Number(offsets[0]), Number(offsets[1]));
    if (bytes.length > 0) checksums.push([name, await checksumOf([bytes])]);
  }
  const text = texts.find(([name]) => name === "reprise.checksums");
  if (text) text[1] = JSON.stringify(Object.fromEntries(checksums));
}

function algorithmIn(checksum: string): "xxh64" | "sha256" {
  return checksum.startsWith("sha256") ? "sha256" : "xxh64";
}

/** A file of this header and this data, with the checksum of the header if it has a place for one. */
export async function assemble(header: Uint8Array, data: Uint8Array): Promise<File> {
  const file = joined(new Uint8Array(8), header, data);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  const start = Buffer.from(file.buffer, 8, Math.min(header.length, 200)).toString("latin1");
  const match = /"reprise\.checksum":"(xxh64|sha256):([0-9a-f]+)"/.exec(start);
  if (!match) return file;
  const [whole, algorithm, digits = ""] = match;
  const end = 8 + match.index + whole.length - 1;
  file.fill(0x30, end - digits.length, end);
  const checksum = await checksumWith(algorithmIn(algorithm ?? ""))([
    file.subarray(0, 8 + header.length),
  ]);
  if (checksum.length === digits.length)
    file.set(new TextEncoder().encode(checksum), end - digits.length);
  return file;
}

export function joined(...pieces: readonly Uint8Array[]): File {
  return new Uint8Array(Buffer.concat(pieces));
}
