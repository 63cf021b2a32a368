// The description is made from what is served, so it cannot tell of anything else.
import { describe, expect, it } from 'vitest';
import { openapi } from '../../../src/adapters/http/openapi.ts';
import { routes } from '../../../src/adapters/http/routes.ts';
import { viewSchema } from '../../../src/adapters/http/view-schema.ts';
import { view } from '../../../src/contract/view.ts';
import { submitted } from '../../../src/domain/steps/submitted.ts';

const document = JSON.parse(JSON.stringify(openapi()));

function* refs(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref') yield String(inner);
    else yield* refs(inner);
  }
}

describe('/openapi.json', () => {
  it('lists every route with its method, and every path parameter', () => {
    for (const [operation, { method, path, summary }] of Object.entries(routes)) {
      const described = document.paths[path]?.[method.toLowerCase()];
      expect(described, path).toMatchObject({ operationId: operation, summary });
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        expect(described.parameters).toContainEqual(expect.objectContaining({ name, in: 'path', required: true }));
      }
    }
    const count = Object.values<object>(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
    expect(count).toBe(Object.keys(routes).length);
  });

  it('refers to nothing that it does not define', () => {
    const all = [...refs(document)];
    expect(all.length).toBeGreaterThan(10);
    for (const ref of all) {
      const found = ref
        .replace(/^#\//, '')
        .split('/')
        .reduce((at, part) => at?.[part], document);
      expect(found, ref).toBeDefined();
    }
  });

  it('requires a key on every route below /v1 and on no other', () => {
    for (const { method, path } of Object.values(routes)) {
      const described = document.paths[path][method.toLowerCase()];
      // A job has no key yet when it asks for one: it shows the token of its platform.
      const isOurs = path.startsWith('/v1/') && path !== '/v1/token';
      expect(described.security === undefined, path).toBe(isOurs);
      expect('401' in described.responses, path).toBe(path.startsWith('/v1/'));
    }
  });

  it('describes the body by the schema that checks it', () => {
    const { Submission } = document.components.schemas;
    expect(Submission.required).toEqual(['action', 'user', 'resource']);
    expect(Submission.additionalProperties).toBe(false);
    expect(Submission.properties.user.additionalProperties).toEqual({}); // any JSON value
  });

  it('describes the view that is sent', () => {
    const { next } = submitted(
      {
        service: { id: 'deployer', auth: 'api_key' },
        submission: {
          action: 'a',
          user: { id: 'u', role: 'admin' },
          resource: { type: 't', id: 'i' },
          params: { n: [1] },
        },
        key: 'k',
        defaultExpiryMs: 1_000,
      },
      0,
    );
    const { cards: _cards, ...rest } = next;
    const sent = view({ ...rest, cards: [{ channel: 'C1', postingSince: 'x', postedBy: 'y', ts: '1.2' }] });
    expect(viewSchema.strict().parse(sent)).toEqual(sent);
  });
});
