import { describe, expect, test } from "@jest/globals";
import { runInNewContext } from "node:vm";
import { capture, type CaptureOptions } from "../../src/snapshot/capture.ts";
import { isRepriseError } from "../../src/errors.ts";

/** The message with which a state is refused. */
function refusalOf(state: unknown, options?: CaptureOptions): string {
  try {
    capture({ state }, options);
  } catch (error) {
    if (isRepriseError(error, "UNSUPPORTED_STATE")) return error.message;
    throw error;
  }
  return "accepted";
}

class Layer {
  readonly size = 3;
}

class Cache extends Map<string, number> {}

function detached(): Float32Array {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

function cyclic(): object {
  const node: Record<string, unknown> = { name: "a" };
  node["children"] = [{ parent: node }];
  return { tree: node };
}

function deep(depth: number): object {
  let value: object = {};
  for (let i = 0; i < depth; i++) value = { next: value };
  return value;
}

const refused: readonly (readonly [string, unknown, string])[] = [
  [
    "a function",
    { model: { layers: [1, 2, { activation: Math.tanh }] } },
    "state.model.layers[2].activation cannot be saved: it is the function tanh. Leave it out",
  ],
  [
    "an instance after other objects",
    { a: { b: { c: { d: 1 } } }, e: new Layer() },
    "state.e cannot be saved: it is an instance of Layer.",
  ],
  [
    "a tensor of impossible shape",
    { a: { dtype: "F32", shape: [2 ** 53 - 1, 2 ** 53 - 1, 0], data: new Float32Array(0) } },
    "state.a cannot be saved: F32[9007199254740991,9007199254740991,0] does not fit a Float32Array of 0 bytes.",
  ],
  ["a symbol", { a: Symbol("x") }, "state.a cannot be saved: it is Symbol(x). Leave it out"],
  [
    "an instance of a class",
    { a: [new Layer()] },
    "state.a[0] cannot be saved: it is an instance of Layer. Give it stateDict() and loadStateDict()",
  ],
  [
    "an instance of a class of Map",
    { a: new Cache() },
    "state.a cannot be saved: it is an instance of Cache.",
  ],
  [
    "a class of Array",
    { a: new (class Stack extends Array<number> {})() },
    "state.a cannot be saved: it is ",
  ],
  [
    "an object that inherits from another",
    { a: Object.create(Object.create(null) as object) as object },
    "state.a cannot be saved: it is ",
  ],
  [
    "something that only calls itself a Map",
    { a: { __proto__: { [Symbol.toStringTag]: "Map", get: 0 } } },
    "state.a cannot be saved: it is ",
  ],
  [
    "an ArrayBuffer",
    { a: new ArrayBuffer(8) },
    "state.a cannot be saved: it is an instance of ArrayBuffer. Wrap it: new Uint8Array(buffer).",
  ],
  [
    "a DataView",
    { a: new DataView(new ArrayBuffer(8)) },
    "state.a cannot be saved: it is a DataView of 8 bytes. Wrap it",
  ],
  [
    "an array that was transferred",
    { a: detached() },
    "state.a cannot be saved: the array was transferred away.",
  ],
  [
    "a WeakMap",
    { a: new WeakMap() },
    "state.a cannot be saved: it is an instance of WeakMap. Use a Map or a Set.",
  ],
  ["a RegExp", { a: /x/ }, "state.a cannot be saved: it is an instance of RegExp."],
  ["an error", { a: new Error("x") }, "state.a cannot be saved: it is an instance of Error."],
  [
    "a promise",
    { a: Promise.resolve(1) },
    "state.a cannot be saved: it is an instance of Promise. Await it",
  ],
  [
    "a cycle",
    cyclic(),
    "state.tree.children[0].parent cannot be saved: it is state.tree again. Leave one",
  ],
  [
    "a Map with objects as keys",
    { a: new Map([[{}, 1]]) },
    "state.a cannot be saved: its key is a plain object",
  ],
  ["a Set of objects", { a: new Set([[1]]) }, "state.a cannot be saved: its key is an array of 1"],
  [
    "a value in a Map",
    { a: new Map([["x y", { f: Math.sin }]]) },
    'state.a.get("x y").f cannot be saved: it is the function sin.',
  ],
  [
    "a value in a state dict",
    { "my model": { stateDict: () => ({ f: Math.sin }), loadStateDict: () => {} } },
    'state["my model"].f cannot be saved: it is the function sin.',
  ],
  [
    "an asynchronous stateDict()",
    { a: { stateDict: async () => ({}), loadStateDict: () => {} } },
    "state.a cannot be saved: stateDict() returned an instance of Promise. Return the state itself",
  ],
  [
    "a stateDict() that gives nothing",
    { a: { stateDict: () => {}, loadStateDict: () => {} } },
    "state.a cannot be saved: stateDict() returned undefined.",
  ],
  [
    "a stateDict() that throws",
    {
      a: {
        stateDict: () => {
          throw new Error("no model yet");
        },
        loadStateDict: () => {},
      },
    },
    "state.a cannot be saved: stateDict() threw Error: no model yet.",
  ],
  [
    "a get() that gives a promise",
    { a: { get: async () => 1, set: () => {} } },
    "state.a cannot be saved: get() returned an instance of Promise.",
  ],
  [
    "a tensor whose shape and data disagree",
    { a: { dtype: "F32", shape: [2, 2], data: new Float32Array(3) } },
    "state.a cannot be saved: F32[2,2] does not fit a Float32Array of 12 bytes.",
  ],
  [
    "a tensor whose dtype and data disagree",
    { a: { dtype: "BF16", shape: [3], data: new Float32Array(3) } },
    "state.a cannot be saved: BF16[3] does not fit a Float32Array of 12 bytes. BF16 is held by Uint16Array.",
  ],
  [
    "a reference of impossible shape",
    { a: { dtype: "F32", shape: [-1], read: async () => new Float32Array(1), release: () => {} } },
    "state.a cannot be saved: F32[-1] does not fit",
  ],
  [
    "nesting without end",
    { a: deep(200) },
    `state.a${".next".repeat(99)} cannot be saved: it is over 100 levels deep.`,
  ],
  [
    "an array that is nearly empty",
    { a: Object.assign([], { 4294967294: 1 }) },
    "state.a[1000000] cannot be saved: it is nearly empty.",
  ],
  [
    "arrays that are nearly empty together",
    { a: Object.assign([], { 600000: 1 }), b: Object.assign([], { 600000: 1 }) },
    "state.b[400000] cannot be saved: it is nearly empty.",
  ],
];

describe("what could not be brought back exactly is refused with its path and a cure:", () => {
  test.each(refused)("%s", (_, state, message) => {
    const refusal = refusalOf(state);
    expect(refusal.slice(0, message.length)).toBe(message);
  });

  test("a value of another realm", () => {
    expect(refusalOf({ a: runInNewContext("new (class Net {})()") as unknown })).toContain(
      "an instance of Net",
    );
  });

  test("and the references that were captured until then are released", () => {
    let released = 0;
    const reference = {
      dtype: "F32",
      shape: [1],
      read: async () => new Float32Array(1),
      release: () => void released++,
    };
    refusalOf({ a: reference, b: Math.sin });
    expect(released).toBe(1);
  });
});

function withGetter(): object {
  return {
    get rate() {
      return 1;
    },
  };
}

const refusedAtStart: readonly (readonly [string, unknown, string])[] = [
  [
    "a getter",
    { a: withGetter() },
    'state.a cannot be saved: its "rate" is not an ordinary property',
  ],
  [
    "a read-only property",
    { a: Object.defineProperty({}, "x", { value: 1, enumerable: true, configurable: true }) },
    'state.a cannot be saved: its "x" is not an ordinary property',
  ],
  [
    "a hidden property",
    { a: Object.defineProperty({}, "x", { value: 1, writable: true }) },
    'state.a cannot be saved: its "x" is not an ordinary property',
  ],
  [
    "a frozen object",
    { a: Object.freeze({ x: 1 }) },
    "state.a cannot be saved: it is frozen or sealed.",
  ],
  ["a frozen array", { a: Object.freeze([1]) }, "state.a cannot be saved: it is frozen or sealed."],
  [
    "a symbol as key",
    { a: { [Symbol("x")]: 1 } },
    "state.a cannot be saved: its Symbol(x) is not an ordinary property",
  ],
  [
    "a property of an array",
    { a: Object.assign([1], { extra: 2 }) },
    'state.a cannot be saved: its "extra" is not an ordinary property.',
  ],
];

describe("at the start of a run it is also refused:", () => {
  test.each(refusedAtStart)("%s", (_, state, message) => {
    expect(refusalOf(state)).toBe("accepted");
    const refusal = refusalOf(state, { strict: true });
    expect(refusal.slice(0, message.length)).toBe(message);
  });

  test("but not what a stateDict() gives, which nobody writes to", () => {
    const model = {
      stateDict: () => Object.freeze({ ...withGetter(), list: Object.freeze([1]) }),
      loadStateDict: () => {},
    };
    expect(refusalOf({ model }, { strict: true })).toBe("accepted");
  });

  test("and ordinary state is not", () => {
    const state = {
      a: [1, [2]],
      m: new Map([[1, { x: 1 }]]),
      s: new Set([1]),
      w: new Float32Array(2),
      b: Buffer.from([1]),
      d: new Date(),
      n: Object.create(null) as object,
    };
    expect(refusalOf(state, { strict: true })).toBe("accepted");
  });
});
