/**
 * Runs FRR's shell with `$0` and reads its output to the end, also where nobody wants it any more: bgpd 10.3 ends with a
 * segmentation fault if its reader goes within 128 kB or more (FRRouting/frr#19040), as with Ctrl-C. The status is that of
 * the shell.
 */
const WITH_A_READER =
  'exec 4>&1; exit $({ { vtysh -c "$0" 3>&- 4>&-; echo $? >&3; } | { cat >&4; cat >/dev/null; } 3>&-; } 3>&1)';

/** The command line of FRR's shell. It prints a warning that it has no configuration of its own to the error output. */
export const vtysh = (command: string): readonly string[] => ['sh', '-c', WITH_A_READER, command];
