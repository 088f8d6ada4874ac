import { shapeOf, type TensorTree } from "../snapshot/state-tree.ts";
import { headerFields, type HeaderFields } from "./metadata.ts";

/** The version of the format that is written, and the newest one that is read. */
export const formatVersion = 1;

/** Bytes of a header that any reader of safetensors accepts. */
export const maxHeaderLength = 100_000_000;

/** The data begins at a multiple of this, so that it can be mapped and read unbuffered. */
export const headerAlignment = 4096;

/** The 8 bytes before the header that tell its length. */
export const prefixLength = 8;

/**
 * The text of a header, without its padding. There is no other way to write the same: a reader
 * compares, and so refuses whatever it would overlook.
 */
export function headerText(
  checksum: string,
  fields: HeaderFields,
  tensors: readonly (readonly [string, TensorTree])[],
): string {
  let end = 0;
  const texts = Object.entries(headerFields).map(([field]) => [
    `reprise.${field}`,
    JSON.stringify(fields[field as keyof HeaderFields]),
  ]);
  const entries = tensors.map(([name, tensor]) => [
    name,
    {
      dtype: tensor.dtype,
      shape: shapeOf(tensor),
      data_offsets: [end, (end += tensor.byteLength)],
    },
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
