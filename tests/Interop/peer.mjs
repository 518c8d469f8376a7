// A server of grpc.testing.TestService on @grpc/grpc-js: the judge of our own client. usage: node peer.mjs unix:PATH|HOST:PORT
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const includeDirs = [fileURLToPath(new URL('TestHost/Protos', import.meta.url))];
const definition = loader.loadSync('grpc/testing/test.proto', { includeDirs, keepCase: true, defaults: true });
const { TestService } = grpc.loadPackageDefinition(definition).grpc.testing;

const payload = (size) => ({ payload: { body: Buffer.alloc(size) } });

/** The trailers that the client asked for; its headers go out at once. */
function echo(call) {
  const initial = new grpc.Metadata();
  const trailing = new grpc.Metadata();
  call.metadata.get('x-grpc-test-echo-initial').forEach((value) => initial.add('x-grpc-test-echo-initial', value));
  call.metadata.get('x-grpc-test-echo-trailing-bin').forEach((value) => trailing.add('x-grpc-test-echo-trailing-bin', value));
  call.sendMetadata(initial);
  return trailing;
}

const failed = ({ response_status: status }, metadata) => (status?.code ? { code: status.code, details: status.message, metadata } : null);

async function answer(call, request) {
  for (const { size, interval_us: interval } of request.response_parameters) {
    if (interval) {
      await sleep(interval / 1000);
    }
    if (!call.cancelled) {
      call.write(payload(size));
    }
  }
}

const server = new grpc.Server();
server.addService(TestService.service, {
  EmptyCall: (call, done) => done(null, {}),
  UnaryCall: (call, done) => {
    const trailing = echo(call);
    const error = failed(call.request, trailing);
    error ? done(error) : done(null, payload(call.request.response_size), trailing);
  },
  StreamingInputCall: (call, done) => {
    let size = 0;
    call.on('data', (request) => (size += request.payload?.body.length ?? 0));
    call.on('end', () => done(null, { aggregated_payload_size: size }));
  },
  StreamingOutputCall: async (call) => {
    await answer(call, call.request);
    call.end();
  },
  FullDuplexCall: (call) => {
    const trailing = echo(call);
    let work = Promise.resolve(); // one request after the other; a for-await would destroy the call's other half at its end
    call.on('data', (request) => {
      work = work.then(() => {
        const error = failed(request, trailing);
        return error ? call.emit('error', error) : answer(call, request);
      });
    });
    call.on('end', () => work.then(() => call.end(trailing)));
  },
});
server.bindAsync(process.argv[2], grpc.ServerCredentials.createInsecure(), (error) => console.log(error ? `cannot listen: ${error}` : 'listening'));
