import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CodeAction,
  CodeActionKind,
  CompletionItemKind,
  type Connection,
  type Diagnostic,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
  type TextEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  type CompletionItem,
  compileSpec,
  completeSpec,
  formatSpec,
  inspectSpec,
  renderDiagnostics,
  SourceText,
  signatureOf,
} from "../index.js";

/** Wait this long after the last key before a text is checked, in milliseconds. */
const pause = 120;

const kinds: Readonly<Record<CompletionItem["kind"], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  type: CompletionItemKind.Struct,
  column: CompletionItemKind.Field,
  table: CompletionItemKind.Class,
  source: CompletionItemKind.File,
  param: CompletionItemKind.Variable,
  output: CompletionItemKind.Variable,
  writer: CompletionItemKind.Module,
  value: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
  function: CompletionItemKind.Function,
  learner: CompletionItemKind.Module,
  option: CompletionItemKind.Property,
  header: CompletionItemKind.Field,
  word: CompletionItemKind.Keyword,
};

const capabilities: InitializeResult = {
  serverInfo: { name: "parable" },
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: { triggerCharacters: [" ", '"', ".", "{", "~", "="] },
    hoverProvider: true,
    definitionProvider: true,
    signatureHelpProvider: { triggerCharacters: ["(", ","] },
    documentFormattingProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  },
};

/** Where a document's relative paths start; undefined for one that is in no file. */
function folderOf(uri: string): { readonly folder?: string } {
  return uri.startsWith("file:") ? { folder: dirname(fileURLToPath(uri)) } : {};
}

/**
 * The language server over a connection of the Language Server Protocol 3.17: diagnostics while
 * typing with their remedies as quick fixes, completion, hover, definition, signatures, formatting.
 */
export function serveLanguage(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize(() => capabilities);
  addDiagnostics(connection, documents);
  addHelp(connection, documents);
  addEdits(connection, documents);
  documents.listen(connection);
  connection.listen();
}

type Documents = TextDocuments<TextDocument>;

function addDiagnostics(connection: Connection, documents: Documents): void {
  const waiting = new Map<string, NodeJS.Timeout>();
  const publish = async (document: TextDocument) => {
    const { uri, version } = document;
    const text = document.getText();
    const compiled = await compileSpec(text, { origin: uri, ...folderOf(uri), until: "check" });
    if (documents.get(uri)?.version !== version) return;
    const source = new SourceText(uri, text);
    const shown = await renderDiagnostics(compiled.diagnostics, source, "lsp");
    await connection.sendDiagnostics({
      uri,
      version,
      diagnostics: shown as unknown as Diagnostic[],
    });
  };
  documents.onDidChangeContent(({ document }) => {
    clearTimeout(waiting.get(document.uri));
    waiting.set(
      document.uri,
      setTimeout(() => {
        waiting.delete(document.uri);
        publish(document).catch((error: unknown) => connection.console.error(String(error)));
      }, pause),
    );
  });
  documents.onDidClose(({ document }) => {
    clearTimeout(waiting.get(document.uri));
    waiting.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
}

function addHelp(connection: Connection, documents: Documents): void {
  connection.onCompletion(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    const offset = document.offsetAt(position);
    const found = await completeSpec(document.getText(), offset, folderOf(document.uri));
    const range = {
      start: document.positionAt(found.start),
      end: document.positionAt(found.end),
    };
    return found.items.map((item, index) => ({
      label: item.text.trimEnd(),
      kind: kinds[item.kind],
      ...(item.detail === undefined ? {} : { detail: item.detail }),
      sortText: String(index).padStart(4, "0"),
      filterText: item.text,
      textEdit: { range, newText: item.text },
    }));
  });
  connection.onHover(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const { uri } = document;
    const found = await inspectSpec(document.getText(), document.offsetAt(position), folderOf(uri));
    if (found === undefined) return null;
    const { start, end } = found.span;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    return { contents: { kind: "markdown", value: found.markdown }, range };
  });
  connection.onDefinition(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const found = await inspectSpec(document.getText(), document.offsetAt(position));
    if (found?.declared === undefined) return null;
    const { start, end } = found.declared;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    return { uri: document.uri, range };
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return null;
    const found = signatureOf(document.getText(), document.offsetAt(position));
    if (found === undefined) return null;
    const parameters = found.parameters.map((label) => ({ label }));
    const { label, summary: documentation, active: activeParameter } = found;
    return {
      signatures: [{ label, documentation, parameters }],
      activeSignature: 0,
      activeParameter,
    };
  });
}

interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

function addEdits(connection: Connection, documents: Documents): void {
  connection.onDocumentFormatting(async ({ textDocument }): Promise<TextEdit[]> => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    const before = document.getText();
    const { text } = await formatSpec(before, document.uri);
    if (text === before) return [];
    const end = document.positionAt(before.length);
    return [{ range: { start: { line: 0, character: 0 }, end }, newText: text }];
  });
  connection.onCodeAction(({ textDocument, context }): CodeAction[] =>
    context.diagnostics.flatMap((diagnostic) =>
      ((diagnostic.data ?? []) as readonly Fix[]).map((fix) => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { changes: { [textDocument.uri]: [...fix.edits] } },
      })),
    ),
  );
}
