import { dataOf, headerOf, type File } from "./checkpoint-file.ts";

/** What a file says that can be trusted, as `docs/format.md` has it. */
export interface ByTheBook {
  readonly metadata: unknown;
  readonly roots: Readonly<Record<string, unknown>>;
}

type Members = { readonly [key: string]: Json };
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a tree may add to the name of a tensor. */
interface More {
  readonly form?: string;
  readonly array?: string;
  readonly at?: number;
  readonly pad?: number;
  readonly dtype?: string;
  readonly shape?: readonly number[];
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * A second reader, written after the description of the format and not after the first one: what both
 * make of a file must be the same. Throws for numbers that the format does not allow, and looks for
 * nothing else that could be wrong.
 */
export function readByTheBook(file: File): ByTheBook {
  const { __metadata__: texts, ...entries } = JSON.parse(headerOf(file)) as {
    readonly __metadata__: Readonly<Record<string, string>>;
    readonly [name: string]: unknown;
  };
  const field = (name: string): Json => JSON.parse(texts[`reprise.${name}`] ?? "null") as Json;
  const data = dataOf(file);
  const shared: unknown[] = [];

  const valueOf = (json: Json): unknown => {
    if (typeof json !== "object" || json === null) return json;
    return Array.isArray(json) ? tagged(json as readonly Json[]) : record(json as Members);
  };

  const record = (json: Members): unknown =>
    Object.fromEntries(Object.entries(json).map(([key, value]) => [key, valueOf(value)]));

  const tagged = ([kind, ...rest]: readonly Json[]): unknown => {
    const [first = null, second = null] = rest;
    switch (kind as string) {
      case "number":
        return Number(first);
      case "bigint":
        return BigInt(first as string);
      case "undefined":
        return undefined;
      case "array":
        return list(rest);
      case "map":
        return new Map(
          rest.flatMap((key, i) => (i % 2 ? [] : [[valueOf(key), valueOf(rest[i + 1] ?? null)]])),
        );
      case "set":
        return new Set(rest.map(valueOf));
      case "date":
        return new Date(valueOf(first) as number);
      case "stateDict":
      case "reassigned":
        return valueOf(first);
      case "tensor":
        return tensor(first as string, (second ?? {}) as More);
      case "shared":
        return shared[shared.push(valueOf(second)) - 1];
      case "same":
        return shared[first as number];
      default:
        throw new Error(`the format has no ${JSON.stringify(kind)}`);
    }
  };

  const list = (elements: readonly Json[]): unknown[] => {
    const values: unknown[] = [];
    for (const element of elements) {
      if (Array.isArray(element) && element[0] === "hole") values.length += element[1] as number;
      else values.push(valueOf(element));
    }
    return values;
  };

  const tensor = (name: string, more: More): unknown => {
    const owner = entries[name] as Entry;
    const { form, array, at = 0, pad = 0, dtype = owner.dtype, shape = owner.shape } = more;
    const Holder = holderOf(dtype, array);
    const start = owner.data_offsets[0] + at;
    const length = shape.reduce((product, extent) => product * requireCount(extent), 1);
    requireCount(owner.data_offsets[1] - start - length * Holder.BYTES_PER_ELEMENT);
    requireCount(7 - requireCount(pad));
    const bytes = data.slice(start, start + length * Holder.BYTES_PER_ELEMENT);
    const values = new Holder(bytes.buffer, 0, length);
    if (form === "numbers") return Array.from(values as Float64Array);
    return form === "tensor" ? { dtype, shape, data: values } : values;
  };

  const roots = Object.entries(field("state") as Members);
  const { position, lineage, fingerprint, born, end } = metadataFields(field);
  const { phase: _, ...counts } = position as Members;
  const { run: __, parent, ...entry } = lineage as Members;
  for (const numbers of [counts, entry, parent ?? {}])
    Object.values(numbers as object).forEach(requireCount);
  return {
    metadata: { position, lineage, fingerprint, born, end },
    roots: Object.fromEntries(roots.map(([name, tree]) => [name, valueOf(tree)])),
  };
}

function metadataFields(field: (name: string) => Json): Readonly<Record<string, Json>> {
  const names = ["position", "lineage", "fingerprint", "born", "end"];
  return Object.fromEntries(names.map((name) => [name, field(name)]));
}

function requireCount(value: unknown): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
  throw new RangeError(`${String(value)} is no whole number from 0`);
}

const half = (globalThis as { Float16Array?: Uint16ArrayConstructor }).Float16Array ?? Uint16Array;

const holders = {
  F64: Float64Array,
  F32: Float32Array,
  F16: half,
  BF16: Uint16Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

function holderOf(dtype: string, array: string | undefined) {
  if (array === "Uint8ClampedArray") return Uint8ClampedArray;
  if (array === "Uint16Array") return Uint16Array;
  return holders[dtype as keyof typeof holders];
}
