# An MCP server on stdio whose tools are described by the file /servers/description. usage: python3 changing.py
import json, os, sys

TEXT = {'type': 'object', 'properties': {'text': {'type': 'string', 'maxLength': 100}}, 'required': ['text'], 'additionalProperties': False}
NOTHING = {'type': 'object'}
waiting, cancelled, held = [], [], []


def answer(id, text):
    print(json.dumps({'jsonrpc': '2.0', 'id': id, 'result': {'content': [{'type': 'text', 'text': text}]}}), flush=True)


def say(message):
    print(json.dumps({'jsonrpc': '2.0', **message}), flush=True)


def call(id, name, arguments, meta):
    if name == 'wait':
        waiting.append(id)  # until it is cancelled
    elif name == 'slow':
        for done, words in ((1, 'half'), (2, 'all')) if 'progressToken' in meta else ():
            say({'method': 'notifications/progress', 'params': {'progressToken': meta['progressToken'], 'progress': done, 'message': words}})
        held.append(id)  # until it may go on
    elif name == 'go':
        for one in held:
            answer(one, 'slow')
        answer(id, f'{len(held)} went')
    else:
        answer(id, {
            'echo': lambda: arguments['text'],
            'large': lambda: 'x' * 100000,
            'waits': lambda: f'{len(waiting)} {len(cancelled)}',
            'token': lambda: os.environ.get('API_TOKEN', ''),
        }[name]())


for line in sys.stdin:
    message = json.loads(line)
    id = message.get('id')
    if message['method'] == 'initialize':
        print(json.dumps({'jsonrpc': '2.0', 'id': id, 'result': {'protocolVersion': '2025-06-18', 'capabilities': {'tools': {}, 'prompts': {}, 'resources': {}}, 'serverInfo': {'name': 'changing', 'version': '1'}}}), flush=True)
    elif message['method'] == 'tools/list':
        described = open('/servers/description').read().split('\n')
        tools = [{'name': name, 'description': described[0], 'inputSchema': TEXT if name == 'echo' else NOTHING} for name in ['wait', 'echo', 'large', 'waits', 'token', 'slow', 'go'] + described[1:]]
        print(json.dumps({'jsonrpc': '2.0', 'id': id, 'result': {'tools': tools}}), flush=True)
    elif message['method'] == 'tools/call':
        call(id, message['params']['name'], message['params'].get('arguments') or {}, message['params'].get('_meta') or {})
    elif message['method'] == 'prompts/list':
        say({'id': id, 'result': {'prompts': [{'name': 'one'}, {'name': 'two'}]}})
    elif message['method'] == 'resources/list':
        say({'id': id, 'result': {'resources': [{'uri': 'note://a', 'name': 'a'}, {'uri': 'note://b', 'name': 'b'}]}})
    elif message['method'] == 'resources/templates/list':
        say({'id': id, 'result': {'resourceTemplates': []}})
    elif message['method'] == 'resources/read':
        uri = message['params']['uri']
        say({'id': id, 'result': {'contents': [{'uri': uri, 'text': f'{uri[-1]} of {uri}'}]}})
    elif message['method'] == 'notifications/cancelled':
        cancelled.extend(one for one in waiting if one == message['params']['requestId'])
    elif id is not None:
        print(json.dumps({'jsonrpc': '2.0', 'id': id, 'error': {'code': -32601, 'message': 'unknown'}}), flush=True)
