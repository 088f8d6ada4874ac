import { expect, test } from "@jest/globals";
import { bundle, serve } from "../browser/browser.ts";
import { liveThrough } from "../browser/lives.ts";
import type { Results } from "../browser/programs/store-contract.ts";

test("a store in IndexedDB keeps every promise in Chromium, also where it is not alone", async () => {
  const site = await serve(await bundle("programs/store-contract.ts"));
  try {
    const { result } = await liveThrough<Results>(site, "program.checkIndexedDb()");
    expect(result.filter(([, error]) => error !== "")).toEqual([]);
    expect(result.length).toBeGreaterThan(25);
  } finally {
    await site.close();
  }
});
