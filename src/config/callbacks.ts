// Where callbacks may go, and the secret that signs them.
import { z } from 'zod';

export const WEBHOOK_SECRET_HELP = "Make one: node -p \"'whsec_'+crypto.randomBytes(32).toString('base64')\"";

export const callbackVariables = z.object({
  CALLBACK_HOSTS: z
    .string()
    .transform(text => text.split(',').map(host => host.trim().toLowerCase()))
    .refine(hosts => hosts.every(isHost), {
      error: 'is not a list of host names; write for example ci.example.com,hooks.example.com:8443.',
    })
    .default([]),
  WEBHOOK_SECRET: z
    .string()
    .refine(text => text.split(/\s+/).every(isWebhookSecret), {
      error: `is not whsec_ followed by the base64 of 24 to 64 bytes; several are separated by spaces. ${WEBHOOK_SECRET_HELP}`,
    })
    .optional(),
});

/** Callbacks go to these hosts (`host` or `host:port`) and to no other. */
export type CallbackConfig = { readonly hosts: readonly string[]; readonly secret?: string };

export function callbackConfig(given: z.infer<typeof callbackVariables>): CallbackConfig {
  return {
    hosts: given.CALLBACK_HOSTS,
    ...(given.WEBHOOK_SECRET === undefined ? {} : { secret: given.WEBHOOK_SECRET }),
  };
}

function isHost(text: string): boolean {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/.test(text);
}

function isWebhookSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const length = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length;
  return length >= 24 && length <= 64;
}
