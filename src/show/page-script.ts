/** What makes the figures of report.html move: runs the plotly inside the page, only when asked. */
export const EXPLORE = `(function(){
var all=null;
function plotly(){if(!window.Plotly){var s=document.createElement('script');s.textContent=document.getElementById('plotly-source').textContent;document.head.appendChild(s)}return window.Plotly}
function data(id){all=all||JSON.parse(document.getElementById('figure-data').textContent);return all[id]}
function pairs(id){var own=data(id).pairs;return typeof own==='string'?data(own).pairs:own}
function draw(node,figure,words){figure.layout.font.color=getComputedStyle(document.body).color;node.setAttribute('role','group');node.setAttribute('aria-label',words);return plotly().newPlot(node,figure.data,figure.layout,{responsive:true,displaylogo:false})}
function open(id,at){var pair=pairs(id)[at],holder=document.getElementById(id);if(!pair)return;holder.querySelector('.pair-words').textContent=pair.words;draw(holder.querySelector('.pair'),pair,pair.words)}
function openCell(id,x,y){var at=(pairs(id)||[]).findIndex(function(f){return f.x===x&&f.y===y||f.x===y&&f.y===x});if(at<0)return;document.getElementById(id).querySelector('select').value=String(at);open(id,at)}
document.addEventListener('click',function(event){
var near=function(what){return event.target.closest&&event.target.closest(what)};
var cell=near('rect[data-x]');if(cell&&near('figure'))return openCell(near('figure').id,cell.getAttribute('data-x'),cell.getAttribute('data-y'));
var button=near('button[data-explore]');if(!button)return;
var id=button.getAttribute('data-explore'),holder=document.getElementById(id),still=holder.querySelector('.static'),live=holder.querySelector('.live');
if(live){var on=live.hidden;live.hidden=!on;still.hidden=on;button.textContent=on?'still picture':'explore';return}
live=document.createElement('div');live.className='live';still.after(live);
draw(live,data(id),document.getElementById(id+'-words').textContent).then(function(){still.hidden=true;button.textContent='still picture';
if(data(id).pairs&&live.on)live.on('plotly_click',function(hit){openCell(id,hit.points[0].x,hit.points[0].y)})});
});
document.addEventListener('change',function(event){
var id=event.target.getAttribute&&event.target.getAttribute('data-pairs');if(id&&event.target.value!=='')open(id,Number(event.target.value));
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
