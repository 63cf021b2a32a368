// Operating: what whoever can reach Redis does, in a name that the audit keeps. They decide nothing.
import { operatorFacts } from '../domain/audit/evidence.ts';
import { present } from '../domain/present.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { type LinkWorld, unlinkByOperator } from './link.ts';
import type { Caller, KeyBook, Operating, Operator } from './ports.ts';

export type OperatingWorld = LinkWorld & { readonly keys: KeyBook };

export function openOperating(world: OperatingWorld): Operating {
  const { keys } = world;
  return {
    keys: {
      async create(caller, call) {
        const operator = asOperator(caller);
        if (operator.kind === 'refusal') return operator;
        const evidence = operatorFacts(operator.name);
        const made =
          'person' in call
            ? await keys.createForPerson(call.person, { evidence })
            : await keys.create(call.service, { evidence, ...present({ queue: call.queue }) });
        return { kind: 'created', ...made };
      },
      async list(caller) {
        const operator = asOperator(caller);
        return operator.kind === 'refusal' ? operator : { kind: 'listed', ...(await keys.list()) };
      },
      async revoke(caller, id) {
        const operator = asOperator(caller);
        if (operator.kind === 'refusal') return operator;
        const wasInForce = await keys.revoke(id, { evidence: operatorFacts(operator.name) });
        return wasInForce ? { kind: 'revoked' } : refuse('key_none');
      },
    },
    async unlinkAnother(caller, person) {
      const operator = asOperator(caller);
      return operator.kind === 'refusal' ? operator : unlinkByOperator(world, operatorFacts(operator.name), person);
    },
  };
}

function asOperator(caller: Caller): Operator | Refusal {
  return caller.kind === 'operator' ? caller : refuse('only_for_operators');
}
