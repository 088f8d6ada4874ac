import { describe, expect, test } from "@jest/globals";
import { CheckpointWriter, type WriteJob } from "../../src/checkpoint/writer.ts";
import type { Snapshot } from "../../src/snapshot/pool.ts";

/** A job that waits until it is told to go on, and the log of what happened to it. */
function makeJob(name: string, log: string[]): { job: WriteJob; finish: () => void } {
  const { promise, resolve } = withResolvers();
  const snapshot: Snapshot = {
    roots: {},
    leaves: [],
    byteLength: 0,
    bytes: () => [],
    put: () => {},
    finish: undefined,
    release: () => log.push(`${name} released`),
  };
  const write = async (): Promise<void> => {
    log.push(`${name} begun`);
    await promise;
    log.push(`${name} written`);
  };
  return { job: { snapshot, write }, finish: resolve };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe("the checkpoint writer", () => {
  test("writes one at a time, and releases each snapshot once it is written", async () => {
    const log: string[] = [];
    const writer = new CheckpointWriter();
    const one = makeJob("one", log);
    const two = makeJob("two", log);
    writer.submit(one.job);
    writer.submit(two.job);
    two.finish();
    expect(log).toEqual(["one begun"]);
    one.finish();
    await writer.drain();
    expect(log).toEqual([
      "one begun",
      "one written",
      "one released",
      "two begun",
      "two written",
      "two released",
    ]);
  });

  test("of those that wait only the newest is written; the other is given back unwritten", async () => {
    const log: string[] = [];
    const writer = new CheckpointWriter();
    const jobs = ["one", "two", "three"].map((name) => makeJob(name, log));
    for (const { job } of jobs) {
      writer.dropWaiting();
      writer.submit(job);
    }
    for (const { finish } of jobs) finish();
    await writer.drain();
    expect(log).toEqual([
      "one begun",
      "two released",
      "one written",
      "one released",
      "three begun",
      "three written",
      "three released",
    ]);
  });

  test("draining with nothing to do resolves, also after work was done", async () => {
    const writer = new CheckpointWriter();
    await writer.drain();
    const { job, finish } = makeJob("one", []);
    writer.submit(job);
    finish();
    await writer.drain();
    await writer.drain();
  });

  test("what is submitted while another drains is waited for as well", async () => {
    const log: string[] = [];
    const writer = new CheckpointWriter();
    const one = makeJob("one", log);
    const two = makeJob("two", log);
    writer.submit(one.job);
    const drained = writer.drain();
    writer.submit(two.job);
    one.finish();
    two.finish();
    await drained;
    expect(log.at(-1)).toBe("two released");
  });
});
