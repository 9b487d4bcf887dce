import { RouterDriver } from './driver';

/** How long the router may take to answer a probe, in milliseconds. The kubelet waits three seconds. */
const ANSWER_MS = 2_000;

/** Asks the router whether it answers. @returns why not; undefined if it does */
export async function routerFault(driver: Pick<RouterDriver, 'ping'>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), ANSWER_MS);
  });
  const asked = driver.ping().then(
    () => undefined,
    (error: Error) => error.message,
  );
  try {
    return await Promise.race([asked, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
