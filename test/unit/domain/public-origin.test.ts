import { describe, expect, it } from 'vitest';

import { publicOrigin } from '../../../worker/domain/access/public-origin.ts';

describe('the public address of an installation', () => {
  it.each([
    ['https://t.example.com', 'https://evil.example/x', 'https://t.example.com'],
    ['https://t.example.com/_df/', 'https://evil.example/x', 'https://t.example.com'],
    [' HTTPS://T.Example.com:443 ', 'http://localhost/x', 'https://t.example.com'],
    ['https://a.example, https://b.example', 'https://b.example/x', 'https://b.example'],
    ['https://a.example, https://b.example', 'https://evil.example/x', 'https://a.example'],
    ['https://a.example', 'http://a.example/x', 'https://a.example'],
    [undefined, 'http://localhost:8787/x', 'http://localhost:8787'],
    ['', 'http://127.0.0.1:8787/x', 'http://127.0.0.1:8787'],
    [' , ', 'http://[::1]:8787/x', 'http://[::1]:8787'],
    ['', 'http://shop.localhost:8787/x', 'http://shop.localhost:8787'],
  ])('with PUBLIC_URL %j and a request to %s is %s', (setting, requestUrl, origin) => {
    expect(publicOrigin({ setting, requestUrl })).toEqual({ kind: 'known', origin });
  });

  it.each([
    'https://evil.example/x',
    'https://evil.workers.dev/x',
    'http://localhost.evil.example/x',
    'http://127.0.0.1.evil.example/x',
    'http://evil-localhost/x',
    'http://192.168.0.1/x',
  ])("isn't taken from a request to %s", (requestUrl) => {
    expect(publicOrigin({ setting: undefined, requestUrl })).toEqual({ kind: 'unset' });
  });

  it.each(['t.example.com', 'ftp://t.example.com', 'https://ann:x@t.example.com', 'https://a.example,nonsense'])(
    "isn't guessed when PUBLIC_URL is %s",
    (setting) => {
      expect(publicOrigin({ setting, requestUrl: 'http://localhost/' })).toEqual({ kind: 'invalid' });
    },
  );
});
