/** How a process ends when it does not end well, after sysexits.h; README lists them. */
export const EXIT = {
  /** the command line cannot be understood */
  usage: 64,
  /** what was asked for cannot be done as things are; nothing was changed */
  refused: 65,
  /** there is no such ticket, mail, agent, person or file */
  notFound: 66,
  /** something that is needed does not work, such as the database */
  software: 70,
  /** the same command may do it a minute later */
  later: 75,
  /** settings are wrong, or the database was made by another version */
  config: 78,
} as const;
