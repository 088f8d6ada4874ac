/** The path of the member `name` of what is at `path`; the outermost names stand alone. */
export function memberPath(path: string, name: string): string {
  const isPlain = /^[A-Za-z_$][\w$]*$/.test(name);
  if (!isPlain) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
