export * from './checks';
export * from './refusal';
