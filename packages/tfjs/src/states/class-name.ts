/** The name of the class of an optimizer or a layer, which survives minification; `otherwise` if it has none. */
export function classNameOf(value: { getClassName(): string }, otherwise: string): string {
  // A class of the program may lack one, whatever the types say.
  const name: string | undefined = value.getClassName();
  return name ?? otherwise;
}
