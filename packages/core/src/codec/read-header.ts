import { shapeOf, type StateTree, type TensorTree } from "../snapshot/state-tree.ts";
import { headerText } from "./header.ts";
import { type CheckpointMetadata, headerFields, type HeaderFields } from "./metadata.ts";
import { decodeText } from "./text.ts";
import { readTrees, type StoredTensor } from "./read-tree.ts";
import { writeTrees } from "./write-tree.ts";

/** More than the deepest state that can be saved needs. */
const maxNesting = 256;

/** What the header of a file says. */
export interface Header {
  readonly metadata: CheckpointMetadata;
  readonly roots: Readonly<Record<string, StateTree>>;
  /** All tensors with their names, in the order of the data, which they fill without a gap. */
  readonly tensors: readonly (readonly [string, TensorTree])[];
  /** Bytes of all tensors together. */
  readonly byteLength: number;
  /** As many as there are tensors with bytes. */
  readonly checksums: ReadonlyMap<string, string>;
}

/** Reads a header whose checksum is right. Throws for anything that the encoder would not write. */
export function readHeader(bytes: Uint8Array): Header {
  const text = decodeText(bytes);
  const { __metadata__: texts, ...entries } = parse(text) as {
    readonly __metadata__: Readonly<Record<string, string>>;
    readonly [name: string]: unknown;
  };
  const fields = readFields(texts);
  const { state, checksums, ...metadata } = fields;
  const { roots, nodes } = readTrees(state, entries as Record<string, StoredTensor>);
  let byteLength = 0;
  let checksumCount = 0;
  const tensors = Object.keys(entries).map((name): [string, TensorTree] => {
    const node = nodes.get(name);
    if (!node) throw new SyntaxError(`nothing refers to the tensor ${name}`);
    byteLength += node.byteLength;
    if (node.byteLength > 0) checksumCount++;
    return [name, node];
  });
  const written = headerText(
    texts["reprise.checksum"] as string,
    fields,
    JSON.stringify(writeTrees(roots).json),
    tensors.map(([name, node]) => ({
      name,
      dtype: node.dtype,
      shape: shapeOf(node),
      byteLength: node.byteLength,
    })),
  );
  if (written !== text.trimEnd() || checksumCount !== Object.keys(checksums).length)
    throw new SyntaxError("Reprise would not write it like this");
  return { metadata, roots, tensors, byteLength, checksums: new Map(Object.entries(checksums)) };
}

function readFields(texts: Readonly<Record<string, string>>): HeaderFields {
  const fields = Object.entries(headerFields).map(([field, isValid]) => {
    const value: unknown = parse(texts[`reprise.${field}`] as string);
    if (!isValid(value)) throw new SyntaxError(`reprise.${field} is not what it should be`);
    return [field, value];
  });
  return Object.fromEntries(fields) as HeaderFields;
}

/** Parses JSON, unless it is nested so deeply that the parser would take gigabytes to find out. */
function parse(text: string): unknown {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "\\") i++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > maxNesting) throw new SyntaxError("it is nested too deeply");
  }
  return JSON.parse(text);
}
