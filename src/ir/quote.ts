/** Write a text as a quoted value: with `"`, `\\` and line ends escaped. */
export function quote(value: string): string {
  const inner = value.replace(/\\(?=["\\ntr]|$)|["\n\t\r]/g, (sign) => {
    if (sign === "\n") return "\\n";
    if (sign === "\t") return "\\t";
    if (sign === "\r") return "\\r";
    return `\\${sign}`;
  });
  return `"${inner}"`;
}
