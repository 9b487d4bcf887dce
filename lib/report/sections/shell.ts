/** A word of a command, in quotes where the shell needs them. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** `helm`, for the cluster that is meant; without one as the current context says. */
export function helm(cluster: string): string {
  return ['helm', ...(cluster === '' ? [] : ['--kube-context', word(cluster)])].join(' ');
}

/** `kubectl`, for the cluster and namespace that are meant; without them as the current context says. */
export function kubectl(cluster: string, namespace?: string): string {
  return [
    'kubectl',
    ...(cluster === '' ? [] : ['--context', word(cluster)]),
    ...(namespace === undefined ? [] : ['-n', word(namespace)]),
  ].join(' ');
}
