import { describe, expect, test } from "@jest/globals";
import { isRepriseError } from "../../src/errors.ts";
import { memory } from "../../src/store/memory-store.ts";

// What every store promises is tested in @reprise/testing, by the contract suite; here is what is
// particular to this one.
const name = "checkpoint-1-1.safetensors";

describe("the memory store", () => {
  test("two stores share nothing", async () => {
    const [one, other] = [memory(), memory()];
    await one.create(name, [Uint8Array.of(1)]);
    expect(await one.list()).toEqual([name]);
    expect(await other.list()).toEqual([]);
  });

  test("says that nothing in it survives the process", () => {
    expect(memory().supports).toEqual({ durable: false });
  });

  test("holds an entry at the moment create is called, since nothing can come between", async () => {
    const store = memory();
    const first = store.create(name, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect(await store.read(name)).toEqual(Uint8Array.of(1, 2, 3));
    await first;
  });

  test("an entry that memory has no room for is STORE_FULL, with its cause, and leaves nothing", async () => {
    const store = memory();
    const chunk = new Uint8Array(2 ** 29);
    const error: unknown = await store
      .create(
        name,
        Array.from({ length: 2 ** 18 }, () => chunk),
      )
      .catch((thrown: unknown) => thrown);
    expect(isRepriseError(error, "STORE_FULL")).toBe(true);
    expect(error).toMatchObject({
      details: { name, size: 2 ** 47 },
      cause: expect.objectContaining({ name: "RangeError" }),
    });
    expect(await store.list()).toEqual([]);
  });

  test("calls every holder that is not live here dead, since nobody else sees this memory", async () => {
    const { presence } = memory();
    expect(await presence?.probe({ since: "2026-01-01T00:00:00.000Z", pid: 1 })).toBe("dead");
    expect(presence?.name({ since: "2026-01-01T00:00:00.000Z" })).toBe("this process");
  });
});
