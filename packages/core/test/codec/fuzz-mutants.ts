import { dataOf, type File, headerOf } from "./checkpoint-file.ts";
import {
  oddChecksums,
  oddDTypes,
  oddLengths,
  oddNames,
  oddNodes,
  oddShapes,
  oddTokens,
} from "./fuzz-odd-values.ts";
import {
  assemble,
  fixTensorChecksums,
  joined,
  type Json,
  type Members,
  type Parts,
  partsOf,
  textOf,
} from "./fuzz-parts.ts";
import { RandomState } from "./random-state.ts";

/**
 * The mutant of the number `seed` of one of the `bases`; one number, one file. Half of the mutants
 * have checksums that fit what was changed, so that what is behind the checksums is reached.
 */
export async function mutantOf(bases: readonly File[], seed: number): Promise<File> {
  // Numbers that are close to each other must not draw alike.
  const random = new RandomState(Math.imul(seed, 0x9e3779b1) ^ (seed >>> 16));
  for (let i = 0; i < 4; i++) random.below(2);
  const base = random.pick(bases);
  const kind = random.below(10);
  if (kind < 2) return changeBytes(random, base, random.pick(bases));
  if (kind < 4) {
    const text = changeText(random, headerOf(base));
    return assemble(new TextEncoder().encode(text), dataOf(base));
  }
  if (kind === 4) return withChangedHeaderBytes(random, base);
  const parts = partsOf(base);
  for (let left = 1 + random.below(2); left > 0; left--) changeParts(random, parts);
  if (random.below(2)) await fixTensorChecksums(parts);
  return assemble(new TextEncoder().encode(textOf(parts)), parts.data);
}

/** What happens to files on their way: nothing of it fixes a checksum. */
function changeBytes(random: RandomState, base: File, other: File): File {
  const at = random.below(base.length);
  const end = at + random.below(1 + Math.min(200, base.length - at));
  const file = new Uint8Array(base);
  switch (random.below(9)) {
    case 0:
      for (let left = 1 + random.below(3); left > 0; left--) {
        const where = random.below(file.length);
        file[where] = (file[where] ?? 0) ^ (1 << random.below(8));
      }
      return file;
    case 1:
      return file.slice(0, at);
    case 2:
      return joined(file, other.slice(0, 1 + random.below(40)));
    case 3:
      return joined(file.slice(0, at), other.slice(Math.min(at, other.length)));
    case 4:
      return joined(file.slice(0, at), file.slice(end));
    case 5:
      return joined(file.slice(0, end), file.slice(at));
    case 6:
      return file.fill(random.pick([0, 0xff, 0x20]), at, end);
    case 7:
      file.copyWithin(at, random.below(file.length), random.below(file.length));
      return file;
    default:
      new DataView(file.buffer).setBigUint64(0, BigInt(random.pick(oddLengths)), true);
      return file;
  }
}

function withChangedHeaderBytes(random: RandomState, base: File): Promise<File> {
  const bytes = new TextEncoder().encode(headerOf(base));
  for (let left = 1 + random.below(3); left > 0; left--)
    bytes[random.below(bytes.length)] = random.below(256);
  return assemble(bytes, dataOf(base));
}

/** Other tokens in the text of a header, in which only the beginning is left as it is. */
function changeText(random: RandomState, header: string): string {
  const pieces = header.trimEnd().split(/(?<=[{}[\],:"\\])|(?=[{}[\],:"\\])/);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = 12 + random.below(pieces.length - 12);
    const token = random.below(2) ? random.pick(oddTokens) : random.pick(pieces);
    pieces.splice(at, random.below(3), ...(random.below(2) ? [token] : []));
  }
  return pieces.join("");
}

function changeParts(random: RandomState, parts: Parts): void {
  const { texts, tensors, data } = parts;
  if (texts.length < 3) return;
  switch (random.below(12)) {
    case 0: {
      const bytes = new Uint8Array(data);
      if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
      parts.data = bytes;
      return;
    }
    case 1:
      parts.data = random.below(2) ? joined(data, new Uint8Array([7])) : data.slice(1);
      return;
    case 2:
      return changeMembers(random, tensors);
    case 3:
    case 4:
      return changeTensor(random, tensors);
    case 5:
      return rename(random, parts);
    case 6:
      return changeMembers(random, texts);
    case 7:
      // What is left is a file of another tool.
      if (random.below(4) === 0) texts.length = 0;
      else
        texts[0] = [
          "reprise.format",
          random.pick(["1", "2", "0", "01", "999999999", "1e1", 1, ""]),
        ];
      return;
    case 8:
      if (random.below(2)) texts[1] = ["reprise.checksum", random.pick(oddChecksums)];
      else texts.push([random.pick(["reprise.more", "__proto__", "reprise.end"]), "null"]);
      return;
    default: {
      const text = random.pick(texts.slice(2));
      // The tree is most of what there is to understand.
      const chosen = random.below(2) ? (texts.at(-1) ?? text) : text;
      chosen[1] = changeTree(random, chosen[1]);
    }
  }
}

function changeMembers(random: RandomState, members: Members): void {
  const at = random.below(members.length + 1);
  const member = members[at];
  if (member === undefined)
    return void members.push([random.pick(oddNames), random.pick(oddNodes)]);
  const [removed] = random.below(2) ? members.splice(at, 1) : [member];
  if (removed && random.below(2)) members.splice(random.below(members.length + 1), 0, removed);
}

function changeTensor(random: RandomState, tensors: Members): void {
  if (tensors.length === 0) return;
  const member = random.pick(tensors);
  const [name, was] = member;
  const entry = { ...(was as object) } as Record<string, Json>;
  const [start = 0, end = 0] = (entry["data_offsets"] ?? []) as readonly number[];
  switch (random.below(4)) {
    case 0:
      entry["dtype"] = random.pick(oddDTypes);
      break;
    case 1:
      entry["shape"] = random.pick<Json>([
        [end - start],
        [1, end - start],
        [],
        [0],
        [-1],
        ...oddShapes,
      ]);
      break;
    case 2:
      entry["data_offsets"] = random.pick<Json>([
        [start + 1, end + 1],
        [start, end + 8],
        [end, start],
        [start - 8, end],
        [start],
        null,
      ]);
      break;
    default:
      entry[random.pick(["dtype", "shape", "more", "__proto__"])] = random.pick(oddNodes);
  }
  member.splice(0, 2, name, entry);
}

/** One path is called otherwise wherever it stands: a mutant that may be as good as before. */
function rename(random: RandomState, parts: Parts): void {
  const [name] = parts.tensors.length > 0 ? random.pick(parts.tensors) : ["state"];
  const other = random.pick([...oddNames, `${name}2`, name.toUpperCase()]);
  const swap = (text: string): string =>
    text.replaceAll(JSON.stringify(name), JSON.stringify(other));
  for (const text of parts.texts.slice(2)) if (typeof text[1] === "string") text[1] = swap(text[1]);
  for (const tensor of parts.tensors) if (tensor[0] === name) tensor[0] = other;
}

/** Changes one place in a text of JSON, or makes it another text. */
function changeTree(random: RandomState, text: Json): Json {
  let json: Json;
  try {
    json = JSON.parse(String(text));
  } catch {
    return text;
  }
  if (random.below(3) === 0) return JSON.stringify(withOtherNumber(random, json));
  const holder: Json[] = [json];
  let at: { parent: Json[] | Record<string, Json>; key: never } = {
    parent: holder,
    key: 0 as never,
  };
  for (let left = random.below(9); left > 0; left--) {
    const node = (at.parent as Record<string, Json>)[at.key];
    const keys = typeof node === "object" && node !== null ? Object.keys(node) : [];
    if (keys.length === 0) break;
    at = { parent: node as Json[], key: random.pick(keys) as never };
  }
  const { parent, key } = at;
  const node = parent[key];
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(key, 1);
      else delete parent[key];
      break;
    case 1:
      if (Array.isArray(parent)) parent.splice(key, 0, node);
      else Object.assign(parent, { [random.pick(oddNames)]: node });
      break;
    case 2:
      Object.assign(parent, {
        [key]: random.pick<Json>([["array", node], { a: node }, ["shared", 0, node]]),
      });
      break;
    case 3:
      Object.assign(parent, { [key]: nested(["array"], random.pick([90, 260, 600])) });
      break;
    case 4:
      if (Array.isArray(parent)) parent.splice(key, 0, random.pick(oddNodes));
      else Object.assign(parent, { [random.pick(oddNames)]: random.pick(oddNodes) });
      break;
    default:
      Object.assign(parent, { [key]: random.pick(oddNodes) });
  }
  return JSON.stringify(holder[0] ?? null);
}

/** One number somewhere in it is a little more or less. */
function withOtherNumber(random: RandomState, json: Json): Json {
  const numbers: [parent: Record<string, Json>, key: string, number: number][] = [];
  const find = (parent: object): void => {
    for (const [key, value] of Object.entries(parent) as [string, Json][]) {
      if (typeof value === "number") numbers.push([parent as Record<string, Json>, key, value]);
      if (typeof value === "object" && value !== null) find(value);
    }
  };
  const holder = [json];
  find(holder);
  if (numbers.length === 0) return json;
  const [parent, key, number] = random.pick(numbers);
  parent[key] = number + random.pick([1, -1, 4, -4, 8, 0.5]);
  return holder[0];
}

function nested(node: Json, levels: number): Json {
  return levels === 0 ? node : ["array", nested(node, levels - 1)];
}
