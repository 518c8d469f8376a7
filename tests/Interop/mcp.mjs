// An agent's session with 'sandboxctl mcp', by MCP clients that others wrote; they hold every answer against its output schema.
// usage: node mcp.mjs sdk|client stdio COMMAND [ARGUMENT...]
//        node mcp.mjs sdk|client http URL KEY
// sdk: @modelcontextprotocol/sdk (2025-11-25); client: @modelcontextprotocol/client (2026-07-28, by negotiation). Prints what was checked; ends with 1 at the first difference.
import assert from 'node:assert/strict';

const [kind, way, target, ...rest] = process.argv.slice(2);
const info = { name: 'judge', version: '1' };

async function connect() {
  if (kind === 'sdk') {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    return [new Client(info), StdioClientTransport, StreamableHTTPClientTransport];
  }
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  return [new Client(info, { versionNegotiation: { mode: 'auto' } }), StdioClientTransport, StreamableHTTPClientTransport];
}

const [client, Stdio, Http] = await connect();
const transport = way === 'stdio'
  ? new Stdio({ command: target, args: rest, env: process.env, stderr: 'inherit' })
  : new Http(new URL(target), { requestInit: { headers: { Authorization: `Bearer ${rest[0]}` } } });
await client.connect(transport);
const era = client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion ?? transport._protocolVersion ?? '2025-11-25';
console.log(`era ${kind === 'sdk' ? '2025-11-25' : era}`);

const call = (name, args = {}, options = {}) =>
  kind === 'sdk' ? client.callTool({ name, arguments: args }, undefined, options) : client.callTool({ name, arguments: args }, options);
const good = async (name, args) => {
  const result = await call(name, args);
  assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
  assert.ok(result.structuredContent, `${name} has structured content`);
  return result.structuredContent;
};
const refused = async (name, args) => {
  const result = await call(name, args);
  assert.equal(result.isError, true, `${name} is refused`);
  assert.ok(result.structuredContent.refusal.instead.length > 0, 'a refusal says what to do instead');
  return result.structuredContent.refusal;
};
const done = (what) => console.log(`ok ${what}`);

// What there is.
const { tools } = await client.listTools();
console.log(`tools ${tools.map((tool) => tool.name).join(' ')}`);
for (const tool of tools) {
  assert.equal(tool.inputSchema.additionalProperties, false, tool.name);
  assert.ok(tool.outputSchema && tool.description && tool.title && tool.annotations, tool.name);
}
assert.equal(tools.find((tool) => tool.name === 'read_file').annotations.readOnlyHint, true);
assert.equal(tools.find((tool) => tool.name === 'jail_delete').annotations.destructiveHint, true);
assert.match(client.getInstructions(), /roles admin/);
done('list');

// An agent writes a program with a mistake, sees it fail, finds and mends it.
await good('write_file', { path: 'src/fib.py', text: 'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 3)\n' });
await good('write_file', { path: 'test.py', text: 'import sys\nsys.path.insert(0, "src")\nfrom fib import fib\nassert fib(10) == 55, fib(10)\nprint("passed")\n' });
let run = await good('run_command', { argv: ['python3', 'test.py'] });
assert.equal(run.exit_code, 1);
assert.match(run.stderr, /AssertionError/);
const found = await good('search_files', { text: 'n - 3', glob: '*.py' });
assert.deepEqual(found.matches.map((match) => [match.path, match.line]), [['src/fib.py', 2]]);
assert.deepEqual((await good('search_files', { path: 'src', glob: '*.py' })).matches, [{ path: 'src/fib.py' }]);
await good('edit_file', { path: 'src/fib.py', edits: [{ old_text: 'fib(n - 3)', new_text: 'fib(n-2)' }] });
run = await good('run_command', { shell: 'python3 test.py && echo done' });
assert.equal(run.stdout, 'passed\ndone\n');
assert.match((await good('read_file', { path: '/workspace/src/fib.py' })).text, /n-2/);
assert.equal((await good('read_file', { path: 'test.py', first_line: 2, lines: 1 })).text, 'sys.path.insert(0, "src")\n');
assert.deepEqual((await good('list_files', { depth: 3 })).files.filter((file) => file.kind === 'file' && !file.path.includes('__pycache__')).map((file) => file.path).sort(), ['src/fib.py', 'test.py']);
done('program');

// Each language, with arguments and stdin of its own.
const codes = {
  python: 'import sys; print(sys.argv[1], sys.stdin.read())',
  node: 'process.stdin.on("data", (data) => console.log(process.argv[2], String(data)))',
  bash: 'read line; echo "$1 $line"',
  c: '#include <stdio.h>\nint main(int n, char **a) { char line[64]; printf("%s %s\\n", a[1], fgets(line, 64, stdin)); return 0; }',
};
for (const [language, code] of Object.entries(codes)) {
  assert.equal((await good('run_code', { language, code, arguments: ['argument'], stdin: 'input' })).stdout, 'argument input\n', language);
}
done('languages');

// Output: capped, with the rest where the answer says; in the background, page by page.
run = await good('run_command', { shell: 'seq 1 100000', max_output_bytes: 1000 });
assert.equal(run.truncated, true);
assert.ok(run.stdout.length < 1500);
assert.match(run.stdout, /command_output/);
assert.equal((await good('command_output', { command: run.command, offset: 4, max_bytes: 16 })).text, '3\n4\n5\n6\n7\n8\n9\n10');
const background = await good('run_command', { shell: 'echo one; sleep 1000', background: true });
let page = await good('command_output', { command: background.command, wait_seconds: 60 });
assert.deepEqual([page.text, page.running, page.next_offset], ['one\n', true, 4]);
await good('command_signal', { command: background.command, signal: 'KILL' });
let state = (await good('command_status', { command: background.command, wait_seconds: 60 })).commands[0];
assert.deepEqual([state.running, state.reason], [false, 'killed']);
page = await good('command_output', { command: background.command, offset: 4 });
assert.deepEqual([page.text, page.running], ['', false]);
done('output');

// Progress, and a call that is cancelled: its command is killed.
const cancel = new AbortController();
let progress = '';
await assert.rejects(call('run_command', { shell: 'echo started; sleep 1000 & sleep 1000' }, {
  signal: cancel.signal,
  onprogress: (update) => { progress = update.message; cancel.abort('enough'); },
}));
assert.match(progress, /last line: started/);
const last = (await good('command_status')).commands.at(-1).command;
state = (await good('command_status', { command: last, wait_seconds: 60 })).commands[0];
assert.deepEqual([state.running, state.reason], [false, 'killed']);
done('cancel');

// What is refused says by which rule, and what can be done.
assert.match((await refused('run_command', { shel: 'x' })).reason, /shell/);
assert.equal((await refused('run_command', { shell: 'sleep 1000', timeout_seconds: 0.2 })).code, 'TIME_LIMIT');
assert.equal((await refused('run_command', { argv: ['no-such-program'] })).code, 'START_FAILED');
assert.equal((await refused('read_file', { path: '/etc/shadow' })).code, 'OUTSIDE_WORKSPACE');
assert.equal((await refused('read_file', { path: '../x' })).code, 'OUTSIDE_WORKSPACE');
assert.equal((await refused('read_file', { path: 'absent' })).code, 'FILE_NOT_FOUND');
assert.equal((await refused('write_file', { path: 'test.py', text: '', create_only: true })).code, 'FILE_EXISTS');
assert.equal((await refused('edit_file', { path: 'test.py', edits: [{ old_text: 's', new_text: 'x' }] })).code, 'SEVERAL_MATCHES');
assert.equal((await refused('jail_inspect', { jail: 'j-aaaaaaaaaaaa' })).code, 'NOT_FOUND');
assert.match((await refused('jail_create', { profile: 'no-such-profile' })).reason, /python/);
await assert.rejects(call('no_such_tool'), (error) => error.code === -32602);
done('refusals');

// Jails with limits of their own, and their proof.
const jail = await good('jail_create', { profile: 'shell', limits: { output_bytes: 1000, timeout_seconds: 30 }, labels: { task: 'judge' }, time_to_live_seconds: 600 });
assert.equal((await refused('run_command', { jail: jail.jail, shell: 'yes' })).code, 'OUTPUT_LIMIT');
assert.deepEqual((await good('jail_list', { labels: { task: 'judge' } })).jails.map((one) => one.jail), [jail.jail]);
const inspected = await good('jail_inspect', { jail: jail.jail, proof: true });
assert.equal(inspected.limits.outputBytes, '1000');
assert.equal(inspected.proof.init.NoNewPrivs, '1');
await good('jail_delete', { jail: jail.jail });
assert.equal((await refused('run_command', { jail: jail.jail, shell: 'true' })).code, 'NOT_FOUND');
done('jails');

// The default jail ends by somebody else's hand: it is said, and the next call has a new one.
const first = (await good('jail_inspect')).jail;
await good('jail_delete', { jail: first });
assert.equal((await good('run_command', { shell: 'ls' })).stdout, '');
assert.notEqual((await good('jail_inspect')).jail, first);
done('default');

// Resources.
await good('write_file', { path: 'a b/c.txt', text: 'resource' });
await good('write_file', { path: 'pixel.png', base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' });
assert.equal((await call('read_file', { path: 'pixel.png' })).content[1].mimeType, 'image/png');
const read = async (uri) => (await client.readResource({ uri })).contents[0];
assert.equal((await read('sandbox:///files/default/a%20b/c.txt')).text, 'resource');
assert.match(Buffer.from((await read('sandbox:///archive/default/')).blob, 'base64').toString('latin1'), /resource/);
assert.match((await read('sandbox:///plan/python')).text, /clone3|pivot_root|mount/);
assert.match((await read('sandbox:///profiles/python')).text, /commandTimeout/);
assert.ok((await client.listResources()).resources.some((resource) => resource.uri === 'sandbox:///profiles/python'));
assert.ok((await client.listResourceTemplates()).resourceTemplates.some((template) => template.uriTemplate.startsWith('sandbox:///files/')));
await assert.rejects(client.readResource({ uri: 'sandbox:///nothing' }), (error) => error.code === -32602);
done('resources');

await client.close();
done('close');
