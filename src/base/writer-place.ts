/**
 * Whether what a writer is asked stays on this machine: it runs here, or its server does and the model
 * is none of those that a local server passes on (Ollama's end in `cloud`).
 */
export function staysHere(backend: string, where = "", model = ""): boolean {
  if (backend !== "openai") return true;
  if (/[-:]cloud$/.test(model)) return false;
  try {
    const { hostname } = new URL(where);
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  } catch {
    return false;
  }
}

/** The environment variables that may hold the key of a writer, the first one first. */
export function keyNames(writer: string, where: string): readonly string[] {
  const own = `PARABLE_KEY_${writer.toUpperCase().replace(/[^A-Z0-9_]/g, "_")}`;
  const isOpenAi = /^https:\/\/api\.openai\.com(\/|$)/.test(where);
  return isOpenAi ? [own, "OPENAI_API_KEY"] : [own];
}
