"""A small app on Slack's SDK. It says on stdout what it saw, and ends when stdin does."""

import os
import sys

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

channel, group, person = (os.environ[name] for name in ("CHANNEL", "GROUP", "PERSON"))
client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])


def say(*words):
    print(*words, flush=True)


say("bot", client.auth_test()["user_id"])
say("owners", *client.usergroups_users_list(usergroup=group)["users"])
user = client.users_info(user=person)["user"]
say("email-free" if "email" not in user["profile"] else "with email", user["name"])
client.conversations_info(channel=channel)
client.files_upload_v2(
    channel=channel, content=b"\x89PNG not really", filename="chart.png", title="Backlog", alt_txt="backlog falls"
)
say("file shared")

app = App(client=client, token_verification_enabled=False)


def text(words):
    return {"type": "plain_text", "text": words}


@app.command("/flink")
def command(ack, command, client):
    ack(text=f"looking at {command['text']}")
    say("command", command["text"])
    buttons = [{"type": "button", "action_id": "deny", "value": "R-18", "text": text("Deny...")}]
    client.chat_postMessage(
        channel=command["channel_id"],
        text="ana asks: scale orders",
        blocks=[{"type": "section", "text": text("ana asks")}, {"type": "actions", "elements": buttons}],
        metadata={"event_type": "sluice_card", "event_payload": {"request": "R-18"}},
    )


@app.action("deny")
def deny(ack, body, client):
    ack()
    why = {"type": "plain_text_input", "action_id": "text"}
    client.views_open(
        trigger_id=body["trigger_id"],
        view={
            "type": "modal",
            "callback_id": "deny",
            "title": text("Deny"),
            "submit": text("Deny"),
            "private_metadata": body["container"]["message_ts"],
            "blocks": [{"type": "input", "block_id": "why", "label": text("Why"), "element": why}],
        },
    )


@app.view("deny")
def denied(ack, view, client):
    ack()
    say("denied", view["state"]["values"]["why"]["text"]["value"])
    client.chat_update(channel=channel, ts=view["private_metadata"], text="denied", blocks=[])


@app.event("app_mention")
def mentioned(event):
    say("mentioned", "in its thread" if "thread_ts" in event else "in the channel")


@app.event("app_home_opened")
def home(event, client):
    blocks = [{"type": "section", "text": text("Nothing waits for you")}]
    client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})
    say("home shown")


handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=client)
handler.connect()
say("connected")
sys.stdin.read()
handler.close()
