import { environment } from "../environment.ts";
import { xxh64Module } from "./xxh64-module.ts";

interface Xxh64 {
  readonly memory: Uint8Array;
  readonly update: (length: number) => void;
}

// The layout of the memory is drawn in `xxh64.wat`.
const stateLength = 48;

let xxh64: Xxh64 | undefined;
let nothing: Uint8Array | undefined;

/** The state of a hash before its first block. Throws where WebAssembly is forbidden. */
export function newHash(): Uint8Array {
  return (nothing ??= hashBlock(new Uint8Array(0), new Uint8Array(stateLength)));
}

/**
 * Hashes a block of at most 1 MiB, after all that led to `state`, and returns the state that it leads to.
 * The length of a block that others follow is a multiple of 32.
 */
export function hashBlock(block: Uint8Array, state: Uint8Array): Uint8Array {
  const { memory, update } = (xxh64 ??= start());
  // A hash leaves nothing here: another one may come between two blocks.
  memory.set(state);
  memory.set(block, stateLength);
  update(block.length);
  return memory.slice(0, stateLength);
}

/** The XXH64 with seed 0, in 16 hexadecimal digits, of all blocks that led to this state. */
export function digestOf({ buffer }: Uint8Array): string {
  return new DataView(buffer).getBigUint64(40, true).toString(16).padStart(16, "0");
}

function start(): Xxh64 {
  const { Instance, Module } = environment.WebAssembly;
  const bytes = xxh64Module.match(/../g) as string[];
  const { exports } = new Instance(
    new Module(Uint8Array.from(bytes, (byte) => parseInt(byte, 16))),
  );
  return { memory: new Uint8Array(exports.memory.buffer), update: exports.update };
}
