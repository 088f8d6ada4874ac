import type { DType } from "../snapshot/array-types.ts";
import { headerFields, type HeaderFields } from "./metadata.ts";

/** The version of the format that is written, and the newest one that is read. */
export const formatVersion = 1;

/** The data begins at a multiple of this, so that it can be mapped and read unbuffered. */
export const headerAlignment = 4096;

/** The 8 bytes before the header that tell its length. */
export const prefixLength = 8;

/** A tensor of a file; the bytes of all follow each other without gaps. */
export interface FileTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly byteLength: number;
}

/**
 * The text of a header, without its padding; `state` is JSON already. There is no other way to write the same: a reader
 * compares, and so refuses whatever it would overlook.
 */
export function headerText(
  checksum: string,
  fields: Omit<HeaderFields, "state">,
  state: string,
  tensors: readonly FileTensor[],
): string {
  const texts = Object.entries(headerFields).map(([field]) => [
    `reprise.${field}`,
    field === "state" ? state : JSON.stringify(fields[field as keyof typeof fields]),
  ]);
  const metadata = {
    "reprise.format": `${formatVersion}`,
    "reprise.checksum": checksum,
    ...Object.fromEntries(texts),
  };
  let end = 0;
  // By hand: with many tensors, an object of them all would take several times as long.
  const entries = tensors.map(({ name, dtype, shape, byteLength }) => {
    const offsets = `${end},${(end += byteLength)}`;
    return `,${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join()}],"data_offsets":[${offsets}]}`;
  });
  return `{"__metadata__":${JSON.stringify(metadata)}${entries.join("")}}`;
}
