// What a select menu offers: options of the bot's, or people, roles and channels of the guild.

import { element, guild } from "./api.js";

export const emoji = (one) => (one && one.name ? `${one.name} ` : "");

const people = () => guild().members.map((one) => ({ value: one.id, label: one.name }));
const roles = () => guild().roles.map((one) => ({ value: one.id, label: one.name }));
const channels = ({ channel_types: types }) => guild().channels
  .filter((one) => !types?.length || types.includes(one.type)).map((one) => ({ value: one.id, label: one.name }));
const OFFERED = {
  3: ({ options: own }) => own, 5: people, 6: roles, 7: () => [...people(), ...roles()], 8: channels,
};

// Its options as elements, with what is chosen from the start.
export function options(component) {
  const chosen = new Set((component.default_values ?? []).map((one) => one.id));
  return OFFERED[component.type](component).map((one) => element("option", {
    value: one.value, textContent: `${emoji(one.emoji)}${one.label}`, title: one.description ?? "",
    selected: Boolean(one.default) || chosen.has(one.value),
  }));
}
