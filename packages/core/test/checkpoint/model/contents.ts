import type { Lease } from "../../../src/checkpoint/lease.ts";
import { parseEntryName } from "../../../src/checkpoint/names.ts";
import { checkpointBytes } from "../a-run.ts";

// On the disk of the model a checkpoint is the list of all saves that it is built upon, such as
// ` A1-1 A1-2 B3-1`: made by A under fence 1, twice, and by B. A lost save is one that is missing
// there. A lease is its own text, with the name of the life in place of the nonce. A life is given,
// and gives, the real bytes.

const contents = new WeakMap<Uint8Array, string>();
const leases = new Map<string, Lease>();

/** The bytes of a checkpoint that `life` makes of what it found or saved before. */
export async function nextCheckpoint(
  life: string,
  id: { readonly fence: number; readonly sequence: number },
  parent: string,
): Promise<readonly Uint8Array[]> {
  const content = `${parent} ${life}${id.fence}-${id.sequence}`;
  const bytes = await checkpointBytes(id, content);
  contents.set(bytes, content);
  return [bytes];
}

/** What the model keeps of a checkpoint, or of the text of a lease. */
export function contentOf(name: string, chunks: readonly Uint8Array[]): string {
  const [bytes] = chunks;
  const content = bytes && contents.get(bytes);
  if (parseEntryName(name)?.kind === "lease") return lineOf(Buffer.concat(chunks).toString());
  if (content === undefined) throw new Error(`${name} is created of bytes that nobody has made`);
  return content;
}

/** What a life reads. */
export async function bytesOf(name: string, content: string): Promise<Uint8Array> {
  const entry = parseEntryName(name);
  if (entry?.kind === "checkpoint") {
    const { fence, sequence } = entry;
    return checkpointBytes({ fence, sequence }, content);
  }
  return new Uint8Array(Buffer.from(`${content}\n${content}\n`));
}

/** The file of a lease has the same line twice. */
function lineOf(text: string): string {
  return text.slice(0, text.indexOf("\n"));
}

export function leaseOf(content: string): Lease {
  const known = leases.get(content);
  if (known) return known;
  const lease = JSON.parse(content) as Lease;
  leases.set(content, lease);
  return lease;
}

/** The saves that a checkpoint is built upon, itself last. */
export function savesOf(content: string): readonly string[] {
  return content.split(" ").filter((save) => save !== "");
}

/** The fence under which `save` was made. */
export function fenceOf(save: string): number {
  return Number(/^[A-Z](\d+)-/.exec(save)?.[1]);
}
