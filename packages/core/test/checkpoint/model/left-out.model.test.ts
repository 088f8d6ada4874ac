import { describe, expect, test } from "@jest/globals";
import { explore } from "./explore.ts";
import { leftOut } from "./left-out-steps.ts";
import { mutateProtocol } from "./mutate-protocol.ts";

describe("the protocol with all of its steps breaks no promise", () => {
  const scenarios = new Set(Object.values(leftOut).map((it) => it.scenario));
  test.each([...scenarios])("%#", async (tried) => {
    expect((await explore(tried)).broken).toBeUndefined();
  });
});

describe("without one of its steps it breaks one:", () => {
  test.each(Object.entries(leftOut))("%s", async (_step, { edits, scenario: tried, breaks }) => {
    const { broken } = await explore({ ...tried, protocol: await mutateProtocol(edits) });
    expect(broken?.promised).toBe(breaks);
  });
});
