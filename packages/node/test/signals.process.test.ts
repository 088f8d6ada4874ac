import { afterAll, expect, test } from "@jest/globals";
import { type Child, runChild, startChild } from "./child.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const started: Child[] = [];

afterAll(() => {
  for (const { process: child } of started) child.kill("SIGKILL");
});

async function startWatching(mode: string): Promise<Child> {
  const child = startChild("watch-signals.ts", [mode, temporaryDirectory()]);
  started.push(child);
  expect(await child.nextLine()).toBe("ready");
  return child;
}

/** Longer than a launcher takes to repeat a signal that the terminal has sent already. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 400));
}

test.each(["SIGTERM", "SIGINT", "SIGUSR2"] as const)(
  "the first %s is a notice, the second ends the process as ever",
  async (signal) => {
    const child = await startWatching("once");
    child.process.kill(signal);
    expect(await child.nextLine()).toBe(`first ${signal}`);
    await pause();
    child.process.kill(signal);
    expect(await child.ended).toMatchObject({ code: null, signal });
  },
);

test("a second signal of another kind ends the process at once", async () => {
  const child = await startWatching("once");
  child.process.kill("SIGINT");
  expect(await child.nextLine()).toBe("first SIGINT");
  child.process.kill("SIGTERM");
  expect(await child.ended).toMatchObject({ code: null, signal: "SIGTERM" });
});

test("one Ctrl-C that a launcher passes on a second time is one notice", async () => {
  const child = await startWatching("echo");
  expect(await child.nextLine()).toBe("first SIGINT");
  expect(await child.nextLine()).toBe("alive");
  await pause();
  child.process.kill("SIGINT");
  expect(await child.ended).toMatchObject({ signal: "SIGINT" });
});

test("every watcher is told", async () => {
  const child = await startWatching("twice");
  child.process.kill("SIGTERM");
  expect(await child.nextLine()).toBe("first SIGTERM");
  expect(await child.nextLine()).toBe("second SIGTERM");
});

test("a watcher that stops, even twice, leaves the others watching", async () => {
  const child = await startWatching("oneLeft");
  child.process.kill("SIGTERM");
  expect(await child.nextLine()).toBe("second SIGTERM");
});

test("a signal after the last watcher stopped has its default effect", async () => {
  const child = await startWatching("stopped");
  child.process.kill("SIGTERM");
  expect(await child.ended).toMatchObject({ code: null, signal: "SIGTERM" });
});

test("whoever watches after a notice was dealt with is given a first notice again", async () => {
  const child = await startWatching("again");
  child.process.kill("SIGTERM");
  expect(await child.nextLine()).toBe("first SIGTERM");
  expect(await child.nextLine()).toBe("again");
  child.process.kill("SIGTERM");
  expect(await child.nextLine()).toBe("second SIGTERM");
});

test("watching alone does not keep a process running", async () => {
  const child = await startWatching("idle");
  expect(await child.ended).toMatchObject({ code: 0, signal: null });
});

test("exit waits until everything that was written has been read", async () => {
  const ending = await runChild("watch-signals.ts", ["exit", temporaryDirectory()]);
  expect(ending.code).toBe(75);
  expect(ending.stdout).toHaveLength(1 << 20);
  expect(ending.stderr).toHaveLength(1 << 20);
});

test("exit does not wait for a reader that has gone", async () => {
  const child = startChild("watch-signals.ts", ["exit", temporaryDirectory()]);
  child.process.stdout?.destroy();
  child.process.stderr?.destroy();
  expect((await child.ended).code).not.toBeNull();
});
