// A small app on discord.js' own packages. It says on stdout what it saw, and ends when stdin does.
// DISCORD_NODE_MODULES: where @discordjs/rest and @discordjs/ws are.
import { createRequire } from "node:module";

const { DISCORD_NODE_MODULES, DISCORD_API_URL, DISCORD_TOKEN, APP, GUILD, CHANNEL } = process.env;
const require = createRequire(`${DISCORD_NODE_MODULES}/`);
const { REST } = require("@discordjs/rest");
const { WebSocketManager, WebSocketShardEvents } = require("@discordjs/ws");

const say = (...words) => console.log(...words);
const rest = new REST({ version: "10", api: DISCORD_API_URL }).setToken(DISCORD_TOKEN);

const job = { type: 3, name: "job", description: "Which job", required: true, autocomplete: true };
const commands = [{ name: "scale", description: "Change a job's parallelism", options: [job] }];
const registered = await rest.put(`/applications/${APP}/guilds/${GUILD}/commands`, { body: commands });
say("registered", registered[0].name);
say("bot", (await rest.get("/users/@me")).id);

const button = { type: 2, style: 4, label: "Deny...", custom_id: "deny" };
const card = { content: "ana asks: scale orders", components: [{ type: 1, components: [button] }] };
const why = { type: 4, custom_id: "why", label: "Why", style: 2 };
const form = { custom_id: "deny", title: "Deny", components: [{ type: 1, components: [why] }] };

async function answered(interaction) {
  const callback = (body) =>
    rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, { body, auth: false });
  const original = `/webhooks/${APP}/${interaction.token}/messages/@original`;
  switch (interaction.type) {
    case 4:
      return callback({ type: 8, data: { choices: [{ name: "orders", value: "orders" }] } });
    case 2: {
      await callback({ type: 5, data: {} });
      const posted = await rest.post(`/channels/${CHANNEL}/messages`, { body: card });
      const thread = await rest.post(`/channels/${CHANNEL}/messages/${posted.id}/threads`, { body: { name: "R-18" } });
      const files = [{ name: "chart.png", data: Buffer.from("\x89PNG not really", "latin1") }];
      const attachments = [{ id: "0", description: "backlog falls" }];
      await rest.post(`/channels/${thread.id}/messages`, { body: { content: "the plan", attachments }, files });
      await rest.patch(original, { body: { content: "asked" }, auth: false });
      return say("command", interaction.data.options[0].value);
    }
    case 3:
      return callback({ type: 9, data: form });
    case 5:
      say("denied", interaction.data.components[0].components[0].value);
      return callback({ type: 7, data: { content: "denied", components: [] } });
  }
}

const manager = new WebSocketManager({ token: DISCORD_TOKEN, intents: 0, rest, compression: null });
manager.on(WebSocketShardEvents.Ready, () => say("ready"));
manager.on(WebSocketShardEvents.Resumed, () => say("resumed"));
manager.on(WebSocketShardEvents.Dispatch, (...given) => {
  const event = given[0].data ?? given[0];
  if (event.t === "INTERACTION_CREATE") answered(event.d).catch((error) => say("error", error.message));
});
await manager.connect();
for await (const _ of process.stdin);
await manager.destroy();
process.exit(0);
