// The API's description, made from the route table and the schemas that check the input.
import { z } from 'zod';
import { components, type Operation, operations, routeOf } from './routes.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const WELL_KNOWN = {
  401: { says: 'No valid API key.', schema: 'Problem' },
  403: { says: 'Not with the key of such a caller, or the directory does not know the person.', schema: 'Problem' },
  503: { says: 'Countersign cannot answer just now; Retry-After says when to ask again.', schema: 'Problem' },
} as const;

export function openapi(): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { path, method } = routeOf(operation);
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) };
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

function describe(operation: Operation): JsonSchema {
  const { summary, path, isOpen, body, isBodyOptional, query, headers, answers } = routeOf(operation);
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name, 'path', { type: 'string' }, true)),
    ...(query === undefined ? [] : queryParameters(query)),
    ...Object.entries(headers ?? {}).map(([name, description]) => ({
      ...parameter(name, 'header', { type: 'string' }, false),
      description,
    })),
  ];
  const all = isOpen === true ? answers : { ...WELL_KNOWN, ...answers };
  return {
    operationId: operation,
    summary,
    ...(isOpen === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: isBodyOptional !== true, content: content('application/json', body) } }),
    responses: Object.fromEntries(
      Object.entries(all).map(([status, { says, schema, contentType }]) => [
        status,
        {
          description: says,
          content: content(
            contentType ?? (schema === 'Problem' ? 'application/problem+json' : 'application/json'),
            schema,
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

function content(type: string, schema: keyof typeof components | undefined): JsonSchema {
  return { [type]: schema === undefined ? {} : { schema: { $ref: `#/components/schemas/${schema}` } } };
}

/** The one recursive definition, any JSON value, becomes a component of its own. */
function schemas(): JsonSchema {
  const named: Record<string, unknown> = { Json: { description: 'Any JSON value.' } };
  for (const [name, schema] of Object.entries(components)) {
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
