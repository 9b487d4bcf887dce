import { BgpTopology, Session, SessionChoice } from './topology';

/**
 * What does not work: ids of speakers and of outside speakers, addresses that clients peer with, and addresses at pods
 * ({@link addressAt}).
 */
export type Failed = ReadonlySet<string>;

/** What fails where connections to an address no longer come to the node of a pod. */
export const addressAt = (address: string, speaker: string): string => `${address} at ${speaker}`;

const NOTHING: Failed = new Set();

/**
 * One way in which a choice may turn out. It is that of the runtime in so far as whoever is chosen and still there
 * stays, and others take the places of those that are not; whom they are is for the order of the candidates to say.
 *
 * @param before what was chosen before the failure; without it, what comes first
 * @returns candidates that work, at most `most`; none where `from` or the address has failed
 */
export function chosenOf(
  choice: SessionChoice,
  failed: Failed = NOTHING,
  before: readonly string[] = [],
): readonly string[] {
  if (failed.has(choice.from) || (choice.address !== undefined && failed.has(choice.address))) return [];
  const works = (id: string) => !failed.has(id) && !isCutOff(choice, id, failed);
  const kept = before.filter((id) => choice.candidates.includes(id) && works(id)).slice(0, choice.most);
  const others = choice.candidates.filter((id) => works(id) && !kept.includes(id));
  return [...kept, ...others.slice(0, choice.most - kept.length)];
}

/** Whether connections to the address of a choice no longer come to a pod. */
export const isCutOff = ({ address }: Pick<SessionChoice, 'address'>, speaker: string, failed: Failed): boolean =>
  address !== undefined && failed.size > 0 && failed.has(addressAt(address, speaker));

/** All sessions of a topology in which something has failed, with choices made as {@link chosenOf} makes them. */
export function sessionsOf({ sessions, choices }: BgpTopology, failed: Failed = NOTHING): readonly Session[] {
  const fixed = sessions.filter(({ from, to }) => !failed.has(from) && !failed.has(to));
  const made = choices.flatMap((choice) => {
    const { candidates, most, ...session } = choice;
    return chosenOf(choice, failed).map((to) => ({ ...session, to }));
  });
  return [...fixed, ...made];
}
