/** What may be done, and what losses led to, newest first; each order that a halt canceled on a line of its own. */
import { createMemo } from "solid-js";
import { clockText, dateTimeText } from "../format/time.js";
import { useTerminal } from "../state/use-terminal.js";
import { VirtualRows } from "./virtual-rows.jsx";

export function RiskTable(props: { readonly rowHeight: number }) {
  const terminal = useTerminal();
  const rows = createMemo(() =>
    terminal
      .riskNotes()
      .flatMap((note) => [
        { key: `${note.id}`, note, order: "" },
        ...note.orders.map((order, index) => ({ key: `${note.id}.${index}`, note, order })),
      ]),
  );
  return (
    <VirtualRows
      rows={rows()}
      rowHeight={props.rowHeight}
      label="Risk"
      columns="risk"
      empty="No change of limits or states in this session."
      head={
        <>
          <span role="columnheader">Time</span>
          <span role="columnheader">Of</span>
          <span role="columnheader">What</span>
          <span role="columnheader">Why</span>
        </>
      }
    >
      {({ note, order }) => (
        <div class="row" role="row">
          <span role="cell" title={`${dateTimeText(note.tsMs)} UTC`}>
            {order === "" ? clockText(note.tsMs) : ""}
          </span>
          <span role="cell">{order === "" ? note.about : ""}</span>
          <span
            role="cell"
            classList={{ down: order === "" && note.tone === "bad", dim: order !== "" }}
            title={order || note.text}
          >
            {order === "" ? note.text : `canceled ${order}`}
          </span>
          <span role="cell" class="dim" title={note.reason}>
            {order === "" ? note.reason : ""}
          </span>
        </div>
      )}
    </VirtualRows>
  );
}
