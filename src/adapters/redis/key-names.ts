// What services and people may be called for whom keys are made.
import { Failure } from '../../domain/failure.ts';

const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** As a people file may name somebody: an id or an e-mail address, nothing that a terminal would not show. */
const PERSON = /^[^\s\p{C}]{1,255}$/u;

export function checkServiceName(service: string): void {
  if (!SERVICE.test(service)) {
    const message =
      'A service is named with up to 64 letters, digits, dots, dashes and underscores. Choose such a name.';
    throw new Failure('bad_service_name', message, { isTransient: false });
  }
}

export function checkPersonName(person: string): void {
  if (!PERSON.test(person)) {
    const message = 'A person is named as in the people file: up to 255 characters without blanks. Use their id there.';
    throw new Failure('bad_person_name', message, { isTransient: false });
  }
}
