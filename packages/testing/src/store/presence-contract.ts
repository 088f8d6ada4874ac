import assert from "node:assert/strict";
import type { Presence } from "@reprise/core";
import { outcomeOf } from "./promise-kit.ts";

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
    assert.deepEqual(JSON.parse(JSON.stringify(holder)), { ...holder });
    assert.equal(new Date(holder.since).toISOString(), holder.since, "since is an ISO 8601 date");
  });

  it("facts that describe this very thread mean dead", async () => {
    const presence = await factory();
    assert.equal(await presence.probe(await presence.describe()), "dead");
  });

  it("a holder of which only the time is known has a liveness and a name", async () => {
    const presence = await factory();
    const holder = { since: "2026-01-01T00:00:00.000Z" };
    assert.ok(["dead", "alive", "unknown"].includes(await presence.probe(holder)));
    assert.match(presence.name(holder), /\S/u);
  });

  it("claiming hands on what the claim resolves with or throws", async () => {
    const presence = await factory();
    assert.equal(await presence.claiming(async () => 7), 7);
    const failure = new Error("the claim failed");
    const outcome = await outcomeOf(presence.claiming(() => Promise.reject(failure)));
    assert.deepEqual(outcome, { error: failure });
    assert.equal(await presence.claiming(async () => 8), 8, "claiming after a failed claim");
  });
}
