// The services that demo, tests and benchmarks run beside themselves.

export { AUTHZ_BUNDLE, type OpaOptions, type OpaService, startOpa } from './opa-service.ts';
export { type RedisOptions, type RedisService, startRedis } from './redis-service.ts';
export { findFreePort } from './service.ts';
