/**
 * walkerOS's collector with its API destination behind a plain HTTP server: it answers when LinkedIn has answered, and
 * stores nothing. Arguments: its port, LinkedIn's address, and the folder with its packages.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { json } from 'node:stream/consumers';

const [port, linkedInUrl, folder] = process.argv.slice(2);
const load = createRequire(`${folder}/package.json`);
const { startFlow } = load('@walkeros/collector');
const { destinationAPI } = load('@walkeros/server-destination-api');

const url = `${linkedInUrl}/rest/conversionEvents`;
const { collector, elb } = await startFlow({
  consent: { marketing: true },
  destinations: { api: { code: destinationAPI, config: { settings: { url } } } },
});
await elb('walker run');

async function answer(request, response) {
  try {
    const { batch } = await json(request);
    for (const { messageId: id, properties: data, context } of batch)
      await collector.push({ name: 'lead generated', id, data, user: { email: context.traits.email } });
    response.end('{"success":true}');
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}

createServer((request, response) => void answer(request, response)).listen(Number(port), '127.0.0.1', () =>
  console.log('ready'),
);
