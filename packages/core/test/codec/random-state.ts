const arrays = [
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
] as const;

const numbers = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Infinity,
  -Infinity,
  5e-324,
  1.7976931348623157e308,
  2 ** 53,
];
const strings = [
  "",
  "a",
  "weights",
  "__proto__",
  "constructor",
  "0",
  "12",
  "\ud800",
  "\u0000",
  '"',
  "é",
  "a.b[0]",
  "tensor",
];

/** Draws states that hold every kind of value; the same seed draws the same state. */
export class RandomState {
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    // mulberry32
    this.#seed = (this.#seed + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), this.#seed | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  primitive(): unknown {
    switch (this.below(7)) {
      case 0:
        return this.pick(numbers);
      case 1:
        return (this.below(2 ** 32) - 2 ** 31) / (1 + this.below(1000));
      case 2:
        return this.pick(strings);
      case 3:
        return this.below(2) === 1;
      case 4:
        return BigInt(this.below(2 ** 32)) ** BigInt(this.below(4)) * (this.below(2) ? 1n : -1n);
      case 5:
        return null;
      default:
        return undefined;
    }
  }

  array(): unknown {
    const array = new (this.pick(arrays))(this.below(20));
    const bytes = new Uint8Array(array.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.below(256);
    return array;
  }

  value(depth: number): unknown {
    const count = this.below(5);
    switch (depth === 0 ? this.below(3) : this.below(10)) {
      case 0:
      case 1:
        return this.primitive();
      case 2:
        return this.array();
      case 3:
        return new Date(this.pick([0, -1, 1e15, Number.NaN]));
      case 4:
        return new Set(Array.from({ length: count }, () => this.primitive()));
      case 5:
        return new Map(
          Array.from({ length: count }, () => [this.primitive(), this.value(depth - 1)]),
        );
      case 6: {
        const list: unknown[] = [];
        for (let i = 0; i < count; i++)
          list[i + (this.below(8) === 0 ? 1 : 0)] = this.value(depth - 1);
        return list;
      }
      case 7:
        return Array.from({ length: 60 + this.below(20) }, () => this.pick(numbers));
      default: {
        const record = {};
        for (let i = 0; i < count; i++)
          Object.defineProperty(record, this.pick(strings), {
            value: this.value(depth - 1),
            writable: true,
            enumerable: true,
            configurable: true,
          });
        return record;
      }
    }
  }
}
