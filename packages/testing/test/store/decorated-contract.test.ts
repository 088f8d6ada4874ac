import { describe, test } from "@jest/globals";
import { memory } from "@reprise/core";
import { storeContract } from "@reprise/testing";
import { onDisk, SimulatedDisk, simulatedStore } from "../fixtures/simulated-disk.ts";
import { prefixed, slow } from "../fixtures/store-decorators.ts";

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
