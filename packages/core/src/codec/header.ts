import type { DType } from "../snapshot/array-types.ts";
import { headerFields, type HeaderFields } from "./metadata.ts";

/** The version of the format that is written, and the newest one that is read. */
export const formatVersion = 1;

/** Bytes of a header that any reader of safetensors accepts. */
export const maxHeaderLength = 100_000_000;

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
  let end = 0;
  const texts = Object.entries(headerFields).map(([field]) => [
    `reprise.${field}`,
    field === "state" ? state : JSON.stringify(fields[field as keyof typeof fields]),
  ]);
  const entries = tensors.map(({ name, dtype, shape, byteLength }) => [
    name,
    { dtype, shape, data_offsets: [end, (end += byteLength)] },
  ]);
  return JSON.stringify({
    __metadata__: {
      "reprise.format": `${formatVersion}`,
      "reprise.checksum": checksum,
      ...Object.fromEntries(texts),
    },
    ...Object.fromEntries(entries),
  });
}
