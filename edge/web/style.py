"""Look and script of the page: inline, no font, picture or library from elsewhere.

Not its job: the HTML (page.py, cards.py). Source: ours.
"""

CSS = """
:root{color-scheme:light dark;--bg:#f4f5f2;--card:#fff;--ink:#1c211d;--soft:#5b655d;--line:#d9ddd6;--go:#1f7a4d;--out:#9a5b00;--bad:#b3261e;--fill:#e7efe9}
@media(prefers-color-scheme:dark){:root{--bg:#121513;--card:#1b201d;--ink:#e9ede9;--soft:#a3aea6;--line:#343b36;--go:#5cc98f;
--out:#f0b35c;--bad:#ff8a80;--fill:#26302a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:44rem;padding:.75rem;background:var(--bg);color:var(--ink);font:1rem/1.45 system-ui,sans-serif}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding:.25rem .25rem .5rem;color:var(--soft)}
h1{font-size:1.05rem;margin:0;color:var(--ink)}h2{font-size:1rem;margin:0 0 .5rem}h3{font-size:.9rem;margin:1rem 0 .4rem;color:var(--soft);
font-weight:600}
section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:0 0 .75rem}
p{margin:.25rem 0}.big{font-size:1.7rem;line-height:1.2;font-weight:650;margin:.1rem 0}.in{color:var(--go)}.out{color:var(--out)}
.soft{color:var(--soft)}.small{font-size:.9rem}.warn{border-left:.3rem solid var(--out);padding-left:.6rem;margin:.6rem 0}
.bad{border-color:var(--bad)}
progress{display:block;width:100%;height:.7rem;margin:.5rem 0 .3rem;border:0;border-radius:.35rem;background:var(--fill);appearance:none;
overflow:hidden}progress::-webkit-progress-bar{background:var(--fill)}progress::-webkit-progress-value{background:var(--go)}
progress::-moz-progress-bar{background:var(--go)}
form{margin:0}.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:flex-end}.row>span{align-self:center;flex:0 0 5.2rem;color:var(--soft)}
.row+.row,form+form{margin-top:.5rem}
button,input,select{font:inherit;min-height:2.75rem;border-radius:.5rem;border:1px solid var(--line);background:var(--fill);color:var(--ink);
padding:.3rem .8rem}
button{cursor:pointer;flex:1 1 3.6rem;padding:.3rem .4rem;white-space:nowrap}button.go{background:var(--go);border-color:var(--go);color:var(--card);font-weight:600}
button[disabled]{opacity:.45;cursor:not-allowed}:focus-visible{outline:3px solid var(--go);outline-offset:2px}
label{display:flex;flex-direction:column;font-size:.85rem;color:var(--soft);flex:1 1 8rem}label input,label select{color:var(--ink);
background:var(--bg)}
@media(max-width:24rem){.row>span{flex-basis:100%}.row>span:empty{display:none}}
details{border-top:1px solid var(--line);margin-top:.75rem;padding-top:.25rem}summary{cursor:pointer;padding:.6rem 0;font-weight:600}
ul{margin:0;padding:0;list-style:none}li{display:flex;gap:.75rem;padding:.35rem 0;border-top:1px solid var(--line)}li:first-child{border:0}
li b{flex:0 0 7.5rem;font-weight:600}
svg{display:block;width:100%;height:auto}svg text{font-size:9px;fill:var(--soft);paint-order:stroke;stroke:var(--card);stroke-width:3px}.end{text-anchor:end}
.axis{stroke:var(--line);fill:none}.line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke:var(--k)}.key{white-space:nowrap;margin-right:.6rem}
.key::before{content:"";display:inline-block;width:1.1rem;height:.2rem;margin-right:.3rem;vertical-align:middle;background:var(--k)}
.c0{--k:var(--go)}.c1{--k:#2f6fb3}.c2{--k:#a2549b}.c3{--k:#b8860b}.grid{--k:var(--soft)}.line.grid{stroke-dasharray:4 3}.volt{--k:var(--out)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem 1rem;margin:.5rem 0 0}dt{color:var(--soft)}dd{margin:0}
"""

# Every few seconds the parts that only show something come anew; forms stay as they are being filled in.
SCRIPT = """
(function(){var off=document.getElementById('off');
function again(){fetch('/live',{cache:'no-store'}).then(function(a){if(a.status==403||a.status==303)location.reload();return a.json()})
.then(function(parts){for(var id in parts){var e=document.getElementById(id);if(e&&e.innerHTML!=parts[id])e.innerHTML=parts[id]}
off.hidden=true}).catch(function(){off.hidden=false})}
setInterval(function(){if(!document.hidden)again()},3000)})()
"""
