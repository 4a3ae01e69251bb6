/**
 * What makes the figures of report.html move: unpacks their numbers and the plotly inside the page, and runs it, only
 * when asked.
 */
export const EXPLORE = `(function(){
var loaded={};
function unpacked(id){return Promise.resolve(document.getElementById(id).textContent).then(function(text){var bytes=Uint8Array.from(atob(text),function(c){return c.charCodeAt(0)});return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text()})}
function once(id,then){return loaded[id]=loaded[id]||unpacked(id).then(then)}
function plotly(){return window.Plotly?Promise.resolve(window.Plotly):once('plotly-source',function(source){var s=document.createElement('script');s.textContent=source;document.head.appendChild(s);return window.Plotly})}
function data(id){return once('figure-data',JSON.parse).then(function(all){var own=all[id];return{figure:own,pairs:typeof own.pairs==='string'?all[own.pairs].pairs:own.pairs||[]}})}
function draw(node,figure,words){figure.layout.font.color=getComputedStyle(document.body).color;node.setAttribute('role','group');node.setAttribute('aria-label',words);return plotly().then(function(it){return it.newPlot(node,figure.data,figure.layout,{responsive:true,displaylogo:false})})}
function fails(node){return function(){node.textContent='This needs a browser of 2023 or later.'}}
function open(id,choose){var holder=document.getElementById(id),place=holder.querySelector('.pair');data(id).then(function(found){var at=choose(found.pairs),pair=found.pairs[at];if(!pair)return;holder.querySelector('select').value=String(at);holder.querySelector('.pair-words').textContent=pair.words;return draw(place,pair,pair.words)}).catch(fails(place))}
function openCell(id,x,y){open(id,function(pairs){return pairs.findIndex(function(f){return f.x===x&&f.y===y||f.x===y&&f.y===x})})}
document.addEventListener('click',function(event){
var near=function(what){return event.target.closest&&event.target.closest(what)};
var cell=near('rect[data-x]');if(cell&&near('figure'))return openCell(near('figure').id,cell.getAttribute('data-x'),cell.getAttribute('data-y'));
var button=near('button[data-explore]');if(!button||button.getAttribute('aria-busy'))return;
var id=button.getAttribute('data-explore'),holder=document.getElementById(id),still=holder.querySelector('.static'),live=holder.querySelector('.live');
if(live){var on=live.hidden;live.hidden=!on;still.hidden=on;button.textContent=on?'still picture':'explore';return}
live=document.createElement('div');live.className='live';still.after(live);button.setAttribute('aria-busy','true');
data(id).then(function(found){return draw(live,found.figure,document.getElementById(id+'-words').textContent).then(function(){still.hidden=true;button.textContent='still picture';
if(found.pairs.length&&live.on)live.on('plotly_click',function(hit){openCell(id,hit.points[0].x,hit.points[0].y)})})}).catch(fails(live)).then(function(){button.removeAttribute('aria-busy')});
});
document.addEventListener('change',function(event){
var id=event.target.getAttribute&&event.target.getAttribute('data-pairs');if(id&&event.target.value!=='')open(id,function(){return Number(event.target.value)});
});
var folded=[],moving=[];
window.addEventListener('beforeprint',function(){
document.querySelectorAll('details:not([open])').forEach(function(d){d.open=true;folded.push(d)});
document.querySelectorAll('.live:not([hidden])').forEach(function(l){l.hidden=true;l.previousElementSibling.hidden=false;moving.push(l)});
});
window.addEventListener('afterprint',function(){
folded.forEach(function(d){d.open=false});moving.forEach(function(l){l.hidden=false;l.previousElementSibling.hidden=true});folded=[];moving=[];
});
})();`;
