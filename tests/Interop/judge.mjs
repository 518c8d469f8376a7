// Judges a server of grpc.testing.TestService with @grpc/grpc-js: the cases of grpc/doc/interop-test-descriptions.md, by their names there, and
// some more. usage: node judge.mjs unix:PATH|HOST:PORT [CASE...]    Prints TAP; exit status 1 if a case fails.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const [address, ...only] = process.argv.slice(2);
if (!address) {
  console.error('usage: node judge.mjs unix:PATH|HOST:PORT [CASE...]');
  process.exit(2);
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const protos = [here('TestHost/Protos'), here('../../src/Grpc/Protos')];
const load = (file) =>
  grpc.loadPackageDefinition(loader.loadSync(file, { includeDirs: protos, keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }));
const { TestService, UnimplementedService } = load('grpc/testing/test.proto').grpc.testing;
const { Health } = load('grpc/health/v1/health.proto').grpc.health.v1;
const { ServerReflection } = load('grpc/reflection/v1/reflection.proto').grpc.reflection.v1;

const { status } = grpc;
const credentials = grpc.credentials.createInsecure();
const big = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
const clients = [];
const client = (Service = TestService, options = {}) => {
  const made = new Service(address, credentials, options);
  clients.push(made);
  return made;
};

const test = client();
const deadline = (ms = 10_000) => ({ deadline: Date.now() + ms });
const payload = (size) => ({ body: Buffer.alloc(size) });
const ask = (...sizes) => ({ response_parameters: sizes.map((size) => ({ size })) });

/** A unary or client-streaming call to its end. Without a request, send(call) sends. */
function finish(stub, method, request, metadata = new grpc.Metadata(), options = deadline(), send = () => {}) {
  return new Promise((resolve) => {
    const seen = {};
    const done = (error, response) => Object.assign(seen, { error, response });
    const call = request === undefined ? stub[method](metadata, options, done) : stub[method](request, metadata, options, done);
    call.on('metadata', (headers) => (seen.headers = headers));
    call.on('status', (end) => resolve({ ...seen, code: end.code, details: end.details, trailers: end.metadata }));
    send(call);
  });
}

/** A stream of answers: its messages so far, and its end. */
function collect(call) {
  const seen = { messages: [] };
  call.on('data', (message) => seen.messages.push(message));
  call.on('metadata', (headers) => (seen.headers = headers));
  call.on('error', () => {});
  seen.end = new Promise((resolve) => call.on('status', resolve));
  return seen;
}

const next = (call) => new Promise((resolve) => call.once('data', resolve));
const sizes = (messages) => messages.map((message) => message.payload.body.length);

const cases = {
  async empty_unary() {
    const { code, response } = await finish(test, 'EmptyCall', {});
    assert.equal(code, status.OK);
    assert.deepEqual(response, {});
  },

  async large_unary() {
    const { code, response } = await finish(test, 'UnaryCall', { response_size: 314159, payload: payload(271828) });
    assert.equal(code, status.OK);
    assert.equal(response.payload.body.length, 314159);
  },

  async cacheable_unary() {
    const { code, headers } = await finish(test, 'CacheableUnaryCall', { response_size: 3 });
    assert.equal(code, status.OK);
    assert.deepEqual(headers.get('cache-control'), ['max-age=60, public']);
  },

  async client_streaming() {
    const { response } = await finish(test, 'StreamingInputCall', undefined, undefined, deadline(), (call) => {
      [27182, 8, 1828, 45904].forEach((size) => call.write({ payload: payload(size) }));
      call.end();
    });
    assert.equal(response.aggregated_payload_size, 74922);
  },

  async server_streaming() {
    const seen = collect(test.StreamingOutputCall(ask(31415, 9, 2653, 58979), deadline()));
    assert.equal((await seen.end).code, status.OK);
    assert.deepEqual(sizes(seen.messages), [31415, 9, 2653, 58979]);
  },

  async ping_pong() {
    const call = test.FullDuplexCall(deadline());
    const seen = collect(call);
    for (const [request, response] of [[27182, 31415], [8, 9], [1828, 2653], [45904, 58979]]) {
      call.write({ ...ask(response), payload: payload(request) });
      assert.equal((await next(call)).payload.body.length, response);
    }
    call.end();
    assert.equal((await seen.end).code, status.OK);
  },

  async empty_stream() {
    const call = test.FullDuplexCall(deadline());
    const seen = collect(call);
    call.end();
    assert.equal((await seen.end).code, status.OK);
    assert.equal(seen.messages.length, 0);
  },

  async half_duplex() {
    const call = test.HalfDuplexCall(deadline());
    const seen = collect(call);
    call.write(ask(1, 2));
    call.write(ask(3));
    await sleep(50);
    assert.equal(seen.messages.length, 0);
    call.end();
    assert.equal((await seen.end).code, status.OK);
    assert.deepEqual(sizes(seen.messages), [1, 2, 3]);
  },

  async client_compressed_unary() {
    const probe = await finish(test, 'UnaryCall', { expect_compressed: { value: true }, response_size: 1, payload: payload(10) });
    assert.equal(probe.code, status.INVALID_ARGUMENT);
    const gzip = client(TestService, { 'grpc.default_compression_algorithm': 2 });
    const { code, response } = await finish(gzip, 'UnaryCall', { expect_compressed: { value: true }, response_size: 314159, payload: payload(271828) });
    assert.equal(code, status.OK);
    assert.equal(response.payload.body.length, 314159);
  },

  async client_compressed_streaming() {
    const gzip = client(TestService, { 'grpc.default_compression_algorithm': 2 });
    const { code, response } = await finish(gzip, 'StreamingInputCall', undefined, undefined, deadline(), (call) => {
      call.write({ expect_compressed: { value: true }, payload: payload(27182) });
      call.write({ expect_compressed: { value: false }, payload: payload(45904) });
      call.end();
    });
    assert.equal(code, status.OK);
    assert.equal(response.aggregated_payload_size, 73086);
  },

  async server_compressed_unary() {
    const packed = await finish(test, 'UnaryCall', { response_compressed: { value: true }, response_size: 314159 });
    assert.equal(packed.response.payload.body.length, 314159);
    const plain = await finish(test, 'UnaryCall', { response_compressed: { value: false }, response_size: 314159 });
    assert.equal(plain.response.payload.body.length, 314159);
  },

  async server_compressed_streaming() {
    const request = { response_parameters: [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }] };
    const seen = collect(test.StreamingOutputCall(request, deadline()));
    assert.equal((await seen.end).code, status.OK);
    assert.deepEqual(sizes(seen.messages), [31415, 92653]);
  },

  async deflate_is_refused() {
    const deflate = client(TestService, { 'grpc.default_compression_algorithm': 1 });
    const { code, details } = await finish(deflate, 'UnaryCall', { response_size: 1, payload: payload(1000) });
    assert.equal(code, status.UNIMPLEMENTED);
    assert.match(details, /deflate/);
  },

  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
    metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from('ababab', 'hex'));
    const check = (headers, trailers) => {
      assert.deepEqual(headers.get('x-grpc-test-echo-initial'), ['test_initial_metadata_value']);
      assert.deepEqual(trailers.get('x-grpc-test-echo-trailing-bin'), [Buffer.from('ababab', 'hex')]);
    };
    const unary = await finish(test, 'UnaryCall', { response_size: 314159, payload: payload(271828) }, metadata);
    check(unary.headers, unary.trailers);
    const call = test.FullDuplexCall(metadata, deadline());
    const seen = collect(call);
    call.write({ ...ask(314159), payload: payload(271828) });
    call.end();
    const end = await seen.end;
    check(seen.headers, end.metadata);
  },

  async status_code_and_message() {
    const response_status = { code: 2, message: 'test status message' };
    const unary = await finish(test, 'UnaryCall', { response_status });
    assert.deepEqual([unary.code, unary.details], [2, 'test status message']);
    const call = test.FullDuplexCall(deadline());
    const seen = collect(call);
    call.write({ response_status });
    call.end();
    const end = await seen.end;
    assert.deepEqual([end.code, end.details], [2, 'test status message']);
  },

  async special_status_message() {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const { code, details } = await finish(test, 'UnaryCall', { response_status: { code: 2, message } });
    assert.deepEqual([code, details], [2, message]);
  },

  async status_details() {
    const { trailers } = await finish(test, 'UnaryCall', { response_status: { code: 8, message: 'no more' } });
    const root = new protobuf.Root();
    root.resolvePath = (origin, target) => (target.startsWith('google/protobuf/') ? target : here(`../../src/Grpc/Protos/${target}`));
    root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
    const details = root.lookupType('google.rpc.Status').decode(trailers.get('grpc-status-details-bin')[0]);
    assert.deepEqual([details.code, details.message, details.details.length], [8, 'no more', 1]);
    assert.equal(details.details[0].type_url, 'type.googleapis.com/google.rpc.ErrorInfo');
    assert.equal(root.lookupType('google.rpc.ErrorInfo').decode(details.details[0].value).reason, 'ECHO_STATUS');
  },

  async every_status_code() {
    for (let code = 1; code <= 16; code++) {
      assert.equal((await finish(test, 'UnaryCall', { response_status: { code, message: 'm' } })).code, code);
    }
  },

  async unimplemented_method() {
    assert.equal((await finish(test, 'UnimplementedCall', {})).code, status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    assert.equal((await finish(client(UnimplementedService), 'UnimplementedCall', {})).code, status.UNIMPLEMENTED);
  },

  async cancel_after_begin() {
    const { code } = await finish(test, 'StreamingInputCall', undefined, undefined, deadline(), (call) => call.cancel());
    assert.equal(code, status.CANCELLED);
  },

  async cancel_after_first_response() {
    const call = test.FullDuplexCall(deadline());
    const seen = collect(call);
    call.write({ ...ask(31415), payload: payload(27182) });
    await next(call);
    call.cancel();
    assert.equal((await seen.end).code, status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const call = test.FullDuplexCall(deadline(30));
    const seen = collect(call);
    call.write({ response_parameters: [{ size: 1, interval_us: 2_000_000 }], payload: payload(27182) });
    assert.equal((await seen.end).code, status.DEADLINE_EXCEEDED);
  },

  async request_above_the_cap() {
    const { code, details } = await finish(client(TestService, big), 'UnaryCall', { payload: payload(4 * 1024 * 1024) });
    assert.equal(code, status.RESOURCE_EXHAUSTED);
    assert.match(details, /4194304 bytes/);
  },

  async response_above_the_cap() {
    const { code } = await finish(client(TestService, big), 'UnaryCall', { response_size: 4 * 1024 * 1024 });
    assert.equal(code, status.RESOURCE_EXHAUSTED);
  },

  async largest_messages() {
    const size = 4 * 1024 * 1024 - 64;
    const { code, response } = await finish(test, 'UnaryCall', { response_size: size, payload: payload(size) });
    assert.equal(code, status.OK);
    assert.equal(response.payload.body.length, size);
  },

  async large_stream() {
    const seen = collect(test.StreamingOutputCall(ask(...Array(64).fill(1 << 20)), deadline(20_000)));
    assert.equal((await seen.end).code, status.OK);
    assert.equal(seen.messages.length, 64);
  },

  async slow_reader_gets_everything() {
    const call = test.StreamingOutputCall(ask(...Array(100).fill(65536)), deadline(20_000));
    const got = [];
    for await (const message of call) {
      got.push(message.payload.body.length);
      if (got.length % 25 === 0) {
        await sleep(100);
      }
    }
    assert.deepEqual(got, Array(100).fill(65536));
  },

  async a_thousand_streams_at_once() {
    const calls = Array.from({ length: 1000 }, () => test.FullDuplexCall(deadline(30_000)));
    const all = calls.map((call) => collect(call));
    calls.forEach((call) => call.write(ask(100)));
    await Promise.all(calls.map((call, i) => (all[i].messages.length ? undefined : next(call)))); // all are open now, each has its answer
    calls.forEach((call) => call.write(ask(200)));
    calls.forEach((call) => call.end());
    for (const seen of all) {
      assert.equal((await seen.end).code, status.OK);
      assert.deepEqual(sizes(seen.messages), [100, 200]);
    }
  },

  async a_thousand_unary_calls_at_once() {
    const all = await Promise.all(Array.from({ length: 1000 }, (_, i) => finish(test, 'UnaryCall', { response_size: i }, undefined, deadline(30_000))));
    all.forEach(({ code, response }, i) => assert.deepEqual([code, response.payload.body.length], [status.OK, i]));
  },

  async health() {
    const health = client(Health);
    assert.equal((await finish(health, 'Check', { service: '' })).response.status, 'SERVING');
    assert.equal((await finish(health, 'Check', { service: 'no.such' })).code, status.NOT_FOUND);
    assert.equal((await finish(health, 'List', {})).response.statuses['grpc.testing.TestService'].status, 'SERVING');
    const call = health.Watch({ service: 'no.such' }, deadline());
    const seen = collect(call);
    assert.equal((await next(call)).status, 'SERVICE_UNKNOWN');
    call.cancel();
    assert.equal((await seen.end).code, status.CANCELLED);
  },

  async reflection() {
    const call = client(ServerReflection).ServerReflectionInfo(deadline());
    const seen = collect(call);
    call.write({ list_services: '*' });
    const services = (await next(call)).list_services_response.service.map((service) => service.name);
    assert.deepEqual(services, ['grpc.health.v1.Health', 'grpc.reflection.v1.ServerReflection', 'grpc.testing.TestService']);
    call.write({ file_containing_symbol: 'grpc.testing.TestService.UnaryCall' });
    const files = (await next(call)).file_descriptor_response.file_descriptor_proto;
    const built = loader.loadFileDescriptorSetFromBuffer(setOf(files)); // what a client without .proto files does
    const Reflected = grpc.loadPackageDefinition(built).grpc.testing.TestService;
    assert.equal((await finish(client(Reflected), 'UnaryCall', { response_size: 5 })).response.payload.body.length, 5);
    call.write({ file_by_filename: 'no/such.proto' });
    assert.equal((await next(call)).error_response.error_code, status.NOT_FOUND);
    call.end();
    assert.equal((await seen.end).code, status.OK);
  },
};

/** A serialized google.protobuf.FileDescriptorSet: field 1, repeated. */
function setOf(files) {
  const writer = protobuf.Writer.create();
  files.forEach((file) => writer.uint32(10).bytes(file));
  return Buffer.from(writer.finish());
}

const chosen = Object.entries(cases).filter(([name]) => only.length === 0 || only.includes(name));
console.log(`TAP version 13\n1..${chosen.length}`);
let failed = 0;
for (const [i, [name, run]] of chosen.entries()) {
  const started = performance.now();
  try {
    await Promise.race([run(), sleep(40_000, undefined, { ref: false }).then(() => assert.fail('not done within 40 s'))]);
    console.log(`ok ${i + 1} - ${name} # ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    failed++;
    console.log(`not ok ${i + 1} - ${name}\n  ---\n  ${String(error.stack ?? error).replaceAll('\n', '\n  ')}\n  ...`);
  }
}
clients.forEach((made) => made.close());
process.exit(failed ? 1 : 0);
