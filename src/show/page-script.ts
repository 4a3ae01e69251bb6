/** What makes the figures of report.html move: runs the plotly inside the page, only when asked. */
export const EXPLORE = `(function(){
var all=null;
function plotly(){if(!window.Plotly){var s=document.createElement('script');s.textContent=document.getElementById('plotly-source').textContent;document.head.appendChild(s)}return window.Plotly}
function data(id){all=all||JSON.parse(document.getElementById('figure-data').textContent);return all[id]}
function draw(node,figure){figure.layout.font.color=getComputedStyle(document.body).color;return plotly().newPlot(node,figure.data,figure.layout,{responsive:true,displaylogo:false})}
function open(id,at){var figure=data(id).pairs[at],holder=document.getElementById(id).querySelector('.pair');if(figure)draw(holder,figure)}
document.addEventListener('click',function(event){
var button=event.target.closest&&event.target.closest('button[data-explore]');if(!button)return;
var id=button.getAttribute('data-explore'),holder=document.getElementById(id),still=holder.querySelector('.static'),live=holder.querySelector('.live');
if(live){var on=live.hidden;live.hidden=!on;still.hidden=on;button.textContent=on?'still picture':'explore';return}
live=document.createElement('div');live.className='live';still.after(live);
draw(live,data(id)).then(function(){still.hidden=true;button.textContent='still picture';
if(data(id).pairs&&live.on)live.on('plotly_click',function(hit){var p=hit.points[0],at=data(id).pairs.findIndex(function(f){return f.x===p.x&&f.y===p.y||f.x===p.y&&f.y===p.x});
if(at>=0){holder.querySelector('select').value=String(at);open(id,at)}})});
});
document.addEventListener('change',function(event){
var id=event.target.getAttribute&&event.target.getAttribute('data-pairs');if(id&&event.target.value!=='')open(id,Number(event.target.value));
});
window.addEventListener('beforeprint',function(){document.querySelectorAll('.live').forEach(function(l){l.hidden=true;l.previousElementSibling.hidden=false})});
})();`;
