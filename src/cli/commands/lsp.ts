import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serveLanguage } from "../lsp.js";
import { exit, type Outcome } from "../shell.js";

/** `parable lsp`: the language server on standard input and output, until the editor says `exit`. */
export async function lspCommand(): Promise<Outcome> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  serveLanguage(connection);
  await new Promise<void>((resolve) => process.stdin.once("end", () => resolve()));
  return exit.fine;
}
