/**
 * Runs FRR's shell with `$0`, and reads its output to the end, also where nobody wants it any more, as after Ctrl-C: bgpd
 * 10.3 ends with a segmentation fault where the reader of an output of more than 128 kB has gone (FRRouting/frr#19040). The
 * status is that of FRR's shell.
 */
const WITH_A_READER =
  'exec 4>&1; exit $({ { vtysh -c "$0" 3>&- 4>&-; echo $? >&3; } | { cat >&4; cat >/dev/null; } 3>&-; } 3>&1)';

/** The command line of FRR's shell. It prints a warning that it has no configuration of its own to the error output. */
export const vtysh = (command: string): readonly string[] => ['sh', '-c', WITH_A_READER, command];
