// Where callbacks may go: hosts that an administrator wrote down, by name, over https.
import { isIP } from 'node:net';
import { Failure } from '../../domain/failure.ts';

const USUAL_PORTS = ['443', '8443'];
const ENTRY = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?$/;

/** `host` allows the ports 443 and 8443 of exactly that host, `host:port` that port alone. */
export function callbackRule(hosts: readonly string[]): (url: string) => boolean {
  const places = new Set(hosts.flatMap(placesOf));
  return url => {
    const target = URL.parse(url);
    if (target?.protocol !== 'https:' || target.username !== '' || target.password !== '') return false;
    return !isAddress(target.hostname) && places.has(`${target.hostname}:${target.port || '443'}`);
  };
}

function placesOf(entry: string): string[] {
  const [, host, port] = ENTRY.exec(entry.trim().toLowerCase()) ?? [];
  if (host === undefined || isAddress(URL.parse(`https://${host}`)?.hostname ?? host)) {
    throw new Failure(
      'callback_host_invalid',
      'CALLBACK_HOSTS has an entry that is not a host name. Write names, each with a port if it is not 443 or 8443: "hooks.example.com, ci.example.com:9443".',
      { isTransient: false },
    );
  }
  return (port === undefined ? USUAL_PORTS : [port]).map(each => `${host}:${Number(each)}`);
}

/** A literal address, in whatever spelling: the URL parser has written it plainly by now. No name, no certificate. */
function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || isIP(hostname) !== 0;
}
