import * as path from 'path';

/** Whether this is a clone with its sources, or the compiled package. */
export const isClone = path.extname(__filename) === '.ts';

/** How the user starts this command. */
export const COMMAND = isClone ? 'npm run lab --' : 'npx cdk8s-meshrr lab';
