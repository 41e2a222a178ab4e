// A form that the bot shows instead of an answer: labels, each with a field of one line or several.

import { call, element, place } from "./api.js";

const PARAGRAPH = 2;

function field({ label, component }) {
  const input = element(component.style === PARAGRAPH ? "textarea" : "input", {
    name: component.custom_id,
    placeholder: component.placeholder ?? "",
    minLength: component.min_length ?? 0,
    maxLength: component.max_length ?? 4000,
    required: component.required ?? true,
  });
  return element("label", {}, label, input);
}

// Show it; `act` does what is sent, and tells what is wrong with it.
export function ask(modal, act) {
  const where = place();
  const send = element("button", { className: "button primary", textContent: "Submit" });
  const form = element("form", { method: "dialog" }, element("h2", { textContent: modal.title }), ...modal.components.map(field), send);
  const dialog = element("dialog", {}, form);
  form.addEventListener("submit", () => {
    const fields = Object.fromEntries(new FormData(form));
    act(() => call("POST", "/sim/v1/modals", { ...where, customId: modal.custom_id, fields }));
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
