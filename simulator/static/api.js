// The control API, and the state that every part of the page reads.

export const state = { world: null, tracesUrl: null, guildId: null, channelId: null, userId: null, commands: [] };

export async function call(method, path, body) {
  const options = { method, headers: { "Content-Type": "application/json" } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const response = await fetch(path, options);
  const content = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(content?.message ?? `HTTP ${response.status}`);
  return content;
}

export const guild = () => state.world.guilds.find((one) => one.id === state.guildId);
export const channel = () => guild().channels.find((one) => one.id === state.channelId);
export const person = (id) => guild().members.find((one) => one.id === id);
export const place = () => ({ guildId: state.guildId, channelId: state.channelId, userId: state.userId });

// Make an element: properties are set on it, "data-…" and "aria-…" become attributes; null children are left out.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// One of the symbols of index.html: no emoji, since not every machine has a font for them.
export function icon(name, title = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-label", title);
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  made.append(use);
  return made;
}

const COLOURS = ["#5865f2", "#3ba55c", "#faa81a", "#eb459e", "#ed4245", "#00a8fc"];

export function avatar(id, name) {
  const colour = COLOURS[Number(BigInt(id) % BigInt(COLOURS.length))];
  const round = element("span", { className: "avatar", textContent: name.slice(0, 1).toUpperCase(), "aria-hidden": "true" });
  round.style.background = colour;
  return round;
}
