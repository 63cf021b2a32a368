// Why what a service sent is not taken in, and why a request is not there for whoever asks.
import { rows } from './row.ts';

export const submissions = rows({
  unknown_request: {
    category: 'gone',
    says: 'This request no longer exists here, or it is not yours to see.',
    remedy: 'Check its id, and as whom you ask; resolved requests are deleted after a while.',
  },
  invalid_request: {
    category: 'invalid',
    says: 'The request is not valid.',
    remedy: 'Correct the request and send it again.',
    tells: 'detail',
  },
  no_idempotency_key: {
    category: 'invalid',
    says: 'Without an idempotency key, the same envelope delivered twice would be two requests.',
    remedy: 'Send an idempotency_key with each request: the SDK makes one.',
  },
  conflict: {
    category: 'conflict',
    says: 'Another request was submitted under this idempotency key with another body.',
    remedy: 'Use a new key for a new request.',
    tells: 'id',
  },
  too_old: {
    category: 'conflict',
    says: 'This request had already expired when it arrived, so nobody was asked.',
    remedy: 'Submit it again; if that does not help, correct the clock of the machine that signs.',
  },
  over_budget: {
    category: 'too_much',
    says: 'This service has reached its limit, so nothing was recorded.',
    remedy: 'Submit it again later, or ask an operator to raise the limit.',
  },
});
