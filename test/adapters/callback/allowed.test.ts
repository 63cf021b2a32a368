// Where callbacks may go, and above all where they may not.
import { describe, expect, it } from 'vitest';
import { callbackRule } from '../../../src/adapters/callback/allowed.ts';

const isAllowed = callbackRule(['hooks.example.com', 'CI.example.com:9443 ']);

describe('an address is allowed by its exact host and port', () => {
  it.each([
    'https://hooks.example.com',
    'https://hooks.example.com/a/b?c=d#e',
    'https://HOOKS.example.com/',
    'https://hooks.example.com:443/',
    'https://hooks.example.com:8443/x',
    'https://ci.example.com:9443/x',
  ])('%s', url => expect(isAllowed(url)).toBe(true));

  it.each([
    ['another scheme', 'http://hooks.example.com/'],
    ['no scheme', '//hooks.example.com/'],
    ['another port', 'https://hooks.example.com:22/'],
    ['a host without the port its entry names', 'https://ci.example.com/'],
    ['a subdomain', 'https://a.hooks.example.com/'],
    ['a parent', 'https://example.com/'],
    ['a longer name', 'https://hooks.example.com.evil.test/'],
    ['a trailing dot', 'https://hooks.example.com./'],
    ['credentials', 'https://a:b@hooks.example.com/'],
    ['the host as a user name', 'https://hooks.example.com@evil.test/'],
    ['a backslash', 'https://evil.test\\@hooks.example.com/'],
    ['no address at all', 'hooks'],
    ['nothing', ''],
  ])('not %s', (_what, url) => expect(isAllowed(url)).toBe(false));

  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.0.0.1.',
    '①②⑦.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '8.8.8.8',
  ])('and never the literal %s, in the URL or in the list', host => {
    expect(isAllowed(`https://${host}/`)).toBe(false);
    expect(() => callbackRule([host])).toThrow(/CALLBACK_HOSTS/);
  });

  it.each(['*', '*.example.com', 'https://hooks.example.com', 'a b', 'hooks.example.com/', ''])(
    'an entry "%s" stops the start',
    entry => expect(() => callbackRule([entry])).toThrow(/CALLBACK_HOSTS/),
  );

  it('no entry, no callback', () => expect(callbackRule([])('https://hooks.example.com/')).toBe(false));
});
