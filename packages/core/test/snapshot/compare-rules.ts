export function F32(length: number): Float32Array {
  return new Float32Array(length);
}

/** An object with the protocol that gives `dict` as its state. */
export function stateful(dict: object): object {
  return { stateDict: () => dict, loadStateDict: () => {} };
}

const flat = F32(8);
const shared = { w: F32(1) };

/**
 * What happened; how the run's state was born, what its checkpoint holds, how the program that resumes
 * it begins; the differences as `kind path: program / checkpoint`.
 */
export const rules: readonly (readonly [string, unknown, unknown, unknown, readonly string[]])[] = [
  ["nothing", { a: { w: F32(3) } }, { a: { w: F32(3) } }, { a: { w: F32(3) } }, []],
  ["another value", { a: { x: 1 } }, { a: { x: 2 } }, { a: { x: "1" } }, []],
  ["a slot that grew", { a: {} }, { a: { m: F32(3), s: { t: 1 } } }, { a: {} }, []],
  [
    "a slot that was filled",
    { a: { m: null } },
    { a: { m: { x: F32(3) } } },
    { a: { m: null } },
    [],
  ],
  ["a key that was deleted", { a: { x: 1, y: 2 } }, { a: { x: 1 } }, { a: { x: 1, y: 2 } }, []],
  ["a tensor that grew", { a: { w: F32(3) } }, { a: { w: F32(9) } }, { a: { w: F32(3) } }, []],
  [
    "a tensor that became a list",
    { a: { w: F32(3) } },
    { a: { w: [1] } },
    { a: { w: F32(3) } },
    [],
  ],
  ["a list that grew", { a: [1] }, { a: [1, 2, { x: 1 }] }, { a: [1] }, []],
  ["a list that shrank", { a: [1, 2, { x: 1 }] }, { a: [1] }, { a: [1, 2, { x: 1 }] }, []],
  [
    "a list that became long",
    { a: [] },
    { a: Array.from({ length: 100 }, () => 1) },
    { a: [] },
    [],
  ],
  [
    "a long list that became short",
    { a: Array.from({ length: 100 }, () => 1) },
    { a: [1] },
    { a: Array.from({ length: 100 }, () => 1) },
    [],
  ],
  [
    "other entries of a Map",
    { a: new Map([["x", F32(1)]]) },
    { a: new Map([["y", F32(2)]]) },
    { a: new Map([["x", F32(1)]]) },
    [],
  ],
  [
    "entries of a Map of another make",
    { a: new Map() },
    { a: new Map([["y", { w: F32(2) }]]) },
    { a: new Map([["y", { w: F32(3), z: 1 }]]) },
    [],
  ],
  [
    "a list of a Map that became shorter",
    { a: new Map([["x", [1, 2, 3]]]) },
    { a: new Map([["x", [1]]]) },
    { a: new Map([["x", [1, 2, 3, 4]]]) },
    [],
  ],
  [
    "a dict that grew",
    { o: stateful({}) },
    { o: stateful({ m: F32(2) }) },
    { o: stateful({}) },
    [],
  ],
  [
    "a reassigned value that grew",
    { o: { get: () => null, set: () => {} } },
    { o: { get: () => F32(3), set: () => {} } },
    { o: { get: () => null, set: () => {} } },
    [],
  ],

  [
    "a layer the program added",
    { a: { w: F32(3) } },
    { a: { w: F32(3) } },
    { a: { w: F32(3), b: F32(1) } },
    ["missing state.a.b: F32[1] / nothing"],
  ],
  [
    "a layer the program dropped",
    { a: { w: F32(3), b: F32(1) } },
    { a: { w: F32(3), b: F32(1) } },
    { a: { w: F32(3) } },
    ["unexpected state.a.b: nothing / F32[1]"],
  ],
  [
    "a layer the program renamed",
    { a: { w: F32(3) } },
    { a: { w: F32(3) } },
    { a: { v: F32(3) } },
    ["missing state.a.v: F32[3] / nothing", "unexpected state.a.w: nothing / F32[3]"],
  ],
  [
    "another shape",
    { w: F32(3) },
    { w: F32(3) },
    { w: F32(4) },
    ["shape state.w: F32[4] / F32[3]"],
  ],
  [
    "another shape than both",
    { w: F32(3) },
    { w: F32(9) },
    { w: F32(4) },
    ["shape state.w: F32[4] / F32[9]"],
  ],
  [
    "another dtype",
    { w: F32(3) },
    { w: F32(3) },
    { w: new Float64Array(3) },
    ["dtype state.w: F64[3] / F32[3]"],
  ],
  [
    "the same bytes in another shape",
    { a: { dtype: "F32", shape: [2, 3], data: F32(6) } },
    { a: { dtype: "F32", shape: [2, 3], data: F32(6) } },
    { a: { dtype: "F32", shape: [3, 2], data: F32(6) } },
    ["shape state.a: F32[3,2] / F32[2,3]"],
  ],
  [
    "a top-level entry the program dropped",
    { a: F32(1) },
    { a: F32(1), b: F32(2) },
    { a: F32(1) },
    ["unexpected state.b: nothing / F32[2]"],
  ],
  [
    "a top-level entry the program added",
    { a: F32(1) },
    { a: F32(1) },
    { a: F32(1), b: F32(2) },
    ["missing state.b: F32[2] / nothing"],
  ],
  [
    "a longer list in the program",
    { a: [1, 2] },
    { a: [1, 2] },
    { a: [1, 2, 3] },
    ["missing state.a[2]: array(3) / array(2)"],
  ],
  [
    "a shorter list in the program",
    { a: [1, 2] },
    { a: [1, 2] },
    { a: [1] },
    ["unexpected state.a[1]: array(1) / array(2)"],
  ],
  [
    "a Map where an object was",
    { a: { x: 1 } },
    { a: { x: 1 } },
    { a: new Map() },
    ["kind state.a: map / record"],
  ],
  [
    "a number where a tensor was saved, and always had been",
    { o: { a: F32(1) } },
    { o: { a: F32(1) } },
    { o: { a: new Date() } },
    ["kind state.o.a: date / F32[1]"],
  ],
  [
    "another shape in a dict",
    { o: stateful({ w: F32(2) }) },
    { o: stateful({ w: F32(2) }) },
    { o: stateful({ w: F32(3) }) },
    ["shape state.o.w: F32[3] / F32[2]"],
  ],
  [
    "an object with methods where there was data",
    { o: { w: 1 } },
    { o: { w: 1 } },
    { o: stateful({ w: 1 }) },
    ["kind state.o: stateDict / record"],
  ],
  [
    "data where there was an object with methods",
    { o: stateful({ w: 1 }) },
    { o: stateful({ w: 1 }) },
    { o: { w: 1 } },
    ["kind state.o: record / stateDict"],
  ],
  [
    "an object with methods that nobody can make",
    { o: [] },
    { o: [{ agent: stateful({}) }] },
    { o: [] },
    ["kind state.o[0].agent: nothing that could load it / stateDict"],
  ],
  [
    "the same in a Map",
    { o: new Map() },
    { o: new Map([[7, stateful({})]]) },
    { o: new Map() },
    ["kind state.o.get(7): nothing that could load it / stateDict"],
  ],
  [
    "several things at once, in the order of the program",
    { a: F32(1), b: { x: F32(2) }, c: [] },
    { a: F32(1), b: { x: F32(2) }, c: [] },
    { c: [F32(1)], b: { x: F32(3) }, a: F32(2) },
    [
      "missing state.c[0]: array(1) / array(0)",
      "shape state.b.x: F32[3] / F32[2]",
      "shape state.a: F32[2] / F32[1]",
    ],
  ],

  [
    "one object on both sides",
    { a: [shared, shared] },
    { a: [shared, shared] },
    { a: [shared, shared] },
    [],
  ],
  [
    "one object saved, two in the program",
    { a: [{ x: 1 }, { x: 1 }] },
    { a: [shared, shared] },
    { a: [{ x: 1 }, { x: 1 }] },
    ["kind state.a[1]: a value of its own / the same value as state.a[0]"],
  ],
  [
    "two objects saved, one in the program",
    { a: [shared, shared] },
    { a: [{ w: F32(1) }, { w: F32(1) }] },
    { a: [shared, shared] },
    ["kind state.a[1]: the same value as state.a[0] / a value of its own"],
  ],
  [
    "one buffer saved, two in the program",
    { w: [F32(4), F32(4)] },
    { w: [flat.subarray(0, 4), flat.subarray(0, 4)] },
    { w: [F32(4), F32(4)] },
    ["kind state.w[1]: a value of its own / the same value as state.w[0]"],
  ],
  [
    "two buffers saved, one in the program",
    { w: [flat, flat.subarray(0, 4)] },
    { w: [F32(8), F32(4)] },
    { w: [flat, flat.subarray(0, 4)] },
    ["kind state.w[1]: the same value as state.w[0] / a value of its own"],
  ],
  [
    "views at another place",
    { w: [flat, flat.subarray(0, 4)] },
    { w: [flat, flat.subarray(0, 4)] },
    { w: [flat, flat.subarray(2, 6)] },
    ["kind state.w[1]: a value of its own / the same value as state.w[0]"],
  ],
  [
    "a buffer of which only views are live",
    { o: { flat: null, view: F32(4) } },
    { o: { flat, view: flat.subarray(0, 4) } },
    { o: { flat: null, view: F32(4) } },
    ["kind state.o.flat: nothing / bytes that it shares with state.o.view"],
  ],
  [
    "a new view of a buffer that is live",
    { o: { flat, views: [] } },
    { o: { flat, views: [flat.subarray(1, 2)] } },
    { o: { flat, views: [] } },
    [],
  ],
];
