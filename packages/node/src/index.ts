export { directory, type DirectoryOptions } from "./directory.ts";
export { exportFile } from "./export-file.ts";
export { signals } from "./signals.ts";
