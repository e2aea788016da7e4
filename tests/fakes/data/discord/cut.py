#!/usr/bin/env python3
"""Cuts Discord's own description of its API down to the routes that the fake serves, and what they refer to.

usage: cut.py < openapi.json > api_v10.json

Left out: prose, parameters, headers, security, other content types of a body than JSON where JSON is there (the inside
of a form or of a multipart's `payload_json` is the same). An answer "4XX" stays. Nothing else changes.
"""
import json, re, sys

ROUTES = """
GET,PATCH /applications/@me
GET,PUT /applications/{application_id}/commands
GET,PUT /applications/{application_id}/guilds/{guild_id}/commands
GET,PATCH /channels/{channel_id}
GET,POST /channels/{channel_id}/messages
GET,PATCH,DELETE /channels/{channel_id}/messages/{message_id}
POST /channels/{channel_id}/messages/{message_id}/threads
GET /gateway
GET /gateway/bot
GET /guilds/{guild_id}
GET /guilds/{guild_id}/channels
GET /guilds/{guild_id}/members/{user_id}
GET /guilds/{guild_id}/roles
POST /interactions/{interaction_id}/{interaction_token}/callback
GET /users/@me
POST /users/@me/channels
POST /webhooks/{webhook_id}/{webhook_token}
GET,PATCH,DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original
GET,PATCH,DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}
"""
PROSE = {"description", "title", "x-discord-union", "example", "examples"}

whole = json.load(sys.stdin)
wanted = [line.split() for line in ROUTES.strip().splitlines()]


def without_prose(node, names=False):
    """`names`: the keys of this object are names, not words of the schema language."""
    if isinstance(node, list):
        return [without_prose(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_prose(part, key in ("properties", "schemas") and not names)
        for key, part in node.items()
        if names or key not in PROSE
    }


def content(body):
    kinds = body["content"]
    kind = "application/json" if "application/json" in kinds else next(iter(kinds))
    return {"content": {"application/json": kinds[kind]}}


def operation(known):
    cut = {"responses": {}}
    if "requestBody" in known:
        cut["requestBody"] = content(known["requestBody"])
    for status, answer in known["responses"].items():
        if "$ref" in answer:
            continue  # "4XX" and 429: ErrorResponse and RatelimitedResponse, the same everywhere
        cut["responses"][status] = content(answer) if answer.get("content") else {}
    return without_prose(cut)


paths = {
    path: {method.lower(): operation(whole["paths"][path][method.lower()]) for method in methods.split(",")}
    for methods, path in wanted
}
schemas, left = {}, ["ErrorResponse", "RatelimitedResponse"]
left += re.findall(r"#/components/schemas/([\w.]+)", json.dumps(paths))
while left:
    name = left.pop()
    if name in schemas:
        continue
    schemas[name] = without_prose(whole["components"]["schemas"][name])
    left += re.findall(r"#/components/schemas/([\w.]+)", json.dumps(schemas[name]))

print('{"openapi":"3.1.0","paths":{')
print(",\n".join(f"{json.dumps(path)}:{json.dumps(it, separators=(',', ':'))}" for path, it in paths.items()))
print('},"components":{"schemas":{')
print(",\n".join(f"{json.dumps(n)}:{json.dumps(schemas[n], separators=(',', ':'))}" for n in sorted(schemas)))
print("}}}")
