import type { Presence } from "@reprise/core";
import { assert, assertEqual, assertSameBits } from "../contract/assert.ts";
import { outcomeOf } from "../contract/outcome.ts";

/** What {@link presenceContract} needs to know of a presence and of the test runner. */
export interface PresenceContract {
  /** Registers a test: `test` or `it` of any runner. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** The presence of a new store, for one test. */
  readonly factory: () => Promise<Presence>;
}

/** Registers one test for every promise of `Presence` that one process can see. */
export function presenceContract({ it, factory }: PresenceContract): void {
  it("a holder is plain data that another process can read", async () => {
    const holder = await (await factory()).describe();
    assertSameBits(JSON.parse(JSON.stringify(holder)), { ...holder }, "the holder through JSON");
    assertEqual(new Date(holder.since).toISOString(), holder.since, "since is an ISO 8601 date");
  });

  it("facts that describe this very thread mean dead", async () => {
    const presence = await factory();
    const liveness = await presence.probe(await presence.describe());
    assertEqual(liveness, "dead", "what probe says of this thread");
  });

  it("a holder of which only the time is known has a liveness and a name", async () => {
    const presence = await factory();
    const holder = { since: "2026-01-01T00:00:00.000Z" };
    const liveness = await presence.probe(holder);
    assert(["dead", "alive", "unknown"].includes(liveness), `what probe says: found ${liveness}`);
    assert(/\S/u.test(presence.name(holder)), "the name of the holder is empty");
  });

  it("claiming hands on what the claim resolves with or throws", async () => {
    const presence = await factory();
    assertEqual(await presence.claiming(async () => 7), 7, "what claiming resolves with");
    const failure = new Error("the claim failed");
    const outcome = await outcomeOf(presence.claiming(() => Promise.reject(failure)));
    assert("error" in outcome, "claiming resolved although the claim failed");
    assertEqual(outcome.error, failure, "what claiming rejects with");
    assertEqual(await presence.claiming(async () => 8), 8, "claiming after a failed claim");
  });
}
