import type { FigureData } from "../ir/report.js";
import { escapeHtml, scriptJson } from "./html.js";
import { type MimeBundle, madeWhenSeen } from "./mime.js";
import { NEUTRAL_INK } from "./palette.js";
import { plotlyOf } from "./plotly.js";
import { flowSvg } from "./svg-flow.js";
import { frontierSvg } from "./svg-frontier.js";
import { barsSvg, marginalSvg } from "./svg-marginal.js";
import { linesSvg, matrixSvg, pairSvg } from "./svg-matrix.js";
import { type Multiples, multiplesSvg } from "./svg-multiples.js";

/** The static picture of a figure as SVG text; `ink` colours its words and axes. */
export function svgOf(figure: FigureData | Multiples, ink: string = NEUTRAL_INK): string {
  switch (figure.kind) {
    case "marginal":
      return marginalSvg(figure, ink);
    case "matrix":
      return matrixSvg(figure, ink);
    case "lines":
      return linesSvg(figure, ink);
    case "bars":
      return barsSvg(figure, ink);
    case "pair":
      return pairSvg(figure, ink);
    case "flow":
      return flowSvg(figure, ink);
    case "frontier":
      return frontierSvg(figure, ink);
    case "multiples":
      return multiplesSvg(figure, ink);
  }
}

/**
 * A figure for a notebook. The HTML holds a static picture that survives untrusted notebooks, nbconvert
 * and previews; its script only replaces it by the interactive one when plotly is already on the page
 * or in the kernelspec folder of this Jupyter server. Nothing else is ever fetched.
 */
export function displayFigure(figure: FigureData | Multiples): MimeBundle {
  return madeWhenSeen({
    "application/vnd.plotly.v1+json": () => plotlyOf(figure),
    "text/html": () => figureHtml(svgOf(figure), figure.summary, plotlyOf(figure)),
    "image/svg+xml": () => svgOf(figure),
    "text/plain": () => `${figure.title}: ${figure.summary}`,
  });
}

function figureHtml(svg: string, summary: string, plotly: unknown): string {
  const picture = Buffer.from(svg, "utf8").toString("base64");
  return (
    `<div class="parable-figure"><img alt="${escapeHtml(summary)}" style="max-width:100%" ` +
    `src="data:image/svg+xml;base64,${picture}"></div>` +
    `<script>${UPGRADE}(document.currentScript,${scriptJson(plotly)});</script>`
  );
}

/**
 * Where scripts run without `currentScript`, a figure is the first one not yet claimed.
 * Loading is shared by all figures of the page.
 */
const UPGRADE = `(function(s,f){
var all=document.querySelectorAll('.parable-figure:not([data-claimed])'),p=s&&s.previousElementSibling,d=p&&p.className==='parable-figure'?p:all[0];if(!d)return;d.setAttribute('data-claimed','');
function draw(P){var i=d.firstChild,b=document.createElement('div');d.appendChild(b);var c=getComputedStyle(d).color;f.layout.font.color=c;
P.newPlot(b,f.data,f.layout,{responsive:true,displaylogo:false}).then(function(){if(i)i.style.display='none'})}
if(window.Plotly)return draw(window.Plotly);
var e=document.getElementById('jupyter-config-data'),u=document.body.getAttribute('data-base-url');
try{if(!u&&e)u=JSON.parse(e.textContent).baseUrl}catch(_){}
if(!u)return;
window.__parablePlotly=window.__parablePlotly||new Promise(function(y,n){var t=document.createElement('script');t.src=u.replace(/\\/?$/,'/')+'kernelspecs/parable/plotly.min.js';
t.onload=function(){window.Plotly?y(window.Plotly):n()};t.onerror=n;document.head.appendChild(t)});
window.__parablePlotly.then(draw,function(){});
})`.replaceAll("\n", "");
