// Preloaded with `--import` where programs run from their TypeScript sources: Node 20 reads none by
// itself. Unlike `--import tsx`, it also holds in the threads that a program starts.
import { register } from "tsx/esm/api";

register();
