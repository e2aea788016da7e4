#!/usr/bin/env python3
"""Cuts the description of Slack's Web API down to the methods that the fake serves.

usage: cut.py < slack_web_openapi_2026-08.json > web_api_2026-08.json

The list of error codes, which stands there twice or four times for each method, is kept once under
/components/schemas/{method}.error. Nothing else changes.
"""
import json, sys

METHODS = """auth.test apps.connections.open chat.postMessage chat.update chat.delete chat.postEphemeral chat.getPermalink
conversations.info conversations.replies conversations.history views.open views.update views.push views.publish
files.getUploadURLExternal files.completeUploadExternal files.info users.info usergroups.list
usergroups.users.list""".split()

whole = json.load(sys.stdin)
schemas = {}


def share_errors(node, method):
    if isinstance(node, list):
        return [share_errors(part, method) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("properties", {}).get("ok") == {"const": False}:
        name = f"{method}.error"
        assert schemas.setdefault(name, node) == node, name
        return {"$ref": f"#/components/schemas/{name}"}
    return {key: share_errors(part, method) for key, part in node.items()}


paths = {f"/api/{m}": share_errors(whole["paths"][f"/api/{m}"], m) for m in METHODS}
components = dict(whole["components"], schemas=schemas)
whole = dict(whole, paths=paths, components=components)
# One line for each method and each list of errors, so that a difference can be read.
lines = json.dumps(whole, separators=(",", ":"))
for start in [f'"/api/{m}":' for m in METHODS] + [f'"{name}":' for name in schemas]:
    lines = lines.replace(start, "\n" + start)
print(lines)
