// The API's description, made from the route table and the schemas that check the input.
import { z } from 'zod';
import { PROBLEM, tooMuch } from './described-answers.ts';
import type { Named, Route } from './route.ts';
import { routes } from './routes.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const WELL_KNOWN: Route['answers'] = {
  401: { says: 'No valid API key.', body: PROBLEM },
  403: { says: 'Not with the key of such a caller, or the directory does not know the person.', body: PROBLEM },
  503: { says: 'Countersign cannot answer just now; Retry-After says when to ask again.', body: PROBLEM },
};

export function openapi(): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operation, route] of Object.entries(routes)) {
    const { path, method } = route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description: 'Ask before an action that matters: policy decides, people countersign.',
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'The API key of a service or of a person.' },
      },
      schemas: schemas(),
    },
  };
}

function describe(operation: string, route: Route): JsonSchema {
  const { method, summary, path, isOpen, body, isBodyOptional, query, headers, answers } = route;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name, 'path', { type: 'string' }, true)),
    ...(query === undefined ? [] : queryParameters(query)),
    ...Object.entries(headers ?? {}).map(([name, description]) => ({
      ...parameter(name, 'header', { type: 'string' }, false),
      description,
    })),
  ];
  const written = method === 'GET' ? {} : { 429: tooMuch };
  const all = isOpen === true ? answers : { ...WELL_KNOWN, ...written, ...answers };
  return {
    operationId: operation,
    summary,
    ...(isOpen === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: isBodyOptional !== true, content: content('application/json', body) } }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, { says, body: answer, contentType }]) => [
        status,
        {
          description: says,
          content: content(
            contentType ?? (answer === PROBLEM ? 'application/problem+json' : 'application/json'),
            answer,
          ),
        },
      ]),
    ),
  };
}

function queryParameters(query: z.ZodObject): JsonSchema[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => parameter(name, 'query', schema, required.includes(name)));
}

function parameter(name: string | undefined, place: string, schema: unknown, isRequired: boolean): JsonSchema {
  return { name, in: place, required: isRequired, schema };
}

function content(type: string, body: Named | undefined): JsonSchema {
  return { [type]: body === undefined ? {} : { schema: { $ref: `#/components/schemas/${body.name}` } } };
}

/** Every schema that a route names. */
function components(): readonly Named[] {
  const bodies = Object.values(routes).flatMap(({ body, answers }) => [
    body,
    ...Object.values(answers).map(answer => answer.body),
  ]);
  return [...bodies, PROBLEM].filter(body => body !== undefined);
}

/** The one recursive definition, any JSON value, becomes a component of its own. */
function schemas(): JsonSchema {
  const named: Record<string, unknown> = { Json: { description: 'Any JSON value.' } };
  for (const { name, schema } of components()) {
    const {
      $defs: _definitions,
      $schema: _dialect,
      ...plain
    } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
    });
    named[name] = JSON.parse(JSON.stringify(plain).replaceAll(/#\/\$defs\/__schema\d+/g, '#/components/schemas/Json'));
  }
  return named;
}
