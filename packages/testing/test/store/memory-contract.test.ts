import { describe, test } from "@jest/globals";
import { memory } from "@reprise/core";
import { presenceContract, storeContract } from "@reprise/testing";

describe("the memory store keeps the contract", () => {
  storeContract({
    it: test,
    async factory() {
      const store = memory();
      return { store, reopen: async () => store };
    },
  });
});

describe("the presence of the memory store keeps the contract", () => {
  presenceContract({
    it: test,
    async factory() {
      const { presence } = memory();
      if (presence === undefined) throw new Error("the memory store has no presence");
      return presence;
    },
  });
});
