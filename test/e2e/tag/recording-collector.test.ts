import { once } from 'node:events';
import { connect } from 'node:net';

import { expect, it } from 'vitest';

import { startRecordingCollector } from '../../support/recording-collector.ts';

it('records nothing of a request that the browser cuts off, and goes on', async () => {
  const collector = await startRecordingCollector();
  const socket = connect(collector.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/batch HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\n{"batch": [');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await once(socket, 'close');
  const whole = await fetch(`http://127.0.0.1:${collector.port}/v1/batch`, { method: 'POST', body: '{"batch": []}' });
  expect(whole.status).toBe(200);
  expect(collector.requests).toHaveLength(1);
  await collector.close();
});
