import { parableMode } from "./parable-mode.js";
import { addParams } from "./params.js";

const mime = "text/x-parable";
const opening = /^(?:[ \t]*(?:\/\/[^\n]*|#[^\n]*)?\n)*[ \t]*%%parable\b/;

/** Colour a code cell as a spec while its first line says so, and as before when it no longer does. */
function follow(model, notebook) {
  const decide = () => {
    const isSpec = opening.test(model.sharedModel.getSource());
    if (isSpec && model.mimeType !== mime) model.mimeType = mime;
    else if (!isSpec && model.mimeType === mime) model.mimeType = notebook.codeMimetype;
  };
  model.contentChanged.connect(decide);
  model.mimeTypeChanged.connect(decide);
  decide();
}

/** Follow the code cells of a notebook; `known` are the models that are followed already. */
function followAll(notebook, known) {
  for (const { model } of notebook.widgets) {
    if (model.type !== "code" || known.has(model)) continue;
    known.add(model);
    follow(model, notebook);
  }
}

/** Only notebooks of this kernel, or of tslab, hold spec cells. */
function isOurs(panel) {
  const { name } = panel.content.model?.getMetadata("kernelspec") ?? {};
  const running = panel.sessionContext.session?.kernel?.name;
  return ["parable", "tslab"].includes(running ?? name);
}

function watch(panel) {
  const known = new WeakSet();
  const look = () => {
    if (isOurs(panel)) followAll(panel.content, known);
  };
  void panel.context.ready.then(look);
  panel.content.modelContentChanged.connect(look);
  panel.sessionContext.kernelChanged.connect(look);
}

/** The plugins, made with modules that JupyterLab shares. */
export async function load(take) {
  const [codemirror, notebooks, language, lumino] = await Promise.all([
    take("@jupyterlab/codemirror"),
    take("@jupyterlab/notebook"),
    take("@codemirror/language"),
    take("@lumino/widgets"),
  ]);
  return [
    {
      id: "parable-jupyterlab:language",
      description: "Colours for Parable specs.",
      autoStart: true,
      requires: [codemirror.IEditorLanguageRegistry],
      activate: (app, languages) => {
        if (languages.findByMIME(mime)?.name === "parable") return;
        languages.addLanguage({
          name: "parable",
          displayName: "Parable",
          mime,
          extensions: ["parable"],
          load: async () =>
            new language.LanguageSupport(language.StreamLanguage.define(parableMode)),
        });
        app.docRegistry.addFileType({
          name: "parable",
          displayName: "Parable spec",
          extensions: [".parable"],
          mimeTypes: [mime],
          contentType: "file",
          fileFormat: "text",
        });
      },
    },
    {
      id: "parable-jupyterlab:cells",
      description: "Colours %%parable cells of TypeScript notebooks as specs; draws controls for their params.",
      autoStart: true,
      requires: [notebooks.INotebookTracker],
      activate: (_app, tracker) => {
        const welcome = (panel) => {
          addParams(panel, lumino.Widget);
          watch(panel);
        };
        tracker.forEach(welcome);
        tracker.widgetAdded.connect((_tracker, panel) => welcome(panel));
      },
    },
  ];
}
