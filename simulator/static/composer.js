// The message box: plain text, or a slash command with completion of names, options and their values.

import { call, element, guild, place, state } from "./api.js";

const SUBCOMMANDS = [1, 2];
const KINDS = { 3: "text", 4: "whole number", 5: "true or false", 6: "person", 7: "channel", 8: "role", 9: "person or role", 10: "number" };
const box = document.querySelector("#composer");
const list = document.querySelector("#completions");
let items = []; // what is offered: { label, detail, text }
let marked = -1;
let chosen = {}; // option name -> the choice that was picked, whose value is sent instead of its name
let asked = 0; // number of the newest autocomplete request; older answers are dropped

// Read "/name sub option: value …" against the known commands.
export function parse(text) {
  const words = /^\/(\S*)(.*)$/s.exec(text);
  if (!words) return null;
  let node = state.commands.find((command) => command.name === words[1]);
  const found = { typed: words[1], command: node, path: [], leaf: null, values: {}, open: null, rest: words[2] };
  if (!node) return found;
  for (;;) {
    const subcommands = (node.options ?? []).filter((option) => SUBCOMMANDS.includes(option.type));
    if (!subcommands.length) break;
    const next = /^\s+(\S*)(.*)$/s.exec(found.rest);
    const child = next && subcommands.find((option) => option.name === next[1]);
    if (!child) return { ...found, subcommands, typed: next ? next[1] : "" };
    node = child;
    found.path.push(child.name);
    found.rest = next[2];
  }
  found.leaf = node;
  readValues(found);
  return found;
}

function readValues(found) {
  const options = found.leaf.options ?? [];
  const names = options.map((option) => option.name.replace(/[-]/g, "\\$&"));
  const marks = names.length ? [...found.rest.matchAll(new RegExp(`(?<=\\s)(${names.join("|")}):`, "g"))] : [];
  const lead = found.rest.slice(0, marks[0]?.index).trim();
  if (lead && options.length) set(found, options[0].name, lead);
  marks.forEach((mark, index) => {
    const end = marks[index + 1]?.index;
    set(found, mark[1], found.rest.slice(mark.index + mark[0].length, end).trim());
  });
}

function set(found, name, value) {
  found.values[name] = value;
  found.open = found.leaf.options.find((option) => option.name === name);
}

function convert(option, text) {
  const picked = chosen[option.name];
  if (picked && picked.name === text) return picked.value;
  const named = (kind) => guild()[kind].find((one) => one.id === text || one.name.toLowerCase() === text.replace(/^[@#]/, "").toLowerCase())?.id;
  switch (option.type) {
    case 4: case 10: return Number.isNaN(Number(text)) || text === "" ? text : Number(text);
    case 5: return ["true", "false"].includes(text.toLowerCase()) ? text.toLowerCase() === "true" : text;
    case 6: return named("members") ?? text;
    case 7: return named("channels") ?? text;
    case 8: return named("roles") ?? text;
    case 9: return named("members") ?? named("roles") ?? text;
    default: return option.choices?.find((choice) => choice.name === text)?.value ?? text;
  }
}

// The body of POST /commands.
export function request(found, without = null) {
  const byName = Object.fromEntries((found.leaf.options ?? []).map((option) => [option.name, option]));
  let options = {};
  for (const [name, text] of Object.entries(found.values)) {
    if (text !== "" || name === without) options[name] = name === without ? text : convert(byName[name], text);
  }
  for (const name of [...found.path].reverse()) options = { [name]: options };
  return { ...place(), name: found.command.name, options };
}

function offer(found) {
  if (!found) return [];
  const starts = (name) => name.startsWith(found.typed.toLowerCase());
  if (!found.command) {
    return state.commands.filter((one) => starts(one.name)).map((one) => ({ label: `/${one.name}`, detail: one.description, text: `/${one.name} ` }));
  }
  const head = ["", found.command.name].join("/") + found.path.map((name) => ` ${name}`).join("");
  if (!found.leaf) {
    return found.subcommands.filter((one) => starts(one.name)).map((one) => ({ label: `${head} ${one.name}`, detail: one.description, text: `${head} ${one.name} ` }));
  }
  if (found.open?.choices) {
    return found.open.choices.filter((one) => one.name.toLowerCase().includes(found.values[found.open.name].toLowerCase()))
      .map((choice) => choiceItem(found, choice));
  }
  const missing = (found.leaf.options ?? []).filter((option) => !(option.name in found.values));
  return missing.map((option) => ({
    label: `${option.name}${option.required ? "" : "?"}`, detail: `${option.description} (${KINDS[option.type] ?? "value"})`,
    text: `${box.value.trimEnd()} ${option.name}: `,
  }));
}

function choiceItem(found, choice) {
  const option = found.open.name;
  const at = box.value.lastIndexOf(found.values[option]);
  const before = found.values[option] ? box.value.slice(0, at) : `${box.value.trimEnd()} `;
  return { label: choice.name, detail: "", text: `${before}${choice.name} `, option, choice };
}

async function complete(found) {
  const mine = ++asked;
  if (!found?.open?.autocomplete) return;
  await new Promise((resolve) => setTimeout(resolve, 150));
  if (mine !== asked) return;
  try {
    const { choices } = await call("POST", "/sim/v1/autocomplete", { ...request(found, found.open.name), focused: found.open.name });
    if (mine === asked) draw(choices.map((choice) => choiceItem(found, choice)));
  } catch {
    if (mine === asked) draw([{ label: "Loading options failed", detail: "", text: box.value }]);
  }
}

function draw(next) {
  items = next;
  marked = -1;
  list.replaceChildren(...items.map((item, index) => {
    const made = element("div", { role: "option", "data-index": String(index) }, element("strong", { textContent: item.label }), element("span", { textContent: item.detail }));
    made.onmousedown = (event) => {
      event.preventDefault();
      pick(index);
    };
    return made;
  }));
  list.hidden = items.length === 0;
}

function pick(index) {
  const item = items[index];
  if (item.choice) chosen[item.option] = item.choice;
  box.value = item.text;
  refresh();
}

function mark(index) {
  marked = (index + items.length) % items.length;
  [...list.children].forEach((child, at) => child.classList.toggle("marked", at === marked));
  list.children[marked].scrollIntoView({ block: "nearest" });
}

export function refresh() {
  const found = parse(box.value);
  if (!found) chosen = {};
  draw(offer(found));
  complete(found);
}

export function clear() {
  box.value = "";
  chosen = {};
  refresh();
}

// Enter takes what is marked, or the only thing a half-typed name can mean; otherwise the text is sent.
function key(event) {
  if (list.hidden) return;
  const half = box.value.startsWith("/") && !parse(box.value).leaf;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(event.key === "ArrowDown" ? marked + 1 : Math.max(marked, 0) - 1);
  else if (event.key === "Tab" || (event.key === "Enter" && (marked >= 0 || half))) pick(Math.max(marked, 0));
  else if (event.key === "Escape") draw([]);
  else return;
  event.preventDefault();
}

box.addEventListener("input", refresh);
box.addEventListener("keydown", key);
