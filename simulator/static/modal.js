// A form that the bot shows instead of an answer: labels, each with a field of one line or several, or a select menu.

import { call, element, place } from "./api.js";
import { options } from "./select.js";

const TEXT_INPUT = 4;
const PARAGRAPH = 2;

function input(component) {
  const required = component.required ?? true;
  if (component.type !== TEXT_INPUT) {
    const multiple = (component.max_values ?? 1) > 1;
    const none = multiple ? null : element("option", { value: "", textContent: component.placeholder ?? "Make a selection" });
    return element("select", { name: component.custom_id, required, multiple }, none, ...options(component));
  }
  return element(component.style === PARAGRAPH ? "textarea" : "input", {
    name: component.custom_id,
    placeholder: component.placeholder ?? "",
    value: component.value ?? "",
    minLength: component.min_length ?? 0,
    maxLength: component.max_length ?? 4000,
    required,
  });
}

// Show it; `act` does what is sent, and tells what is wrong with it.
export function ask(modal, act) {
  const where = place();
  const send = element("button", { className: "button primary", textContent: "Submit" });
  const fields = modal.components.filter((one) => one.component);
  const form = element("form", { method: "dialog" }, element("h2", { textContent: modal.title }),
    ...fields.map(({ label, component }) => element("label", {}, label, input(component))), send);
  const dialog = element("dialog", {}, form);
  form.addEventListener("submit", () => {
    const given = new FormData(form);
    const filled = Object.fromEntries(fields.map(({ component: { custom_id: name, type } }) =>
      [name, type === TEXT_INPUT ? given.get(name) : given.getAll(name).filter(Boolean)]));
    act(() => call("POST", "/sim/v1/modals", { ...where, customId: modal.custom_id, fields: filled }));
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
