const view = new DataView(new ArrayBuffer(8));

/** The kinds of floating point numbers, by the size of one in bytes. */
export type FloatBytes = 2 | 4 | 8;

/** How a float and its bits read in a message: `0.1 (0x3fb999999999999a)`. */
export function showFloat(value: number, bits: bigint, size: FloatBytes): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return `${text} (0x${bits.toString(16).padStart(2 * size, "0")})`;
}

/** The bits of a number as JavaScript computes with it. */
export function bitsOfNumber(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The bits of a float as they lie at `offset`, in the byte order of this machine. */
export function bitsAt(bytes: Uint8Array, offset: number, size: FloatBytes): bigint {
  let bits = 0n;
  for (let index = 0; index < size; index += 1) {
    const place = littleEndian ? size - 1 - index : index;
    bits = (bits << 8n) | BigInt(bytes[offset + place] ?? 0);
  }
  return bits;
}

/**
 * How many representable floats lie between two, given as bits: neighbours are 1 apart, −0 and 0
 * are 0 apart. `undefined` where one is infinite or not a number.
 */
export function unitsInLastPlace(a: bigint, b: bigint, size: FloatBytes): number | undefined {
  const [rankA, rankB] = [rank(a, size), rank(b, size)];
  if (rankA === undefined || rankB === undefined) return undefined;
  return Number(rankA > rankB ? rankA - rankB : rankB - rankA);
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const mantissaBits = { 2: 10n, 4: 23n, 8: 52n } as const;

// The bits of positive floats, read as integers, are in the order of the floats.
function rank(bits: bigint, size: FloatBytes): bigint | undefined {
  const sign = 1n << BigInt(8 * size - 1);
  const magnitude = bits & (sign - 1n);
  const infinity = (sign - 1n) & ~((1n << mantissaBits[size]) - 1n);
  if (magnitude >= infinity) return undefined;
  return bits & sign ? -magnitude : magnitude;
}
