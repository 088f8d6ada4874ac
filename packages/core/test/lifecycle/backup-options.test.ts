import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import { everySeconds } from "../../src/policy/every-seconds.ts";
import { memory } from "../../src/store/memory-store.ts";

const make = (options: unknown): BackupAndRestore =>
  new BackupAndRestore(memory(), options as never);

const refusal = (message: RegExp): unknown =>
  expect.objectContaining({
    code: "INVALID_ARGUMENT",
    exitCode: 78,
    message: expect.stringMatching(message),
  });

describe("the store of BackupAndRestore", () => {
  test("as a string, which a Keras user will type, shows how it is written here", () => {
    expect(() => new BackupAndRestore("./backup" as never)).toThrow(
      refusal(/directory\("\.\/backup"\)/),
    );
  });

  test.each([undefined, null, 5, {}, [], { list() {}, read() {}, create() {} }, memory])(
    "%p is refused",
    (store) => {
      expect(() => new BackupAndRestore(store as never)).toThrow(refusal(/store.*found/s));
    },
  );
});

describe("the options of BackupAndRestore", () => {
  test("have defaults", () => {
    const { options } = new BackupAndRestore(memory());
    expect(options).toEqual({
      policy: expect.objectContaining({ name: "every 1 epochs" }),
      deleteCheckpoint: true,
      keepPrevious: false,
      fallback: false,
      mustResume: false,
      takeOver: false,
      fingerprint: null,
      onMismatch: "refuse",
      onSaveError: "warn",
      sync: false,
      checksum: "xxh64",
      frozen: [],
      preemption: undefined,
      onPreemption: "throw",
      report: expect.any(Function),
    });
  });

  test("an undefined option is its default", () => {
    const names = [
      "saveFreq",
      "deleteCheckpoint",
      "fallback",
      "fingerprint",
      "preemption",
      "onEvent",
    ];
    const options = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(JSON.stringify(make(options).options)).toBe(JSON.stringify(make({}).options));
  });

  test("whoever keeps the previous checkpoint wants to go back to it, unless told otherwise", () => {
    expect(make({ keepPrevious: true }).options.fallback).toBe(true);
    expect(make({ keepPrevious: true, fallback: false }).options.fallback).toBe(false);
  });

  test("end the process at a preemption only where the preemption can", () => {
    const watch = (): (() => void) => () => {};
    const exit = async (): Promise<never> => new Promise(() => {});
    expect(make({ preemption: { watch } }).options.onPreemption).toBe("throw");
    expect(make({ preemption: { watch, exit } }).options.onPreemption).toBe("exit");
    expect(make({ preemption: { watch, exit }, onPreemption: "throw" }).options.onPreemption).toBe(
      "throw",
    );
  });

  test("take the preemption of the store, another, or none", () => {
    const own = { watch: () => () => {} };
    const other = { watch: () => () => {} };
    const store = { ...memory(), preemption: own };
    expect(new BackupAndRestore(store).options.preemption).toBe(own);
    expect(new BackupAndRestore(store, { preemption: other }).options.preemption).toBe(other);
    expect(new BackupAndRestore(store, { preemption: false }).options.preemption).toBeUndefined();
  });

  test("accept what they say", () => {
    for (const options of [
      { saveFreq: everySeconds(5) },
      { fingerprint: "v1" },
      { fingerprint: { hidden: 128, bias: true, note: null, kind: "mlp" } },
      { onMismatch: (saved: unknown) => saved },
      { frozen: ["embedding"] },
      { checksum: "sha256" },
    ])
      expect(() => make(options)).not.toThrow();
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ saveFreq: 0 }, /saveFreq.*found 0/],
    [{ saveFreq: "batch" }, /saveFreq.*found "batch"/],
    [{ deleteCheckpoint: "yes" }, /deleteCheckpoint.*true or false.*found "yes"/],
    [{ keepPrevious: 2 }, /keepPrevious.*found 2/],
    [{ fallback: null }, /fallback.*found null/],
    [{ mustResume: 1 }, /mustResume.*found 1/],
    [{ takeOver: "true" }, /takeOver.*found "true"/],
    [{ sync: 0 }, /sync.*found 0/],
    [{ fingerprint: 5 }, /fingerprint.*a string.*found 5/],
    [{ fingerprint: { model: {} } }, /fingerprint.*found a plain object/],
    [{ fingerprint: { lr: NaN } }, /fingerprint/],
    [{ fingerprint: { big: 5n } }, /fingerprint/],
    [{ fingerprint: ["a"] }, /fingerprint.*found an array of 1/],
    [{ onMismatch: "ignore" }, /onMismatch.*"refuse".*"warn".*found "ignore"/],
    [{ onSaveError: "ignore" }, /onSaveError.*"warn" or "throw".*found "ignore"/],
    [{ checksum: "md5" }, /checksum.*"xxh64" or "sha256".*found "md5"/],
    [{ frozen: "embedding" }, /frozen.*names.*found "embedding"/],
    [{ frozen: [5] }, /frozen.*found an array of 1/],
    [{ preemption: true }, /preemption.*watch.*found true/],
    [{ preemption: {} }, /preemption.*watch.*found a plain object/],
    [{ onPreemption: "save" }, /onPreemption.*"exit" or "throw".*found "save"/],
    [{ onEvent: "log" }, /onEvent.*a function.*found "log"/],
  ])("%j is refused with what was expected and found", (options, message) => {
    expect(() => make(options)).toThrow(refusal(message));
  });

  test("a name that does not exist is refused with those that do", () => {
    expect(() => make({ savefreq: 200 })).toThrow(refusal(/"savefreq"/));
    expect(() => make({ savefreq: 200 })).toThrow(refusal(/saveFreq, .*keepPrevious/));
    expect(() => make({ __proto__: null, toString: 1 })).toThrow(refusal(/"toString"/));
  });

  test.each([null, 5, "epoch", [], [1]])("%p are no options", (options) => {
    expect(() => make(options)).toThrow(refusal(/an object.*found/));
  });
});
