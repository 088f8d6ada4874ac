import { constants } from "node:os";

const texts: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBADF: "bad file descriptor",
  EDQUOT: "disk quota exceeded",
  EEXIST: "file already exists",
  EINVAL: "invalid argument",
  EIO: "i/o error",
  EISDIR: "illegal operation on a directory",
  EMFILE: "too many open files",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
};

// Node has no name for a used-up quota, and says so.
const namelessNumbers: Readonly<Record<string, number>> = { EDQUOT: 122 };

/** The error with which Node answers a call that the operating system refused with `code`. */
export function systemError(
  code: string,
  syscall: string,
  path: string,
  destination?: string,
): NodeJS.ErrnoException {
  const nameless = namelessNumbers[code];
  const number = nameless ?? constants.errno[code as keyof typeof constants.errno];
  if (number === undefined) throw new RangeError(`${code} is not the code of a system error.`);
  const shown = nameless === undefined ? code : "UNKNOWN";
  const paths = destination === undefined ? `'${path}'` : `'${path}' -> '${destination}'`;
  const message = `${shown}: ${texts[code] ?? "the call failed"}, ${syscall} ${paths}`;
  return Object.assign(new Error(message), {
    code: shown,
    errno: -number,
    syscall,
    path,
    ...(destination === undefined ? {} : { dest: destination }),
  });
}
