// The part of Discord's markdown that bots use, as DOM nodes: nothing is ever parsed as HTML.

import { element, guild, person } from "./api.js";

const INLINE = [
  [/```(?:\w*\n)?([\s\S]+?)```/, (m) => element("pre", {}, element("code", { textContent: m[1] }))],
  [/`([^`]+)`/, (m) => element("code", { textContent: m[1] })],
  [/\*\*([\s\S]+?)\*\*/, (m) => element("strong", {}, ...inline(m[1]))],
  [/__([\s\S]+?)__/, (m) => element("u", {}, ...inline(m[1]))],
  [/~~([\s\S]+?)~~/, (m) => element("s", {}, ...inline(m[1]))],
  [/\*([^*\n]+?)\*|\b_([^_\n]+?)_\b/, (m) => element("em", {}, ...inline(m[1] ?? m[2]))],
  [/\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, (m) => link(m[2], m[1])],
  [/<(https?:\/\/[^\s>]+)>|(https?:\/\/[^\s<]+)/, (m) => link(m[1] ?? m[2], m[1] ?? m[2])],
  [/<@!?(\d+)>/, (m) => mention(`@${person(m[1])?.name ?? "unknown-user"}`)],
  [/<@&(\d+)>/, (m) => mention(`@${guild().roles.find((role) => role.id === m[1])?.name ?? "unknown-role"}`)],
  [/<#(\d+)>/, (m) => mention(`#${guild().channels.find((one) => one.id === m[1])?.name ?? "unknown"}`)],
  [/<t:(-?\d+)(?::(\w))?>/, (m) => moment(Number(m[1]), m[2])],
];

const link = (href, text) => element("a", { href, textContent: text, target: "_blank", rel: "noreferrer" });
const mention = (text) => element("span", { className: "mention", textContent: text });

function moment(seconds, style) {
  const date = new Date(seconds * 1000);
  const made = element("time", { dateTime: date.toISOString(), title: date.toLocaleString() });
  if (style === "R") made.dataset.relative = seconds;
  else made.textContent = style === "t" ? date.toLocaleTimeString() : date.toLocaleString();
  if (style === "R") tell(made);
  return made;
}

const UNITS = [["year", 31557600], ["day", 86400], ["hour", 3600], ["minute", 60]];

function tell(made) {
  const difference = Number(made.dataset.relative) - Date.now() / 1000;
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const [unit, size] = UNITS.find(([, one]) => Math.abs(difference) >= one) ?? ["second", 1];
  made.textContent = format.format(Math.round(difference / size), unit);
}

setInterval(() => document.querySelectorAll("time[data-relative]").forEach(tell), 1000);

function inline(text) {
  let first = null;
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, make };
  }
  if (first === null) return text ? [document.createTextNode(text)] : [];
  const { match, make } = first;
  const before = text.slice(0, match.index);
  return [...(before ? [document.createTextNode(before)] : []), make(match), ...inline(text.slice(match.index + match[0].length))];
}

export function markdown(text) {
  const box = element("div", { className: "markdown" });
  if (text.includes("```")) {
    box.append(...inline(text));
    return box;
  }
  for (const line of text.split("\n")) {
    const [, mark, rest] = /^(#{1,3}|-#|>|[-*]) (.*)$/.exec(line) ?? [null, "", line];
    const tag = { "#": "h3", "##": "h4", "###": "h5", "-#": "small", ">": "blockquote" }[mark] ?? "div";
    const bullet = mark === "-" || mark === "*" ? "• " : "";
    box.append(element(tag, {}, bullet, ...(rest ? inline(rest) : [element("br")])));
  }
  return box;
}
