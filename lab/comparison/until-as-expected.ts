import { eventually } from '../eventually';
import { Comparison } from './compare';

/** Compares until no router differs from the proof. Returns the last comparison in any case. */
export async function untilAsExpected(compare: () => Promise<Comparison>, milliseconds: number): Promise<Comparison> {
  let last: Comparison | undefined;
  const check = async () => {
    last = await compare();
    if (last.differences.length > 0) throw new Error('routers differ from the proof');
  };
  await eventually(check, milliseconds, 500).catch((error) => {
    if (!last) throw error;
  });
  return last as unknown as Comparison;
}
