import { afterAll, describe, expect, test } from "@jest/globals";
import { memory } from "@reprise/core";
import { faulty, slow, storeContract } from "@reprise/testing";
import { onDisk, SimulatedDisk, simulatedStore } from "../fixtures/simulated-disk.ts";
import { prefixed, recovering } from "../fixtures/store-decorators.ts";

describe("a part of a memory store keeps the contract, whatever lies beside it", () => {
  storeContract({
    it: test,
    async factory() {
      const whole = memory();
      await whole.create("checkpoint-1-1.safetensors", [Uint8Array.of(1)]);
      await whole.create("other-lease-1.json", [Uint8Array.of(2)]);
      const reopen = async () => prefixed(whole, "mine-");
      return { store: await reopen(), reopen };
    },
    async factoryWithForeign(name) {
      const whole = memory();
      await whole.create(`mine-${name}`, [Uint8Array.of(1)]);
      const reopen = async () => prefixed(whole, "mine-");
      return { store: await reopen(), reopen };
    },
  });
});

describe("a slow memory store keeps the contract", () => {
  storeContract({
    it: test,
    async factory() {
      const store = memory();
      return { store: slow(store), reopen: async () => slow(store) };
    },
  });
});

describe("a slow store that may run full keeps the contract", () => {
  storeContract({
    it: test,
    factory: () => onDisk((disk) => slow(simulatedStore(disk))),
    factoryWithRoom: (bytes) =>
      onDisk((disk) => slow(simulatedStore(disk)), new SimulatedDisk(bytes)),
  });
});

describe("a store that calls a faulty one again keeps the contract", () => {
  let faults = 0;
  const open = (disk: SimulatedDisk) =>
    recovering(simulatedStore(disk), () => {
      faults += 1;
    });
  storeContract({
    it: test,
    factory: () => onDisk(open),
    factoryWithRoom: (bytes) => onDisk(open, new SimulatedDisk(bytes)),
    factoryWithForeign(name) {
      const disk = new SimulatedDisk();
      disk.files.set(name, Uint8Array.of(1));
      return onDisk(open, disk);
    },
  });
  afterAll(() => {
    expect(faults).toBeGreaterThan(100);
  });
});

describe("a faulty store", () => {
  const isCreate = ({ method }: { readonly method: string }) => method === "create";

  test("fails the calls that were asked for, without effect, and no others", async () => {
    const store = memory();
    const flaky = faulty(store, isCreate, "STORE_FULL");
    await expect(flaky.create("lease-1.json", [])).rejects.toMatchObject({
      code: "STORE_FULL",
      message: "create lease-1.json failed, as call 1 was asked to.",
    });
    expect(await flaky.list()).toEqual([]);
    await store.create("lease-1.json", [Uint8Array.of(1)]);
    expect(await flaky.read("lease-1.json")).toEqual(Uint8Array.of(1));
  });

  test("counts its calls from 1 and names them", async () => {
    const calls: unknown[] = [];
    const flaky = faulty(memory(), (call) => calls.push(call) === 0);
    await flaky.create("lease-1.json", []);
    await flaky.list();
    await flaky.remove("lease-1.json");
    expect(calls).toEqual([
      { method: "create", name: "lease-1.json", count: 1 },
      { method: "list", count: 2 },
      { method: "remove", name: "lease-1.json", count: 3 },
    ]);
  });
});

test("a decorator passes on what a store brings besides its calls", () => {
  const preemption = { watch: () => () => {} };
  const store = { ...memory(), preemption };
  for (const { supports, presence, preemption: passedOn } of [
    slow(store),
    faulty(store, () => false),
  ]) {
    expect([supports, presence, passedOn]).toEqual([store.supports, store.presence, preemption]);
  }
});

test("a call of a slow store begins in a later turn of the event loop, and ends in a later one", async () => {
  const order: string[] = [];
  const afterMicrotasks = async (event: string) => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    order.push(event);
  };
  const store = slow({
    ...memory(),
    async list() {
      order.push("it begins");
      void afterMicrotasks("what waits for no event goes on");
      return [];
    },
  });
  const listed = store.list().then(() => order.push("it ends"));
  await afterMicrotasks("the caller goes on");
  await listed;
  expect(order).toEqual([
    "the caller goes on",
    "it begins",
    "what waits for no event goes on",
    "it ends",
  ]);
});
