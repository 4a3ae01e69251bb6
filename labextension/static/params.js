const mime = "application/vnd.parable.params+json";
const target = "parable.params";

/** How long a control must rest before the plan is made again. */
const rest = 150;

function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** One control: a slider between bounds, a choice, or a field. */
function input(control) {
  if (control.choices !== undefined) {
    const options = control.choices.map((choice) => element("option", { value: choice, textContent: choice }));
    const box = element("select", {}, options);
    box.value = String(control.value);
    return box;
  }
  const { min, max, step, value } = control;
  if (max === undefined) return element("input", { type: "text", value: String(value) });
  return element("input", { type: "range", min, max, step, value });
}

function valueOf(control, field) {
  if (control.choices !== undefined) {
    return typeof control.value === "boolean" ? field.value === "true" : field.value;
  }
  return typeof control.value === "number" ? Number(field.value) : field.value;
}

/**
 * Controls for the params of a spec. Moving one plans the spec again with the new values and shows that
 * plan; nothing is run and nothing is spent.
 */
export function paramsRenderer(Widget, sessionContext) {
  return class Params extends Widget {
    async renderModel(model) {
      const { text, controls } = model.data[mime];
      const plan = element("div", { className: "jp-RenderedHTMLCommon" });
      const fields = new Map();
      const rows = controls.map((control) => {
        const field = input(control);
        const shown = element("output", { textContent: String(control.value) });
        fields.set(control, field);
        field.addEventListener("input", () => {
          shown.textContent = field.value;
          this.planSoon(text, fields, plan);
        });
        return element("label", { title: control.doc ?? "" }, [
          element("b", { textContent: control.name }),
          field,
          shown,
        ]);
      });
      for (const row of rows) {
        row.style.cssText = "display:grid;grid-template-columns:8em 16em 8em;gap:1em;align-items:center";
      }
      const hint = element("div", { textContent: "Moving these plans again; nothing is run or spent." });
      hint.style.cssText = "opacity:.7;font-size:.92em;margin:.3em 0";
      this.node.style.padding = "0.4em 0";
      this.node.replaceChildren(...rows, hint, plan);
    }

    planSoon(text, fields, plan) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        const params = {};
        for (const [control, field] of fields) params[control.name] = valueOf(control, field);
        this.comm(plan)?.send({ text, params });
      }, rest);
    }

    /** The conversation with the kernel that runs now. */
    comm(plan) {
      const kernel = sessionContext.session?.kernel;
      if (!kernel) return undefined;
      if (this.open?.kernel === kernel) return this.open.comm;
      const comm = kernel.createComm(target);
      comm.onMsg = (message) => {
        plan.innerHTML = String(message.content.data.html ?? "");
      };
      comm.open();
      this.open = { kernel, comm };
      return comm;
    }

    dispose() {
      clearTimeout(this.timer);
      super.dispose();
    }
  };
}

/** Teach the renderers of one notebook the controls, which talk to the kernel of that notebook. */
export function addParams(panel, Widget) {
  const Params = paramsRenderer(Widget, panel.sessionContext);
  panel.content.rendermime.addFactory(
    { safe: true, mimeTypes: [mime], createRenderer: () => new Params() },
    0,
  );
}
