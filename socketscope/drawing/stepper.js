"use strict";
// The stepper shows the recording up to one row. All it knows is in the JSON
// of this page, which stepper.py describes.
const $ = id => document.getElementById(id);
const data = JSON.parse($("recording").textContent);
const { programs, words, lifelines, view, phrases: [letters, ...phrases] } = data;
const said = data.said.map(text => phrases.reduceRight((text, phrase, i) => text.split(letters[i]).join(phrase), text));
const filled = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);
const escaped = text => text.replace(/[&<>\x22\x27]/g, c => `&#${c.charCodeAt(0)};`);
const lives = data.lives.map(([program, name, lifeline, first, last]) => ({
  program, lifeline, first, last, name: name && name + ": ",
  who: (name && name + " of ") + programs[program].name,
}));
const rows = data.rows.map(row => row.length > 6 ? unpacked(row) : lineOrPrint(row));
const sideOf = program => program ? "c" : "s";
const SWITCHES = ["states", "segments"];
const main = document.querySelector(".sk");

/** One row of the JSON, its texts looked up and its defaults filled in. */
function unpacked([number, life, level, line, label, note, say, more = {}]) {
  const row = { kind: data.kinds[number], life, level, line, label: said[label], note: said[note], say: said[say], marks: [], ends: [], flights: [], kept: [], wrote: [], ...more };
  row.talk = more.talk && said[more.talk[0]] + row.say.slice(more.talk[1]);
  return row;
}

function lineOrPrint([life, line, now, text, bad]) {
  const { who } = lives[life], printed = text !== undefined;
  return { ...unpacked([+printed, life, 2, line, 0, 0]), text, style: bad && "u",
    say: printed ? filled(words.prints, { who, text: text.trim() })
      : filled(words.comes_to, { who, line }) + (now ? filled(words.now, { now }) : "") };
}

const shown = row => row.level <= view.level || row.marked || row.remark || (view.states && row.marks[0]);
const stops = () => [...rows.keys()].filter(i => view.level ? rows[i].level <= view.level : rows[i].talk);
const names = ([, , kind, label]) => (view.segments && data.segment_names[kind]) || [label];

/** What is true at a row: the rows before it, played again. */
function replay(last) {
  const threads = lives.map(life => ({ ...life, line: 0 }));
  const terminals = programs.map(() => []), ends = new Map();
  for (const row of rows.slice(0, last + 1)) {
    const thread = threads[row.life];
    for (const [key, ...end] of row.ends) end[0] === undefined ? ends.delete(key) : ends.set(key, end);
    if (row.kind === "end") break;
    for (const p of row.wrote) terminals[p].push(["", "…\n"]);
    if (row.kind === "again") continue;
    threads.forEach(other => other.runs = false);
    thread.known = thread.runs = true;
    thread.line = row.line || thread.line;
    thread.waits = row.kind === "wait" && row.label;
    if (row.kind === "crash") thread.crashed = row.note;
    if (row.kind === "track_end") thread.known = false;
    if (row.kind === "exit")
      for (const other of threads) if (other.program === thread.program) Object.assign(other, { over: true, waits: "" });
    if (row.text !== undefined)
      terminals[thread.program].push([row.kind === "output" ? row.style : "b", row.text]);
  }
  return { threads: threads.filter(thread => thread.known), terminals, ends };
}

// --- programs ---

// Strings and comments; \x22 and \x27 are the quotes.
const TOKENS = /(\x22{3}[^]*?\x22{3}|\x22(?:\\.|[^\x22\\\n])*\x22|\x27(?:\\.|[^\x27\\\n])*\x27)|#.*/g;

/** The lines of a program: strings in <u>, comments in <i>. */
function coloured(source) {
  let html = "", end = 0;
  for (const { 0: text, 1: quoted, index } of source.matchAll(TOKENS)) {
    const tag = quoted ? "u>" : "i>";
    html += escaped(source.slice(end, index)) + "<" + tag + escaped(text).replace(/\n/g, "</" + tag + "\n<" + tag) + "</" + tag;
    end = index + text.length;
  }
  return (html + escaped(source.slice(end))).trimEnd().split("\n");
}

function build() {
  programs.forEach(({ name, source }, p) => {
    const side = sideOf(p), shownName = escaped(name);
    const pane = (kind, html) => `<div class="${kind}" tabindex="0" role="region" aria-label="${shownName}: ${kind}">${html}</div>`;
    const lines = coloured(source).map((line, n) => `<div class="line" data-n="${n + 1}"><span>${line || " "}</span></div>`);
    $(side).insertAdjacentHTML("beforeend", `<section class="program ${side}" aria-label="${shownName}"><div class="head">` +
      `<h2>${shownName}</h2><div></div></div>${pane("code", lines.join(""))}${pane("terminal", "")}</section>`);
    programs[p].at = $(side).lastChild;
  });
  Object.values(data.levels).forEach((name, n) => $("level").add(new Option(name, n)));
}

function pill(thread) {
  const [kind, text] = !thread ? ["", words.not_started]
    : thread.crashed ? ["bad", words.crashed]
    : thread.over ? ["", words.ended]
    : thread.waits ? ["wait", `${words.waits} ${thread.waits}`]
    : thread.runs ? ["on", words.runs] : ["", words.paused];
  return `<span class="pill ${kind}">${escaped((thread ? thread.name : "") + text)}</span>`;
}

function showPrograms(now) {
  programs.forEach(({ name, at }, p) => {
    const [head, code, terminal] = at.children;
    const threads = now.threads.filter(thread => thread.program === p);
    head.lastChild.innerHTML = (threads[0] ? threads : [null]).map(pill).join(" ");
    for (const line of code.children) line.className = "line";
    let current;
    for (const thread of threads) {
      const { crashed } = thread, line = (crashed || !thread.over) && code.children[thread.line - 1];
      if (line) line.className = "line " + (crashed ? "on crash" : thread.waits ? "wait" : "on");
      if (crashed && line) line.dataset.error = crashed;
      if (line && (!current || thread.runs)) current = line;
    }
    if (current) {
      const top = current.offsetTop - code.scrollTop;
      if (top < 20 || top > code.clientHeight - 50) code.scrollTop = current.offsetTop - code.clientHeight / 2;
    }
    terminal.innerHTML = `<i>$ python ${escaped(name)}</i>\n` + now.terminals[p].map(([kind, text]) =>
      kind === "b" ? `<b>${escaped(text)}</b>\n` : kind ? `<u>${escaped(text)}</u>` : escaped(text)).join("");
    terminal.scrollTop = 1e6;
  });
}

// --- the operating system's side ---

function showEnds(now) {
  const html = { c: "", s: "" };
  for (const [key, [number, keeper = 0, cells = "", count = 0, eof]] of now.ends) {
    const [program, name, address, connected] = data.ends[key], side = sideOf(program);
    const state = said[number];
    const quiet = text => ` <em>${escaped(text)}</em>`;
    let text = `<b>${escaped(name)}</b>${quiet(address)}`;
    if (view.states && state) text += ` <strong>${state}</strong>`;
    const held = keeper === 0;
    if (!held) text += quiet(said[keeper]);
    else if (connected) text += `<br>${quiet(words.queue)} `;
    else if (count) text += "<br>" + quiet(count + " " + words.backlog);
    if (connected && (held || count)) {
      for (const cell of cells) text += `<span class="cell">${escaped(cell)}</span>`;
      if (count > cells.length) text += quiet(`… ${count.toLocaleString("en")} ${words.bytes}`);
      if (!count || eof) text += quiet(eof ? words.eof : words.empty);
    }
    html[side] += `<li class="${side}">${text}</li>`;
  }
  $("ends-c").innerHTML = html.c;
  $("ends-s").innerHTML = html.s;
}

// --- the diagram ---

function showDiagram() {
  const pane = $("pane"), room = pane.clientWidth || 400, width = Math.min(room, 620);
  const xs = [], middle = new Map();
  const svg = ["c", "s"].map(s => `<pattern id="stripes-${s}" class="${s}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="tint" d="M0 0H6V6H0z"/><path d="M0 0V6"/></pattern>`);
  const put = (kind, d) => svg.push(`<path class="${kind}" d="${d}"/>`);
  const write = (x, y, text, kind, anchor) =>
    svg.push(`<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(text)}</text>`);
  const side = lifeline => sideOf(lifelines[lifeline]);

  // Lifelines of one program stand close together, those of two far apart.
  const far = lifelines.filter((program, i) => i && program !== lifelines[i - 1]).length;
  const gap = Math.round((width - 44 - 20 * (lifelines.length - 1 - far)) / (far || 2));
  lifelines.forEach((program, i) => xs.push(i ? xs[i - 1] + (program === lifelines[i - 1] ? 20 : gap) : (room - width >> 1) + 22));
  const door = lifelines.indexOf(0);
  const inner = program => {
    const own = xs.filter((x, i) => lifelines[i] === program);
    return program || !programs[1] ? [Math.max(...own), 1, "start"] : [own[0], -1, "end"];
  };

  let y = 8;
  const visible = [...rows.keys()].filter(i => i <= view.row && shown(rows[i]) && rows[i].kind !== "end");
  for (const i of visible) {
    const { flights, marks, remark, level } = rows[i];
    const arrows = flights.flatMap(names).length;
    middle.set(i, y += arrows ? 28 : 12);
    y += (level > 1 ? 8 : 12) + (arrows > 1 && 24 * (arrows - 1)) + (arrows && view.states && marks[0] ? 14 : 0) + (remark ? 16 : 0);
  }
  const bottom = Math.max(y + 16, pane.clientHeight - 4);
  const at = i => middle.get(visible.find(v => v >= i)) ?? y;
  const until = i => i !== null && i <= view.row ? at(i) : y + 14;
  const band = (i, kind) => {
    const high = rows[i].flights[0] ? 28 : 12;
    svg.push(`<rect class="${kind}" y="${middle.get(i) - high}" width="${room}" height="${high + 12}"/>`);
  };
  visible.filter(i => rows[i].marked).forEach(i => band(i, "marked"));
  if (visible[0] !== undefined) band(visible.at(-1), "now");
  for (const { lifeline, first, last } of lives)
    if (first <= view.row) put("life", `M${xs[lifeline]} ${first ? at(first) : 0}V${until(last)}`);
  for (const [lifeline, first, last, again] of data.bars)
    if (middle.has(first) || again && first <= view.row && at(first) < until(last)) svg.push(`<rect class="bar ${side(lifeline)}" x="${xs[lifeline] - 6}" y="${at(first)}" width="12" height="${Math.max(8, until(last) - at(first))}" rx="3" fill="url(#stripes-${side(lifeline)})"/>`);

  const arrow = (from, to, y, label, kind) => {
    const d = to > from ? 1 : -1, end = to - 10 * d;
    put(kind, `M${from + 9 * d} ${y}H${end - 2 * d}`);
    put(kind + " head", /lost/.test(kind) ? `M${end - 6} ${y - 6}l12 12m0 -12l-12 12` : `M${end - 8 * d} ${y - 5}l${8 * d} 5l${-8 * d} 5z`);
    // The label stands in the gap next to the server, if the arrow spans it.
    const near = xs[door - 1] ?? 0, spans = Math.min(from, to) <= near && Math.max(from, to) >= xs[door];
    write((spans ? near + xs[door] : from + to) / 2, y - 7, label, "a", "middle");
  };
  for (const i of visible) {
    const row = rows[i], { program, lifeline, name } = lives[row.life], { flights } = row;
    const x = xs[lifeline], s = sideOf(program), y = middle.get(i), [edge, d, anchor] = inner(program);
    if (row.kind === "again") put("life dashed", `M${xs[door - 1] ?? xs[0]} ${y}H${xs[door - 1] ? xs[door] : xs.at(-1)}`);
    else if (/exit|track_end/.test(row.kind)) put(s, `M${x - 9} ${y}h18`);
    else if (row.bad) put("alarm", `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`);
    else svg.push(`<circle class="${s}" cx="${x}" cy="${y}" r="${row.level > 1 ? 2.5 : 4}"/>`);
    let below = y;
    const queue = ([source, target, , , waits, taken]) => {
      const to = xs[target], d = to > xs[source] ? -11 : 11;
      if (waits && target !== null && target !== source) put("queue " + side(source), `M${to + d} ${y + 7}V${until(taken)}`);
    };
    row.kept.forEach(queue);
    for (const flight of flights) {
      const [source, target, what] = flight, known = target !== null && target !== source;
      const from = xs[source], to = known ? xs[target] : from + d * Math.min(gap, width / 2);
      names(flight).forEach((label, k) => {
        const ends = k % 2 ? [to, from] : [from, to];
        const kind = /rst|refused/.test(what) ? "alarm" : side(k % 2 && known ? target : source);
        const lost = what === "refused" && !view.segments ? " lost" : "";
        arrow(...ends, below, label, `${kind} ${/data|connect/.test(what) ? "" : "dashed"}${lost}`);
        below += 24;
      });
      queue(flight);
    }
    const used = {};
    let label = row.kind === "line" ? programs[program].source.split("\n")[row.line - 1].trim() : `${name}${row.label} ${row.note}`;
    if (view.states)
      for (const [owner, state] of row.marks) {
        const [own, d, anchor] = inner(owner), line = used[owner] = (used[owner] ?? -12) + 12;
        if (owner === program && !flights[0]) label += `  ${state}`;
        else write(own + 16 * d, (flights[0] ? below - 8 : y + 4) + line, state, "state", anchor);
      }
    if (!flights[0]) write(edge + 16 * d, y + 4, label.length * 6.6 > width - 60 ? label.slice(0, width / 6.6 - 10) + "…" : label, row.bad ? "bad" : row.kind === "again" ? "a" : row.kind === "wait" || row.level > 1 ? "quiet" : "", anchor);
    if (row.remark) write(edge + 16 * d, flights[0] ? below - 8 : y + 19, row.remark, "bad", anchor);
  }
  pane.innerHTML = `<svg class="${lifelines.length > 2 && "crowded"}" width="${room}" height="${bottom}" aria-hidden="true">${svg.join("")}</svg>`;
  pane.scrollTop = 1e6;
}

// --- stepping ---

function show() {
  const all = stops(), place = Math.max(0, all.findLastIndex(i => i <= view.row));
  const row = rows[view.row = all[place]], now = replay(view.row);
  $("at").max = all.length;
  $("at").value = place + 1;
  $("at").ariaValueText = $("count").textContent = `${place + 1} of ${all.length}`;
  $("back").disabled = !place;
  $("next").disabled = !all[place + 1];
  $("say").textContent = (!view.level && row.talk) || row.say;
  $("remark").textContent = row.remark ?? "";
  main.dataset.acts = row.kind === "end" ? "" : sideOf(lives[row.life].program);
  $("level").value = view.level;
  for (const name of SWITCHES) $(name).checked = view[name];
  showPrograms(now);
  showEnds(now);
  showDiagram();
}

function go(choose) {
  const all = stops(), place = choose(all.indexOf(view.row), all.length - 1);
  if (all[place] !== undefined) view.row = all[place];
  show();
}

/** Follow `#step=4&level=calls&states=1&segments=1`, or the same as a query. */
function readAddress() {
  const asked = new URLSearchParams((location.hash || location.search).slice(1));
  const level = Object.keys(data.levels).indexOf(asked.get("level"));
  if (level >= 0) view.level = level;
  for (const name of SWITCHES) if (asked.has(name)) view[name] = asked.get(name) > 0;
  if (asked.has("step")) view.row = stops()[asked.get("step") - 1] ?? view.row;
}

const moves = { ArrowRight: p => p + 1, ArrowLeft: p => p - 1, Home: () => 0, End: (p, last) => last };
$("back").onclick = () => go(moves.ArrowLeft);
$("next").onclick = () => go(moves.ArrowRight);
$("at").oninput = event => go(() => event.target.value - 1);
$("foot").onchange = () => {
  view.level = +$("level").value;
  for (const name of SWITCHES) view[name] = $(name).checked;
  show();
};
for (const tab of document.querySelectorAll(".tabs button"))
  tab.onclick = () => {
    main.className = `sk ${tab.value}`;
    for (const other of tab.parentNode.children) other.ariaPressed = other === tab;
    show();
  };
onkeydown = event => {
  if (event.altKey || event.ctrlKey || event.metaKey || !moves[event.key] || event.target.matches("select,[type=range]")) return;
  event.preventDefault();
  go(moves[event.key]);
};
onhashchange = () => { readAddress(); show(); };

// --- the page around ---

let around;
try {
  around = parent.document.body;
} catch {
// Another site: the stepper keeps to what the reader prefers.
}
const dark = matchMedia("(prefers-color-scheme:dark)");

/** Light or dark as the page around it, be it Material or JupyterLab. */
function takeTheme() {
  let theme = dark.matches;
  const { mdColorScheme, jpThemeLight } = around?.dataset ?? {};
  if (mdColorScheme) theme = mdColorScheme === "slate";
  if (jpThemeLight) theme = jpThemeLight === "false";
  document.documentElement.dataset.theme = theme ? "dark" : "light";
}
if (around) new MutationObserver(takeTheme).observe(around, { attributes: true });
dark.onchange = takeTheme;
takeTheme();
build();
readAddress();
show();
new ResizeObserver(() => {
  showDiagram();
  parent.postMessage({ socketscope: { height: Math.ceil(main.getBoundingClientRect().height) } }, "*");
}).observe(main);
