/** Signed out: the sign-in page. Signed in: the terminal, with a state of its own that ends with the session. */
import { createResource, createSignal, Match, Show, Switch } from "solid-js";
import { Api } from "../session/api.js";
import { SignIn } from "../session/sign-in.jsx";
import { applyLook } from "./look.js";
import { SignedIn } from "./signed-in.jsx";
import { loadSettings } from "../state/settings.js";

type Phase = "starting" | "signed-out" | "signed-in";

export function App() {
  applyLook(loadSettings(localStorage));
  const [phase, setPhase] = createSignal<Phase>("starting");
  const [notice, setNotice] = createSignal("");
  const api = new Api(() => {
    setNotice("Your session has ended. Sign in again.");
    setPhase("signed-out");
  });

  const start = async (): Promise<void> => {
    if (location.hash.startsWith("#ticket=")) {
      setPhase("signed-out");
      return;
    }
    const renewed = await api.renew().catch(() => false);
    setPhase(renewed ? "signed-in" : "signed-out");
  };
  void start();

  const [config] = createResource(
    () => phase() === "signed-in",
    async () => (await api.get("/api/v1/config")) as { wsUrl: string },
  );

  const signOut = async (): Promise<void> => {
    await api.signOut();
    setNotice("");
    setPhase("signed-out");
  };

  return (
    <Switch>
      <Match when={phase() === "signed-out"}>
        <SignIn
          api={api}
          notice={notice()}
          onSignedIn={() => {
            setNotice("");
            setPhase("signed-in");
          }}
        />
      </Match>
      <Match when={phase() === "signed-in"}>
        <Show
          when={config.state === "ready" ? config() : undefined}
          fallback={
            <p class="empty">{config.error === undefined ? "Connecting…" : "The server does not answer. Reload to try again."}</p>
          }
        >
          {(ready) => <SignedIn api={api} wsUrl={ready().wsUrl} onSignOut={() => void signOut()} />}
        </Show>
      </Match>
    </Switch>
  );
}
