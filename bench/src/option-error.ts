/** Something on the command line that the person who typed it can mend: shown as its sentence alone, exit code 1. */
export class OptionError extends Error {}
