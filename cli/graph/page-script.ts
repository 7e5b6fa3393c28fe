/**
 * What the page does. Plain JavaScript as text, because it runs in the reader's browser: no module, no request, nothing but
 * the page itself.
 */
export const SCRIPT = String.raw`
(function(){
"use strict";
var data=JSON.parse(document.getElementById("data").textContent);
var byId={};data.nodes.forEach(function(n){byId[n.id]=n});data.edges.forEach(function(e){byId[e.id]=e});
var $=function(s){return document.querySelector(s)},$$=function(s,r){return Array.prototype.slice.call((r||document).querySelectorAll(s))};
var stage=$("#stage"),panel=$("#panel"),search=$("#search"),current="",touched=false,scale=1,x=0,y=0,last=null;
function view(){return $$("svg.view").filter(function(v){return v.dataset.view===current})[0]}
function place(){var v=view();v.style.transform="translate("+x+"px,"+y+"px) scale("+scale+")"}
function fit(){var v=view(),w=+v.getAttribute("width"),h=+v.getAttribute("height");scale=Math.min(1.4,stage.clientWidth/w,stage.clientHeight/h);x=Math.max(0,(stage.clientWidth-w*scale)/2);y=Math.max(0,(stage.clientHeight-h*scale)/2);place()}
function zoom(f,cx,cy){touched=true;var n=Math.min(4,Math.max(.1,scale*f));x=cx-(cx-x)*n/scale;y=cy-(cy-y)*n/scale;scale=n;place()}
function open(id){current=id;touched=false;$$("svg.view").forEach(function(v){v.hidden=v.dataset.view!==id;v.style.display=v.hidden?"none":"block"});$("#back").hidden=id==="";$("#where").textContent=id===""?data.title:id;fit();apply()}
function apply(){var q=search.value.trim().toLowerCase(),on={};$$("input[data-kind]").forEach(function(i){on[i.dataset.kind]=i.checked});var bad=$("#only-findings").checked,v=view(),hit={},count=0;
$$(".box",v).forEach(function(b){var node=byId[b.dataset.id],text=b.dataset.text;if(b.dataset.opens!==undefined&&q){data.nodes.forEach(function(n){if(n.namespace===b.dataset.opens&&n.name.toLowerCase().indexOf(q)>=0)text+=" "+q})}
var ok=(!q||text.indexOf(q)>=0)&&(!bad||b.classList.contains("bad"));hit[b.dataset.id]=ok;if(ok)count++;b.classList.toggle("faded",!ok);b.classList.toggle("found",!!q&&ok)});
$$(".arrow",v).forEach(function(a){var kind=["route","allow","deny"].filter(function(k){return a.classList.contains(k)})[0];a.style.display=on[kind]?"":"none";a.classList.toggle("faded",!(hit[a.dataset.from]||hit[a.dataset.to])||(bad&&!a.classList.contains("bad")))});
$("#count").textContent=q||bad?count+" found":""}
function el(tag,text,cls){var e=document.createElement(tag);if(text!==undefined)e.textContent=text;if(cls)e.className=cls;return e}
function show(g){var thing=byId[g.dataset.id];last=g;$$(".selected").forEach(function(s){s.classList.remove("selected")});g.classList.add("selected");
if(!thing){if(g.dataset.opens!==undefined){open(g.dataset.opens);return}
panel.replaceChildren(el("h2",g.getAttribute("aria-label")));
var these=data.edges.filter(function(e){return group(e.from)===g.dataset.from&&group(e.to)===g.dataset.to&&g.classList.contains(e.kind)});
these.forEach(function(e){panel.appendChild(el("p",name(e.from)+" → "+name(e.to)+(e.label?": "+e.label:"")))});finish();return}
panel.replaceChildren();panel.appendChild(el("h2",thing.name||name(thing.from)+" → "+name(thing.to)));
panel.appendChild(el("p",thing.from?{route:"Requests are sent here.",allow:"This call is allowed.",deny:"This call is denied."}[thing.kind]:thing.kind+(thing.namespace?" in "+thing.namespace:""),"soft"));
if(thing.label)thing.label.split("\n").forEach(function(l){panel.appendChild(el("p",l))});
if(thing.mtls)panel.appendChild(el("p","mTLS: "+thing.mtls));
if(thing.details&&thing.details.length)panel.appendChild(el("p",thing.details.join(", ")));
(thing.subsets||[]).forEach(function(s){panel.appendChild(el("p","subset "+s.name+(s.share?": "+s.share:"")))});
if(!thing.from){var calls=data.edges.filter(function(e){return e.from===thing.id||e.to===thing.id});if(calls.length){panel.appendChild(el("h3","Calls and routes"));calls.forEach(function(e){panel.appendChild(el("p",(e.kind==="route"?"":e.kind+" ")+name(e.from)+" → "+name(e.to)+(e.label?": "+e.label.split("\n").join("; "):"")))})}}
panel.appendChild(el("h3",thing.findings.length?"Findings":"No findings"));
thing.findings.forEach(function(i){var f=data.findings[i],d=el("div",undefined,"finding "+f.level);d.appendChild(el("strong",f.rule));d.appendChild(el("p",f.message));d.appendChild(el("p",f.path,"soft"));d.appendChild(el("p","Fix: "+f.fix));panel.appendChild(d)});
panel.appendChild(el("h3","Objects"));thing.objects.forEach(function(k){var d=el("details");d.appendChild(el("summary",k));d.appendChild(el("pre",data.yaml[k]||""));panel.appendChild(d)});finish()}
function finish(){var c=el("button","Close");c.id="close";c.type="button";c.onclick=hide;panel.insertBefore(c,panel.firstChild);panel.hidden=false;if(!touched)fit();c.focus()}
function hide(){panel.hidden=true;if(!touched)fit();$$(".selected").forEach(function(s){s.classList.remove("selected")});if(last)last.focus()}
function name(id){return byId[id]?byId[id].name:id}
function group(id){var n=byId[id];if(!n)return id;return n.namespace===""||n.namespace===current?id:"namespace "+n.namespace}
function target(e){return e.target.closest?e.target.closest(".box,.arrow"):null}
stage.addEventListener("click",function(e){var g=target(e);if(g&&!moved)show(g)});
document.addEventListener("keydown",function(e){if(e.key==="Escape"){if(!panel.hidden)hide();else if(search.value){search.value="";apply()}else if(current!=="")open("");return}
if(e.target===search||e.ctrlKey||e.metaKey||e.altKey)return;var g=e.target.closest&&e.target.closest(".box,.arrow");
if(e.key==="/"){e.preventDefault();search.focus();search.select()}
else if(g&&(e.key==="Enter"||e.key===" ")){e.preventDefault();show(g)}
else if(e.key==="+"||e.key==="=")zoom(1.2,stage.clientWidth/2,stage.clientHeight/2);else if(e.key==="-")zoom(1/1.2,stage.clientWidth/2,stage.clientHeight/2);else if(e.key==="0")fit();
else if(g&&/^Arrow/.test(e.key)){e.preventDefault();step(g,e.key)}});
function step(g,key){var r=g.getBoundingClientRect(),best=null,least=Infinity;$$(".box",view()).forEach(function(b){if(b===g)return;var s=b.getBoundingClientRect(),dx=(s.left+s.right-r.left-r.right)/2,dy=(s.top+s.bottom-r.top-r.bottom)/2,ahead={ArrowRight:dx,ArrowLeft:-dx,ArrowDown:dy,ArrowUp:-dy}[key],aside=/Left|Right/.test(key)?Math.abs(dy):Math.abs(dx);if(ahead>4&&ahead+aside*2<least){least=ahead+aside*2;best=b}});if(best)best.focus()}
stage.addEventListener("wheel",function(e){e.preventDefault();var r=stage.getBoundingClientRect();zoom(e.deltaY<0?1.1:1/1.1,e.clientX-r.left,e.clientY-r.top)},{passive:false});
var drag=null,moved=false;stage.addEventListener("pointerdown",function(e){drag={x:e.clientX-x,y:e.clientY-y,sx:e.clientX,sy:e.clientY};moved=false});
window.addEventListener("pointermove",function(e){if(!drag)return;if(Math.abs(e.clientX-drag.sx)+Math.abs(e.clientY-drag.sy)>4)moved=true;if(moved){touched=true;x=e.clientX-drag.x;y=e.clientY-drag.y;place()}});window.addEventListener("pointerup",function(){drag=null});
search.addEventListener("input",apply);search.addEventListener("keydown",function(e){if(e.key!=="Enter")return;var first=$$(".box.found",view())[0];if(first)first.focus()});
$$("input[type=checkbox]").forEach(function(i){i.addEventListener("change",apply)});
$("#back").onclick=function(){open("")};$("#fit").onclick=function(){touched=false;fit()};
$("#theme").onclick=function(){var dark=getComputedStyle(document.documentElement).getPropertyValue("--bg").trim()==="#12151c";document.documentElement.dataset.theme=dark?"light":"dark"};
window.addEventListener("resize",fit);open("");document.documentElement.dataset.ready="true";
})();`;
