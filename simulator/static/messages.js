// Messages as Discord shows them: content, embeds, components of both generations.

import { avatar, call, element, icon, place, state } from "./api.js";
import { markdown } from "./markdown.js";
import { ask } from "./modal.js";
import { emoji, options } from "./select.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
let notify = () => {};

export function onNotice(listener) {
  notify = listener;
}

async function press(message, customId, values, control) {
  control.disabled = true;
  try {
    const { modal } = await call("POST", "/sim/v1/components", { ...place(), messageId: message.id, customId, ...(values ? { values } : {}) });
    if (modal) ask(modal, (work) => work().catch((error) => notify(error.message)));
  } catch (error) {
    notify(error.message);
  } finally {
    control.disabled = false;
  }
}

function button(message, component) {
  const style = BUTTON_STYLES[component.style] ?? "secondary";
  const text = `${emoji(component.emoji)}${component.label ?? ""}`;
  if (component.style === 5) {
    return element("a", { className: "button link", href: component.url, target: "_blank", rel: "noreferrer", textContent: `${text} ↗` });
  }
  const made = element("button", {
    type: "button", className: `button ${style}`, textContent: text, disabled: Boolean(component.disabled),
    "data-custom-id": component.custom_id,
  });
  made.onclick = () => press(message, component.custom_id, null, made);
  return made;
}

function select(message, component) {
  const made = element("select", {
    className: "menu", disabled: Boolean(component.disabled), multiple: (component.max_values ?? 1) > 1,
    "data-custom-id": component.custom_id,
  });
  made.append(element("option", { value: "", textContent: component.placeholder ?? "Make a selection", disabled: true, selected: true }));
  made.append(...options(component));
  made.onchange = () => {
    const values = [...made.selectedOptions].map((one) => one.value).filter(Boolean);
    return press(message, component.custom_id, values, made);
  };
  return made;
}

const image = (media, className) => element("img", { className, src: media.url, alt: "", loading: "lazy" });

function component(message, one) {
  const children = () => (one.components ?? []).map((child) => component(message, child));
  switch (one.type) {
    case 1: return element("div", { className: "row" }, ...children());
    case 2: return button(message, one);
    case 3: case 5: case 6: case 7: case 8: return select(message, one);
    case 9: return element("div", { className: "section" }, element("div", {}, ...children()), component(message, one.accessory));
    case 10: return markdown(one.content);
    case 11: return image(one.media, "thumbnail");
    case 12: return element("div", { className: "gallery" }, ...one.items.map((item) => image(item.media, "picture")));
    case 13: return element("a", { className: "file", href: one.file.url, textContent: one.name ?? one.file.url });
    case 14: return element("hr", { className: one.divider === false ? "gap" : "" });
    case 17: {
      const box = element("div", { className: "container" }, ...children());
      if (one.accent_color != null) box.style.borderLeftColor = `#${one.accent_color.toString(16).padStart(6, "0")}`;
      return box;
    }
    default: return element("small", { textContent: `component of type ${one.type}` });
  }
}

function embed(one) {
  const main = element("div", {},
    one.author ? element("small", { className: "author", textContent: one.author.name }) : null,
    one.title ? element("strong", { className: "title" }, one.url ? element("a", { href: one.url, textContent: one.title }) : one.title) : null,
    one.description ? markdown(one.description) : null,
    element("div", { className: "fields" }, ...(one.fields ?? []).map((field) =>
      element("div", { className: field.inline ? "inline" : "" }, element("strong", { textContent: field.name }), markdown(field.value)))),
    one.image ? image(one.image, "picture") : null,
    one.footer ? element("small", { className: "footer", textContent: one.footer.text }) : null);
  const box = element("div", { className: "embed" }, main, one.thumbnail ? image(one.thumbnail, "thumbnail") : null);
  if (one.color != null) box.style.borderLeftColor = `#${one.color.toString(16).padStart(6, "0")}`;
  return box;
}

function heading(message) {
  const bot = message.author.bot;
  const time = new Date(message.timestamp);
  return element("header", {},
    element("strong", { className: bot ? "bot" : "", textContent: message.author.global_name ?? message.author.username }),
    bot ? element("span", { className: "tag", textContent: "APP" }) : null,
    element("time", { dateTime: time.toISOString(), textContent: time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) }));
}

function used(message) {
  const origin = message.interaction_metadata;
  if (!origin?.name) return null;
  return element("div", { className: "used" }, element("strong", { textContent: origin.user.global_name }), " used ",
    element("code", { textContent: `/${origin.name}` }));
}

function trace(message) {
  const id = message.interaction_metadata?.id;
  if (!id || !state.tracesUrl) return null;
  return element("a", {
    href: `${state.tracesUrl}/?interactionId=${id}`, target: "_blank", rel: "noreferrer", textContent: "trace", "data-testid": "trace",
  });
}

export function show(message) {
  const loading = Boolean(message.flags & LOADING);
  const hidden = Boolean(message.flags & EPHEMERAL);
  const foot = element("div", { className: "foot" },
    hidden ? element("small", {}, icon("private"), "Only you can see this") : null, loading ? null : trace(message));
  const body = element("div", { className: "body" }, heading(message),
    loading ? element("em", { className: "thinking", textContent: `${message.author.global_name} is thinking…` }) : null,
    message.content ? markdown(message.content) : null,
    message.edited_timestamp && message.content && !message.interaction_metadata ? element("small", { className: "edited", textContent: "(edited)" }) : null,
    ...message.embeds.map(embed),
    ...message.components.map((one) => component(message, one)),
    ...message.attachments.map((file) => element("a", { className: "file", href: `/sim/v1${new URL(file.url).pathname}`, download: file.filename },
      icon("file"), file.filename)),
    foot);
  return element("li", { className: hidden ? "ephemeral" : "", "data-testid": "message", "data-message-id": message.id },
    used(message), avatar(message.author.id, message.author.username), body);
}
