// SQS and S3 in memory, on loopback only and on a port that the kernel chooses: prints "ready PORT" when it answers.
// fauxqs's own command listens on every interface. Ends when its standard input closes, so with whoever started it.
import { buildApp } from 'fauxqs';

const app = buildApp({ logger: false });
await app.listen({ port: 0, host: '127.0.0.1' });
process.stdin.resume().on('end', () => process.exit(0));
console.log(`ready ${app.server.address().port}`);
