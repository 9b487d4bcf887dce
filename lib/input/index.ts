export * from './checks';
export * from './refusal';
export * from './shown-text';
