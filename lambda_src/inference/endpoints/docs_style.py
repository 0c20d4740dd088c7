"""The style of the docs page: dark and light, readable on a phone."""

STYLE = """
:root { color-scheme: light dark;
  --ink: #1b1f24; --paper: #fff; --soft: #f3f4f6; --line: #d0d5db; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --paper: #14171a; --soft: #1f2429; --line: #3a424b; --link: #8ec1f7; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: var(--link); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
nav a { display: inline-block; padding: .4rem 0; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
.method { font-size: .8em; padding: .1em .5em; border: 1px solid var(--line); border-radius: .3em; }
.optional { font-weight: 400; font-size: .8em; display: block; }
code, pre { font: .92em/1.45 ui-monospace, monospace; background: var(--soft); border-radius: .3em; }
code { padding: .1em .25em; }
pre { padding: .75rem; overflow: auto; max-height: 24rem; }
pre code { padding: 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: start; font-weight: 600; padding: .25rem 0; }
th, td { text-align: start; vertical-align: top; padding: .4rem .6rem .4rem 0;
  border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: .4rem 0; color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr, th, td { display: block; border: 0; padding: .15rem 0; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
}
"""
