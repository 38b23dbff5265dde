/** The signed-in session's state for every component below `TerminalContext.Provider`. */
import { createContext, useContext } from "solid-js";
import type { Terminal } from "./terminal.js";

export const TerminalContext = createContext<Terminal>();

export function useTerminal(): Terminal {
  const terminal = useContext(TerminalContext);
  if (terminal === undefined) throw new Error("this component stands outside of a signed-in session");
  return terminal;
}
