// What JupyterLab loads: a module federation container written by hand. The extension is three small
// ES modules and shares everything else with JupyterLab, so there is nothing for a bundler to do.
(() => {
  const here = document.currentScript.src;
  const files = { "./extension": "./extension.js", "./mimeExtension": "./plotly-renderer.js" };
  let shared = {};

  /** A module that JupyterLab shares, in the version that it uses itself. */
  async function take(name) {
    const versions = Object.values(shared[name] ?? {});
    const chosen = versions.find((version) => version.loaded) ?? versions.at(-1);
    if (chosen === undefined) throw new Error(`JupyterLab does not share ${name}`);
    return (await chosen.get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB["parable-jupyterlab"] = {
    init(scope) {
      shared = scope;
    },
    async get(name) {
      const { load } = await import(new URL(files[name], here).href);
      const plugins = await load(take);
      return () => ({ __esModule: true, default: plugins });
    },
  };
})();
