import { describe, expect, test } from "@jest/globals";
import type { Migrate } from "../../src/lifecycle/backup-options.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { exactText } from "../codec/exact-text.ts";
import {
  begin,
  type Dict,
  F32,
  Net,
  Pair,
  refusalOf,
  savedFrom,
  textOf,
  variable,
} from "./changed-program.ts";
import { rejection } from "./toy.ts";

const bytes = new Uint32Array([0x7fc00001, 0x80000000, 0x7fa00000]).buffer;
/** NaNs with payloads and a negative zero. */
const odd = (): Float32Array => new Float32Array(bytes.slice(0));

/** Migrates a checkpoint of `saved` into `live`, and returns what the program has then. */
async function migrate(saved: unknown, live: unknown, onMismatch: Migrate): Promise<unknown> {
  await begin(live, await savedFrom(saved), { onMismatch });
  return live;
}

/** Adds `bias` to the dict that stands in `place`; gives everything else back as it was. */
const withBias = (saved: StateDict): StateDict => ({ ...saved, bias: F32(7, -0) });

describe("a migration gives plain data back for what an object of the program loads:", () => {
  test("the state itself", async () => {
    const live = new Net({ w: F32(0, 0, 0), bias: F32(0, 0) });
    await migrate(new Net({ w: odd() }), live, withBias);
    expect(exactText(live.dict)).toBe(exactText({ w: odd(), bias: F32(7, -0) }));
  });

  test("an entry, and a variable that is reassigned", async () => {
    const live = {
      net: new Net({ w: F32(0, 0, 0), bias: F32(0, 0) }),
      params: variable<unknown>({ scale: F32(0) }),
      step: variable<unknown>(0),
      plain: { w: F32(0) },
    };
    const saved = {
      net: new Net({ w: odd() }),
      params: variable({ scale: F32(3) }),
      step: variable(Number.NaN),
      plain: { w: F32(5) },
    };
    await migrate(saved, live, (dict) => ({ ...dict, net: withBias(dict["net"] as StateDict) }));
    expect(textOf(live)).toBe(
      textOf({
        net: new Net({ w: odd(), bias: F32(7, -0) }),
        params: variable({ scale: F32(3) }),
        step: variable(Number.NaN),
        plain: { w: F32(5) },
      }),
    );
  });

  test.each<[string, (net: Net) => object, (saved: StateDict) => StateDict]>([
    [
      "deep in objects",
      (net) => ({ agent: { online: net, epsilon: 1 } }),
      (saved) => {
        const agent = saved["agent"] as StateDict;
        return { agent: { ...agent, online: withBias(agent["online"] as StateDict) } };
      },
    ],
    [
      "in an array",
      (net) => ({ nets: [{ x: 1 }, net] }),
      (saved) => {
        const [first, net] = saved["nets"] as [StateDict, StateDict];
        return { nets: [first, withBias(net)] };
      },
    ],
    [
      "in a Map",
      (net) => ({ nets: new Map<unknown, unknown>([[7, net]]) }),
      (saved) => {
        const net = (saved["nets"] as Map<number, StateDict>).get(7) as StateDict;
        return { nets: new Map([[7, withBias(net)]]) };
      },
    ],
    [
      "within what another one loads",
      (net) => ({ outer: new Pair(net, F32(2)) }),
      (saved) => {
        const outer = saved["outer"] as StateDict;
        return { outer: { ...outer, inner: withBias(outer["inner"] as StateDict) } };
      },
    ],
  ])("%s", async (_, stateOf, change) => {
    // A Map has no entries that are known from the start: a difference beside it makes it migrate.
    const mark = { at: { mark: null } };
    const live = { ...stateOf(new Net({ w: F32(0, 0, 0), bias: F32(0, 0) })), ...mark };
    const asked: StateDict[] = [];
    await migrate(stateOf(new Net({ w: odd() })), live, (saved) => {
      asked.push(saved);
      return { ...change(saved), at: { mark: null } };
    });
    expect(asked).toHaveLength(1);
    const wanted = { ...stateOf(new Net({ w: odd(), bias: F32(7, -0) })), ...mark };
    expect(exactText(live)).toBe(exactText(wanted));
  });

  test("and an owner that is given back counts for what it gives", async () => {
    const live = { net: new Net({ w: F32(0, 0, 0), bias: F32(0, 0) }), more: { x: 1 } };
    await migrate({ net: new Net({ w: odd() }), more: { x: 2 } }, live, (saved) => ({
      net: new Net(withBias(saved["net"] as StateDict)),
      more: new Net({ x: 3 }),
    }));
    expect(exactText(live)).toBe(
      exactText({ net: new Net({ w: odd(), bias: F32(7, -0) }), more: { x: 3 } }),
    );
  });

  test("one owner with two names is given one value", async () => {
    const one = new Net({ w: F32(1), bias: F32(0) });
    const live = { a: one, b: { same: one } };
    const saved = new Net({ w: F32(4) });
    await migrate({ a: saved, b: { same: saved } }, live, (dict) => {
      const net = { ...(dict["a"] as StateDict), bias: F32(5) };
      return { a: net, b: { same: net } };
    });
    expect(exactText(live.a.dict)).toBe(exactText({ w: F32(4), bias: F32(5) }));
  });

  test("two owners cannot be given one value", async () => {
    const live = { online: new Net({ w: F32(1) }), target: new Net({ w: F32(1) }) };
    const twice = (dict: StateDict): StateDict => ({ ...dict, target: dict["online"] });
    expect(await refusalOf(migrate({ online: new Net({ w: F32(2) }) }, live, twice))).toEqual([
      "state.target: kind the same value as state.online in the checkpoint, a value of its own in the program",
    ]);
    const copied = (dict: StateDict): StateDict => ({
      ...dict,
      target: structuredClone(dict["online"]),
    });
    await migrate({ online: new Net({ w: F32(2) }) }, live, copied);
    expect(exactText(live.target.dict)).toBe(exactText({ w: F32(2) }));
  });
});

describe("what a migration made is refused, with every difference and before anything is loaded,", () => {
  const saved = (): object => ({
    net: new Net({ w: F32(1), old: F32(2), list: [{ x: 1 }, { x: 2 }, { x: 3 }] }),
    params: variable({ scale: F32(3), more: F32(4) }),
    rate: { value: 0.5 },
  });
  const live = (): { net: Net; params: { get: () => unknown }; rate: { value: number } } => ({
    net: new Net({ w: F32(0), new: F32(0), list: [{ x: 0 }, { x: 0 }] }),
    params: variable({ scale: F32(0), more: F32(0) }),
    rate: { value: 0 },
  });
  const good = { w: F32(1), new: F32(9), list: [{ x: 1 }, { x: 2 }] };
  const parameters = { scale: F32(3), more: F32(4) };
  const rate = { value: 0.5 };

  test.each<[string, unknown, string[]]>([
    [
      "when it lacks what is new",
      { net: { w: F32(1), list: good.list }, params: parameters, rate },
      ["state.net.new: F32[1] in the program, absent in the checkpoint"],
    ],
    [
      "when it lacks what the checkpoint had",
      { net: { new: F32(9), list: [{ x: 1 }] }, params: { scale: F32(3) } },
      [
        "state.net.w: F32[1] in the program, absent in the checkpoint",
        "state.net.list[1]: array(2) in the program, absent in the checkpoint",
        "state.params.more: F32[1] in the program, absent in the checkpoint",
        "state.rate: record in the program, absent in the checkpoint",
      ],
    ],
    [
      "when it has what the program has no more",
      {
        net: { ...good, old: F32(2), list: [...good.list, { x: 3 }] },
        params: parameters,
        rate,
        extra: 1,
      },
      [
        "state.net.old: F32[1] in the checkpoint, absent in the program",
        "state.extra: 1 in the checkpoint, absent in the program",
        "state.net.list[2]: array(3) in the checkpoint, absent in the program",
      ],
    ],
    [
      "when it is of other types and shapes",
      {
        net: { ...good, w: F32(1, 2), new: new Float64Array(1) },
        params: { scale: new Date(0), more: F32(4) },
        rate,
      },
      [
        "state.net.w: shape F32[2] in the checkpoint, F32[1] in the program",
        "state.net.new: dtype F64[1] in the checkpoint, F32[1] in the program",
        "state.params.scale: kind date in the checkpoint, F32[1] in the program",
      ],
    ],
    [
      "when something else is in the place of an owner",
      { net: F32(1), params: null, rate },
      [
        "state.net: kind F32[1] in the checkpoint, record in the program",
        "state.params: kind null in the checkpoint, record in the program",
      ],
    ],
    [
      "when it is nothing",
      undefined,
      ["state: kind undefined in the checkpoint, record in the program"],
    ],
  ])("%s", async (_, migrated, differences) => {
    const program = live();
    const migrating = migrate(saved(), program, () => migrated as StateDict);
    expect(await refusalOf(migrating)).toEqual(differences);
    expect(textOf(program)).toBe(textOf(live()));
  });

  test("but not for what the run itself removed, added or replaced", async () => {
    const begun = (): { net: Net; todo: number[]; flags: Dict } => ({
      net: new Net({ w: F32(1), slots: [] }),
      todo: [1, 2, 3],
      flags: { warm: true, cold: { x: 1 } },
    });
    const trained = begun();
    const store = await savedFrom(trained, () => {
      trained.net.dict = { w: F32(5, 6), slots: [F32(7)] };
      trained.todo.length = 1;
      delete trained.flags["cold"];
    });
    const program = { ...begun(), head: { w: F32(0) } };
    await begin(program, store, { onMismatch: (dict) => ({ ...dict, head: { w: F32(8) } }) });
    expect(exactText(program)).toBe(exactText({ ...trained, head: { w: F32(8) } }));
  });

  test("when it cannot be saved, with the path", async () => {
    const migrating = migrate(saved(), live(), (dict) => ({ ...dict, net: (() => 1) as never }));
    expect(await rejection(migrating)).toMatchObject({
      code: "UNSUPPORTED_STATE",
      message: expect.stringMatching(/^state\.net cannot be saved: it is the function/),
    });
  });
});
