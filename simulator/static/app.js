// The page: which guild, channel and person, who is in voice, what was said, and listening.

import { avatar, call, channel, element, guild, icon, person, place, state } from "./api.js";
import { clear, parse, refresh, request } from "./composer.js";
import { onNotice, show } from "./messages.js";
import { ask } from "./modal.js";

const find = (selector) => document.querySelector(selector);
const audio = find("#listen");
const drawn = new Map(); // message id -> what is shown of it
let seen = ""; // the world as it is drawn
let fading;

function notice(text) {
  find("#notice").textContent = text;
  find("#notice").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { find("#notice").hidden = true; }, 8000);
}

async function act(work) {
  try {
    return await work();
  } catch (error) {
    notice(error.message);
    return null;
  }
}

// -- drawing ----------------------------------------------------------------------------------------------------------

function drawGuilds() {
  find("#guilds").replaceChildren(...state.world.guilds.map((one) => {
    const initials = one.name.split(/\s+/).map((word) => word[0]).join("").slice(0, 3);
    const made = element("button", { type: "button", title: one.name, textContent: initials, className: one.id === state.guildId ? "current" : "" });
    made.onclick = () => choose(one.id);
    return made;
  }));
  find("#guild-name").textContent = guild().name;
}

function drawVoiceChannel(one) {
  const inside = guild().members.filter((member) => member.voiceChannelId === one.id);
  const here = inside.some((member) => member.id === state.userId);
  const made = element("button", {
    type: "button", className: `channel${here ? " current" : ""}`, title: here ? "Leave" : "Join",
    "data-testid": "voice-channel", "data-channel-id": one.id,
  }, icon("voice"), element("span", {}, one.name, one.status ? element("small", { className: "status", textContent: one.status }) : null), here ? element("small", { textContent: "leave" }) : null);
  made.onclick = () => act(() => call("POST", "/sim/v1/voice-states", {
    guildId: state.guildId, userId: state.userId, channelId: here ? null : one.id,
  }));
  return [made, element("ul", {}, ...inside.map((member) =>
    element("li", { "data-testid": "voice-member" }, avatar(member.id, member.name), member.name)))];
}

function drawChannels() {
  const texts = guild().channels.filter((one) => one.type === 0);
  const voices = guild().channels.filter((one) => one.type === 2 || one.type === 13);
  find("#channels").replaceChildren(
    element("h2", { textContent: "Text channels" }),
    ...texts.map((one) => {
      const made = element("button", { type: "button", className: `channel${one.id === state.channelId ? " current" : ""}` },
        element("span", { className: "hash", textContent: "#" }), one.name);
      made.onclick = () => open(one.id);
      return made;
    }),
    element("h2", { textContent: "Voice channels" }),
    ...voices.flatMap(drawVoiceChannel));
}

function drawPeople() {
  const humans = guild().members.filter((member) => member.id !== state.world.bot.id);
  find("#person").replaceChildren(...humans.map((member) =>
    element("option", { value: member.id, textContent: member.name, selected: member.id === state.userId })));
  find("#avatar").replaceWith(Object.assign(avatar(state.userId, person(state.userId).name), { id: "avatar" }));
  find("#people").replaceChildren(element("h2", { textContent: `Members — ${guild().members.length}` }),
    ...guild().members.map((member) => element("div", { className: "member" }, avatar(member.id, member.name), member.name,
      member.id === state.world.bot.id ? element("span", { className: "tag", textContent: "APP" }) : null,
      member.id === guild().ownerId ? icon("owner", "Owner") : null)));
}

// -- reading ----------------------------------------------------------------------------------------------------------

async function readWorld() {
  state.world = await call("GET", "/sim/v1/world");
  if (!guild()) state.guildId = state.world.guilds[0].id;
  if (!person(state.userId)) state.userId = guild().members.find((member) => member.id !== state.world.bot.id).id;
  if (!channel()) state.channelId = guild().channels.find((one) => one.type === 0)?.id ?? null;
  const now = JSON.stringify([state.world, place()]);
  if (now === seen) return;
  seen = now;
  drawGuilds();
  drawChannels();
  drawPeople();
  find("#channel-name").textContent = channel()?.name ?? "";
}

// Draw what changed and leave every other message where it is, also under a finger that is just pressing its button.
function drawMessages(messages) {
  const list = find("#messages");
  messages.forEach((message, index) => {
    const text = JSON.stringify(message);
    if (drawn.get(message.id)?.text !== text) {
      const node = show(message);
      drawn.get(message.id)?.node.replaceWith(node);
      drawn.set(message.id, { text, node });
    }
    const { node } = drawn.get(message.id);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  while (list.children.length > messages.length) list.lastChild.remove();
}

async function readMessages() {
  if (state.channelId === null) return;
  const { messages } = await call("GET", `/sim/v1/channels/${state.channelId}/messages?userId=${state.userId}`);
  const list = find("#messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  drawMessages(messages);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

async function readCommands() {
  if (state.channelId === null) return;
  const { commands } = await call("GET", `/sim/v1/commands?${new URLSearchParams(place())}`);
  state.commands = commands;
}

async function choose(guildId) {
  state.guildId = guildId;
  await act(readWorld);
  await open(state.channelId);
}

async function open(channelId) {
  state.channelId = channelId;
  drawChannels();
  find("#channel-name").textContent = channel()?.name ?? "";
  await act(readMessages);
  await act(readCommands);
  find("#messages").scrollTop = find("#messages").scrollHeight;
}

// -- doing ------------------------------------------------------------------------------------------------------------

async function send(text) {
  const found = parse(text);
  if (found === null) {
    await call("POST", "/sim/v1/messages", { channelId: state.channelId, userId: state.userId, content: text });
  } else if (found.leaf === null) {
    throw new Error(`There is no command ${text}`);
  } else {
    const { modal } = await call("POST", "/sim/v1/commands", request(found));
    if (modal) ask(modal, act);
  }
}

find("#form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = find("#composer").value.trim();
  if (!text) return;
  const found = parse(text);
  if (found?.leaf || found === null) {
    const sending = act(() => send(text));
    clear();
    await sending;
  } else {
    await act(() => send(text));
  }
});

find("#person").addEventListener("change", async (event) => {
  state.userId = event.target.value;
  await act(readWorld);
  await act(readMessages);
  await act(readCommands);
});

find("#composer").addEventListener("focus", async () => {
  await act(readCommands);
  refresh();
});

function drawListening() {
  const on = Boolean(audio.getAttribute("src"));
  find("#listen-button").textContent = on ? "Stop" : "Listen";
  find("#listening").classList.toggle("on", on);
  find("#listening-state").textContent = on ? "Listening" : "Not listening";
  find("#listening-detail").textContent = on ? guild().name : "Hear what the bot plays";
}

find("#listen-button").addEventListener("click", () => {
  if (audio.getAttribute("src")) {
    audio.removeAttribute("src");
    audio.load();
  } else {
    audio.src = `/sim/v1/voice/${state.guildId}/listen`;
    act(() => audio.play());
  }
  drawListening();
});

// -- news -------------------------------------------------------------------------------------------------------------

// Many events in a row are read once; while a reading is under way the next one waits.
function soon(read) {
  let waiting = false;
  let running = Promise.resolve();
  return () => {
    if (waiting) return;
    waiting = true;
    running = running.then(() => new Promise((resolve) => setTimeout(resolve, 40))).then(() => {
      waiting = false;
      return act(read);
    });
  };
}

const worldSoon = soon(readWorld);
const messagesSoon = soon(readMessages);
const commandsSoon = soon(readCommands);

function follow() {
  const news = new EventSource("/sim/v1/events");
  news.onopen = () => { worldSoon(); messagesSoon(); commandsSoon(); };
  news.onmessage = (event) => {
    const { type, channelId } = JSON.parse(event.data);
    if (type === "COMMANDS") commandsSoon();
    else if (type === "ANSWER" || (type.startsWith("MESSAGE_") && channelId === state.channelId)) messagesSoon();
    else if (type.startsWith("MESSAGE_") || type.startsWith("INTERACTION_")) return;
    else worldSoon();
  };
}

onNotice(notice);
state.tracesUrl = (await call("GET", "/config.json")).tracesUrl;
await act(readWorld);
await open(state.channelId);
follow();
