/** Rows of equal height in a scrolling box; only those in view are in the page. Short lists are shown whole. */
import { createVirtualizer } from "@tanstack/solid-virtual";
import { For, Show, type JSX } from "solid-js";

interface Props<Row> {
  readonly rows: readonly Row[];
  readonly rowHeight: number;
  readonly label: string;
  readonly head: JSX.Element;
  readonly empty: string;
  readonly columns: string;
  readonly children: (row: Row) => JSX.Element;
}

const WHOLE_MAX = 60;

export function VirtualRows<Row>(props: Props<Row>) {
  let box: HTMLDivElement | undefined;
  const virtualizer = createVirtualizer<HTMLDivElement, HTMLDivElement>({
    get count() {
      return props.rows.length > WHOLE_MAX ? props.rows.length : 0;
    },
    get estimateSize() {
      return () => props.rowHeight;
    },
    getScrollElement: () => box ?? null,
    overscan: 8,
  });
  const window = () => virtualizer.getVirtualItems();
  const visible = (): readonly Row[] => {
    if (props.rows.length <= WHOLE_MAX) return props.rows;
    const first = window()[0]?.index ?? 0;
    const last = window().at(-1)?.index ?? -1;
    return props.rows.slice(first, last + 1);
  };
  const before = () => (props.rows.length <= WHOLE_MAX ? 0 : (window()[0]?.start ?? 0));
  const after = () => (props.rows.length <= WHOLE_MAX ? 0 : virtualizer.getTotalSize() - (window().at(-1)?.end ?? 0));

  return (
    <div class={`rows ${props.columns}`} role="table" aria-label={props.label} aria-rowcount={props.rows.length}>
      <div class="rows-head" role="row">
        {props.head}
      </div>
      <div class="rows-body" ref={box}>
        <Show when={props.rows.length > 0} fallback={<p class="empty">{props.empty}</p>}>
          <div style={{ height: `${before()}px` }} />
          <For each={visible()}>{props.children}</For>
          <div style={{ height: `${after()}px` }} />
        </Show>
      </div>
    </div>
  );
}
