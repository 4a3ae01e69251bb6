const mime = "application/vnd.plotly.v1+json";

let plotly;

/** plotly.js, from the folder of the kernel on this very server: nothing comes from elsewhere. */
function loadPlotly(baseUrl) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly !== undefined) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = `${baseUrl}kernelspecs/parable/plotly.min.js`;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined;
      reject(new Error(`${script.src} cannot be loaded`));
    };
    document.head.append(script);
  });
  return plotly;
}

/** The static picture that comes with every figure of Parable. */
function picture(data) {
  const svg = data["image/svg+xml"];
  const image = document.createElement("img");
  image.style.maxWidth = "100%";
  if (typeof svg === "string") image.src = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  else if (typeof data["text/html"] === "string") {
    const page = new DOMParser().parseFromString(data["text/html"], "text/html");
    image.src = page.querySelector("img[src^='data:']")?.src ?? "";
  }
  return image.src === "" ? undefined : image;
}

/** The text colour of the theme that is on. */
function inkOf(node) {
  return getComputedStyle(node).getPropertyValue("--jp-ui-font-color1").trim() || "#7f7f7f";
}

/** Call `act` whenever JupyterLab changes its theme; returns how to stop. */
function onTheme(act) {
  const observer = new MutationObserver(() => setTimeout(act, 100));
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name"] });
  return () => observer.disconnect();
}

export async function load(take) {
  const [{ Widget }, { PageConfig }] = await Promise.all([
    take("@lumino/widgets"),
    take("@jupyterlab/coreutils"),
  ]);

  class PlotlyView extends Widget {
    async renderModel(model) {
      const { data, layout = {}, config = {} } = model.data[mime];
      const still = picture(model.data);
      if (still !== undefined) this.node.replaceChildren(still);
      try {
        const library = await loadPlotly(PageConfig.getBaseUrl());
        const room = document.createElement("div");
        this.node.replaceChildren(room);
        const options = { responsive: true, displaylogo: false, ...config };
        const font = { ...layout.font, color: inkOf(this.node) };
        const shape = { autosize: true, ...structuredClone(layout), font };
        await library.newPlot(room, structuredClone(data), shape, options);
        this.figure = room;
        this.forget?.();
        this.forget = onTheme(() => library.relayout(room, { "font.color": inkOf(this.node) }));
      } catch (error) {
        if (still === undefined) this.node.textContent = String(error);
        else this.node.replaceChildren(still);
      }
    }

    onResize() {
      if (this.figure !== undefined) window.Plotly?.Plots.resize(this.figure);
    }

    dispose() {
      this.forget?.();
      if (this.figure !== undefined) window.Plotly?.purge(this.figure);
      super.dispose();
    }
  }

  return [
    {
      id: "parable-jupyterlab:plotly",
      name: "Plotly",
      description: "Draws plotly figures, with the plotly.js that lies beside the kernel.",
      rendererFactory: { safe: true, mimeTypes: [mime], createRenderer: () => new PlotlyView() },
      // Before text/html (50), after the renderer of plotly's own Python package (2).
      rank: 10,
      dataType: "json",
    },
  ];
}
