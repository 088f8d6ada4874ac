/** The bytes that a call of `write` or `writev` would write, and where. */
export interface PendingWrite {
  readonly bytes: Uint8Array;
  /** `null` is the current position of the file. */
  readonly position: number | null;
}

/** Reads the arguments of `write`, after the file, in each of the forms that Node takes. */
export function pendingWrite(args: readonly unknown[]): PendingWrite {
  const [data, second, third, fourth] = args;
  if (typeof data === "string") {
    const encoding = typeof third === "string" ? (third as BufferEncoding) : "utf8";
    return { bytes: Buffer.from(data, encoding), position: positionOf(second) };
  }
  const whole = bytesOfData(data);
  const { offset, length, position } = isOptions(second)
    ? second
    : { offset: second, length: third, position: fourth };
  const start = typeof offset === "number" ? offset : 0;
  const end = typeof length === "number" ? start + length : whole.length;
  return { bytes: whole.subarray(start, end), position: positionOf(position) };
}

/** Reads the arguments of `writev`, after the file. */
export function pendingWritev(args: readonly unknown[]): PendingWrite {
  const [buffers, position] = args;
  return {
    bytes: Buffer.concat((buffers as readonly ArrayBufferView[]).map((view) => bytesOfData(view))),
    position: positionOf(position),
  };
}

/** The bytes of what `writeFile` takes; a stream or an iterable, which cannot be seen, has none. */
export function bytesOfData(data: unknown, encoding: BufferEncoding = "utf8"): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, encoding);
  if (!ArrayBuffer.isView(data)) return new Uint8Array();
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

interface WriteOptions {
  readonly offset?: unknown;
  readonly length?: unknown;
  readonly position?: unknown;
}

function isOptions(value: unknown): value is WriteOptions {
  return typeof value === "object" && value !== null;
}

function positionOf(value: unknown): number | null {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : null;
}
