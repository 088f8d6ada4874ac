import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { Presence } from "@reprise/core";
import { directory } from "../src/index.ts";
import { rejection, temporaryDirectory } from "./temporary-directory.ts";

function presenceOf(path: string): Presence {
  const { presence } = directory(path);
  if (!presence) throw new Error("a directory has no presence");
  return presence;
}

test("a claim runs in a directory that it may count on, and leaves nothing behind", async () => {
  const path = join(temporaryDirectory(), "a", "backup");
  const seen = await presenceOf(path).claiming(async () => readdirSync(path));
  expect(seen).toEqual(["claim.lock"]);
  expect(readdirSync(path)).toEqual([]);
});

test("a claim that fails is passed on, and leaves nothing behind", async () => {
  const path = temporaryDirectory();
  const failing = presenceOf(path).claiming(() => Promise.reject(new Error("refused")));
  expect(await rejection(failing)).toMatchObject({ message: "refused" });
  expect(readdirSync(path)).toEqual([]);
});

test("claims that come at once run one after the other", async () => {
  const path = temporaryDirectory();
  let running = 0;
  let most = 0;
  const claim = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  await Promise.all([1, 2].map(() => presenceOf(path).claiming(claim)));
  expect(most).toBe(1);
  expect(readdirSync(path)).toEqual([]);
});

test("what a starter that died left behind delays a claim a little and is removed", async () => {
  const path = temporaryDirectory();
  mkdirSync(join(path, "claim.lock"));
  expect(await presenceOf(path).claiming(async () => "claimed")).toBe("claimed");
  expect(readdirSync(path)).toEqual([]);
});

test("a claim runs where no other starter can be asked to wait", async () => {
  const path = join(temporaryDirectory(), "backup");
  writeFileSync(path, "not a directory");
  expect(await presenceOf(path).claiming(async () => "claimed")).toBe("claimed");
  expect(existsSync(path)).toBe(true);
});

test("a file of the name of the lock is not removed", async () => {
  const path = temporaryDirectory();
  writeFileSync(join(path, "claim.lock"), "mine");
  expect(await presenceOf(path).claiming(async () => "claimed")).toBe("claimed");
  expect(readdirSync(path)).toEqual(["claim.lock"]);
});
