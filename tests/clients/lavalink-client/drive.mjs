// lavalink-client, fed with what Discord's gateway would send: a JSON line names a function, a JSON line says it is done.

import { createInterface } from "node:readline";
import { LavalinkManager } from "lavalink-client";

const say = (content) => console.log(JSON.stringify(content));

let manager;
let player;
let tracks = [];

const commands = {
  async connect({ host, port, password, user }) {
    const node = { host, port, authorization: password, id: "node", retryDelay: 300, retryAmount: 20 };
    manager = new LavalinkManager({
      nodes: [node],
      client: { id: String(user), username: "tests" },
      sendToShard: () => {},
      autoSkip: false,
    });
    manager.nodeManager.on("connect", async (connected) => {
      connected.options.sessionId = connected.sessionId; // what it asks for when it connects again
      await connected.updateSession(true, 60);
    });
    manager.nodeManager.on("resumed", () => say({ event: "ready", resumed: true }));
    manager.nodeManager.on("error", (_, error) => console.error(error));
    manager.on("trackStart", (_, track) => say({ event: "start", identifier: track.info.identifier }));
    manager.on("trackEnd", (_, track, payload) => say({ event: "end", reason: payload.reason }));
    manager.on("queueEnd", (_, track, payload) => say({ event: "end", reason: payload.reason }));
    manager.nodeManager.once("connect", () => say({ event: "ready", resumed: false }));
    await manager.init({ id: String(user), username: "tests" });
  },

  async join({ guild, voice }) {
    const [guildId, voiceChannelId] = [String(guild), voice.channelId];
    player = manager.createPlayer({ guildId, voiceChannelId });
    await player.connect();
    const state = { guild_id: guildId, user_id: manager.options.client.id, channel_id: voiceChannelId };
    await manager.sendRawData({ t: "VOICE_STATE_UPDATE", d: { ...state, session_id: voice.sessionId } });
    const server = { guild_id: guildId, token: voice.token, endpoint: voice.endpoint };
    await manager.sendRawData({ t: "VOICE_SERVER_UPDATE", d: server });
  },

  async load({ words }) {
    tracks = (await player.search({ query: `localsearch:${words}`, source: "local" })).tracks;
    return tracks.map((track) => track.info.identifier);
  },

  async play({ index }) {
    await player.play({ clientTrack: tracks[index] });
  },

  async pause({ on }) {
    await (on ? player.pause() : player.resume());
  },

  async seek({ position }) {
    await player.seek(position);
  },

  async volume({ percent }) {
    await player.setVolume(percent);
  },

  async filters({ volume, pitch }) {
    if (pitch !== null) await player.filterManager.setPitch(pitch);
    await player.filterManager.setVolume(volume);
  },

  async stop() {
    await player.stopPlaying();
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    say({ done: asked.do, result: await commands[asked.do](asked) });
  } catch (error) {
    say({ done: asked.do, error: String(error) });
  }
}
process.exit(0);
