import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { directoryScope } from "./directory-scope.ts";
import { FileOperations, type OnFileOperation } from "./file-operations.ts";
import { OpenFiles, opensForWriting } from "./open-files.ts";
import { type AnyFunction, beforeMethod, type Methods, replaceMethod } from "./replace-method.ts";
import { pendingWrite, pendingWritev } from "./write-arguments.ts";

const onePath = ["mkdir", "mkdtemp", "rm", "rmdir", "truncate", "unlink"];
const twoPaths = ["copyFile", "cp", "link", "rename", "symlink"];

/**
 * From now on tells `report` of every call of `node:fs` and `node:fs/promises` that changes what
 * `directory` holds or makes it durable: synchronous, with a callback, with a promise, or through a
 * `FileHandle`. Call it before the program is loaded: what took a function out of `node:fs` earlier
 * through `require` keeps the one that is not watched.
 */
export async function watchFileOperations(
  directory: string,
  report: OnFileOperation,
): Promise<void> {
  const scope = directoryScope(directory);
  const files = new OpenFiles(scope);
  const operations = new FileOperations(scope, files, report);
  const handles = await fileHandleMethods();

  for (const name of onePath) {
    beforeEveryForm(name, ([path]) => operations.onPaths(name, [path]));
  }
  for (const name of twoPaths) {
    beforeEveryForm(name, ([from, to]) => operations.onPaths(name, [from, to]));
  }
  for (const [name, flag] of [
    ["writeFile", "w"],
    ["appendFile", "a"],
  ] as const) {
    beforeEveryForm(name, (args) => operations.onWholeFile(flag, args));
    beforeMethod(handles, name, (args, self) => operations.onWholeFile(flag, [self, ...args]));
  }
  for (const [name, handleName] of [
    ["fsync", "sync"],
    ["fdatasync", "datasync"],
    ["ftruncate", "truncate"],
  ] as const) {
    beforeEveryForm(name, ([file]) => operations.onFile(handleName, file));
    beforeMethod(handles, handleName, (_args, self) => operations.onFile(handleName, self));
  }
  for (const [name, read] of [
    ["write", pendingWrite],
    ["writev", pendingWritev],
  ] as const) {
    beforeEveryForm(name, ([file, ...args]) => operations.onWrite(file, read(args)));
    beforeMethod(handles, name, (args, self) => operations.onWrite(self, read(args)));
  }
  trackOpenFiles(files, operations);
  beforeEveryForm("close", ([file]) => files.closed(file));
  syncBuiltinESMExports();
}

const callbackForms = fs as unknown as Methods;
const promiseForms = fs.promises as unknown as Methods;

/** `name` and `nameSync` of `node:fs`, and `name` of `node:fs/promises`, as far as they exist. */
function beforeEveryForm(name: string, observe: (args: unknown[]) => void): void {
  beforeMethod(callbackForms, name, observe);
  beforeMethod(callbackForms, `${name}Sync`, observe);
  beforeMethod(promiseForms, name, observe);
}

function trackOpenFiles(files: OpenFiles, operations: FileOperations): void {
  const observe = ([path, flags]: readonly unknown[]): void => {
    if (opensForWriting(flags)) operations.onPaths("open", [path]);
  };
  replaceMethod(callbackForms, "openSync", (call, args) => {
    observe(args);
    const file = call(...args);
    files.opened(file, args[0]);
    return file;
  });
  replaceMethod(promiseForms, "open", async (call, args) => {
    observe(args);
    const handle = await call(...args);
    files.opened(handle, args[0]);
    // A method of each handle by itself, unlike the others.
    beforeMethod(handle as Methods, "close", () => files.closed(handle));
    return handle;
  });
  replaceMethod(callbackForms, "open", (call, args) => {
    observe(args);
    const callback = args.at(-1) as AnyFunction;
    return call(...args.slice(0, -1), (error: unknown, file: unknown) => {
      files.opened(file, args[0]);
      callback(error, file);
    });
  });
}

async function fileHandleMethods(): Promise<Methods> {
  const handle = await fs.promises.open(process.execPath, "r");
  await handle.close();
  return Object.getPrototypeOf(handle) as Methods;
}
