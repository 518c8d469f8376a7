// What an agent's program does with the daemon, by @grpc/grpc-js: a jail from its creation to its end. usage: node agent.mjs unix:PATH
// Prints what it was answered, without what differs from run to run: tests/Daemon/Interop does the same with the generated C# client and compares.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const address = process.argv[2];
if (!address) {
  console.error('usage: node agent.mjs unix:PATH');
  process.exit(2);
}

const protos = fileURLToPath(new URL('../../src/Contracts/Protos', import.meta.url));
const files = ['jails', 'commands', 'files'].map((name) => `agentsandbox/v1/${name}.proto`);
const { Jails, Commands, Files } = grpc.loadPackageDefinition(
  loader.loadSync(files, { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }),
).agentsandbox.v1;
const [jails, commands, workspace] = [Jails, Commands, Files].map((Service) => new Service(address, grpc.credentials.createInsecure()));

const say = (line) => console.log(line);
const word = (name, prefix) => name.slice(prefix.length).toLowerCase().replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const pattern = (length) => Buffer.from(Array.from({ length }, (_, i) => (i * 7) & 255));
const deadline = () => ({ deadline: Date.now() + 60_000 });

const ask = (stub, method, request) =>
  new Promise((resolve, reject) => stub[method](request, new grpc.Metadata(), deadline(), (error, answer) => (error ? reject(error) : resolve(answer))));

/** A client-streaming call: the messages, then the answer. */
const send = (stub, method, messages) =>
  new Promise((resolve, reject) => {
    const call = stub[method](new grpc.Metadata(), deadline(), (error, answer) => (error ? reject(error) : resolve(answer)));
    messages.forEach((message) => call.write(message));
    call.end();
  });

/** All bytes of a stream of chunks. */
async function receive(call) {
  const parts = [];
  for await (const chunk of call) {
    parts.push(chunk.data);
  }
  return Buffer.concat(parts);
}

/** Bytes as messages of 60,000 bytes. */
function* chunks(bytes) {
  for (let at = 0; at < bytes.length; at += 60_000) {
    yield { data: bytes.subarray(at, at + 60_000) };
  }
}

const { id: jail, ...made } = await ask(jails, 'CreateJail', { config: { profile: 'shell', allow_degraded: ['all'], labels: { task: 'interop' } } });
const path = (name) => ({ jail, path: name });
const shell = (script) => ask(commands, 'Execute', { jail, command: { argv: ['sh', '-c', script] } });
const end = ({ reason, exit_code, text }) => `${word(reason, 'END_REASON_')} ${exit_code} '${text}'`;
const show = (file) => `${file.path} ${word(file.kind, 'FILE_KIND_')} ${file.kind === 'FILE_KIND_DIRECTORY' ? '' : `${file.size_bytes} `}${file.mode.toString(8)}`; // a directory's size is the file system's affair
const refused = async (what, asked) => {
  try {
    await asked();
    say(`${what}: not refused`);
  } catch (error) {
    say(`${what}: refused with ${error.code} '${error.details.replaceAll(jail, 'JAIL')}'`);
  }
};

say(`create: ${word(made.state, 'JAIL_STATE_')} ${made.profile} task=${made.labels.task} seccomp=${made.proof.init.Seccomp}`);
const watch = jails.WatchEvents({ jail }, deadline());
const events = [];
watch.on('data', (event) => events.push(`${word(event.kind, 'EVENT_KIND_')} ${event.command} '${event.text}'`));
const watched = new Promise((resolve) => watch.on('status', resolve));
await new Promise((resolve) => watch.once('metadata', resolve));

const exec = commands.Exec(deadline());
exec.write({ start: { jail, command: { argv: ['sh', '-c', 'read line; echo "got $line"; cat | wc -c; echo no >&2; exit 4'] } } });
exec.write({ stdin: Buffer.from('hello\n') });
exec.write({ stdin: pattern(200_000) });
exec.write({ close_stdin: {} });
let [stdout, stderr] = ['', ''];
for await (const response of exec) {
  switch (response.message) {
    case 'started': say(`exec: started ${response.started.command}`); break;
    case 'stdout': stdout += response.stdout; break;
    case 'stderr': stderr += response.stderr; break;
    case 'ended': say(`exec: ${JSON.stringify(stdout)} ${JSON.stringify(stderr)} ${end(response.ended)}`); break;
  }
}

const content = pattern(150_000);
say(`mkdir: ${show(await ask(workspace, 'MakeDirectory', { ...path('a/b'), parents: true }))}`);
say(`write: ${show(await send(workspace, 'WriteFile', [{ start: { ...path('a/b/file'), mode: 0o640 } }, ...chunks(content)]))}`);
say(`inside: ${(await shell('sha256sum <a/b/file')).stdout}`.trimEnd());
say(`read: ${hash(await receive(workspace.ReadFile(path('a/b/file'), deadline())))}`);
say(`read a part: ${(await receive(workspace.ReadFile({ ...path('a/b/file'), offset: 1000, length: 8 }, deadline()))).toString('hex')}`);
await shell('ln -s b a/link; echo small >a/small; chmod 600 a/small; chmod 755 a/b');
say(`list: ${(await ask(workspace, 'ListFiles', path('a'))).files.filter((file) => file.kind !== 'FILE_KIND_DIRECTORY').map(show).join(', ')}`);
await refused('read nothing', () => receive(workspace.ReadFile(path('a/none'), deadline())));
await refused('read above', () => receive(workspace.ReadFile(path('../etc/passwd'), deadline())));
const tar = await receive(workspace.DownloadTar(path('a'), deadline()));
await ask(workspace, 'MakeDirectory', path('copy'));
const unpacked = await send(workspace, 'UploadTar', [{ start: path('copy') }, ...chunks(tar)]);
say(`tar: ${tar.length % 512} ${unpacked.files} files, ${unpacked.bytes} bytes`);
say(`read the copy: ${hash(await receive(workspace.ReadFile(path('copy/b/file'), deadline())))}`);
say(`move: ${show(await ask(workspace, 'MoveFile', { jail, source: 'copy/small', target: 'moved' }))}`);
await ask(workspace, 'RemoveFile', { ...path('copy'), recursive: true });
await refused('stat what is removed', () => ask(workspace, 'StatFile', path('copy')));

say(`pause: ${word((await ask(jails, 'PauseJail', { id: jail })).state, 'JAIL_STATE_')}`);
await refused('execute meanwhile', () => shell('true'));
say(`resume: ${word((await ask(jails, 'ResumeJail', { id: jail })).state, 'JAIL_STATE_')}`);
say(`update: ${(await ask(jails, 'UpdateLimits', { id: jail, limits: { open_files: 64 } })).limits.open_files}`);
say(`inside: ${(await shell('ulimit -n')).stdout}`.trimEnd());
await refused('update to too few', () => ask(jails, 'UpdateLimits', { id: jail, limits: { open_files: 1 } }));
const stats = await ask(jails, 'GetStats', { id: jail });
say(`stats: ${stats.commands_started} started, ${stats.running_commands} running`);
await ask(jails, 'DeleteJail', { id: jail });
await refused('get what is deleted', () => ask(jails, 'GetJail', { id: jail }));
const { code } = await watched;
say(`events: ${code}\n  ${events.join('\n  ').replaceAll(jail, 'JAIL')}`);
[jails, commands, workspace].forEach((stub) => stub.close());
