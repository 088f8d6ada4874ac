import { open } from "node:fs/promises";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, test } from "@jest/globals";
import { isRepriseError, RepriseError } from "@reprise/core";
import { copyError, type ErrorCopy, errorOf } from "../../src/writer-thread/error-copy.ts";
import { rejection } from "../temporary-directory.ts";

/** What arrives of an error in another thread. */
function sent(error: unknown): Error {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(copyError(error), []);
  const { message } = receiveMessageOnPort(port2) as { readonly message: ErrorCopy };
  port1.close();
  return errorOf(message);
}

test("an error of Reprise arrives as it was, with all that caused it", async () => {
  const cause = (await rejection(open("/missing/file"))) as NodeJS.ErrnoException;
  const error = new RepriseError("STORE_FULL", "No room.", {
    cause: new Error("in between", { cause }),
    details: { path: "/a", neededBytes: 2 ** 40, nested: { list: [1n, new Date(5)] } },
  });
  const arrived = sent(error);
  expect(isRepriseError(arrived, "STORE_FULL")).toBe(true);
  const { message, name, stack, details, exitCode } = arrived as RepriseError;
  expect({ message, name, stack, details, exitCode }).toEqual({
    message: "No room.",
    name: "RepriseError",
    stack: error.stack,
    details: error.details,
    exitCode: 1,
  });
  const between = arrived.cause as Error;
  expect(between.message).toBe("in between");
  const { code, errno, syscall, path } = between.cause as NodeJS.ErrnoException;
  expect({ code, errno, syscall, path }).toEqual({
    code: "ENOENT",
    errno: cause.errno,
    syscall: "open",
    path: "/missing/file",
  });
  expect(between.cause).toMatchObject({ message: cause.message, stack: cause.stack });
});

test("an exit code other than 1 arrives, too", () => {
  expect((sent(new RepriseError("SUPERSEDED", "gone")) as RepriseError).exitCode).toBe(78);
});

test("errors of every kind keep their name, and one without a cause has none", () => {
  const arrived = sent(new TypeError("not a number"));
  expect(arrived).toMatchObject({ name: "TypeError", message: "not a number" });
  expect("cause" in arrived).toBe(false);
  expect("code" in arrived).toBe(false);
  expect(String(arrived)).toBe("TypeError: not a number");
});

test("both paths of a system call arrive", () => {
  const facts = { code: "EXDEV", errno: -18, syscall: "link", path: "/a", dest: "/b" };
  expect(sent(Object.assign(new Error("across"), facts))).toMatchObject(facts);
});

test("what cannot be sent is told in words", () => {
  const handle = (): void => {};
  const arrived = sent(
    new RepriseError("STORE_FAILED", "odd", { details: { handle, path: "/a" } }),
  );
  expect((arrived as RepriseError).details).toEqual({ handle: String(handle), path: "/a" });
});

test("what was thrown and is no error becomes one that says it", () => {
  expect(sent("a text").message).toBe("a text");
  expect(sent(undefined).message).toBe("undefined");
});

test("a chain of causes that bites its tail ends", () => {
  const error = new Error("round");
  error.cause = error;
  expect(sent(error).message).toBe("round");
});
