/** The sign-in page: name and password, or the one-time link that `npm start` prints (`/#ticket=...`), which signs in at once. */
import { createSignal, onCleanup, onMount, Show } from "solid-js";
import { ApiProblem, type Api, type SessionUser } from "./api.js";
import "./sign-in.css";

interface Props {
  readonly api: Api;
  /** Why the person sees this page again; empty at first. */
  readonly notice: string;
  readonly onSignedIn: (user: SessionUser) => void;
}

const TICKET = /^#ticket=([\w.~-]+)$/;

export function SignIn(props: Props) {
  const [problem, setProblem] = createSignal("");
  const [busy, setBusy] = createSignal(false);
  let nameField: HTMLInputElement | undefined;
  let passwordField: HTMLInputElement | undefined;

  const signIn = async (attempt: () => Promise<SessionUser>): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      props.onSignedIn(await attempt());
    } catch (error) {
      setProblem(sentence(error));
      passwordField?.select();
    } finally {
      setBusy(false);
    }
  };

  const useLink = (): void => {
    const ticket = TICKET.exec(location.hash)?.[1];
    if (ticket === undefined) return;
    // The ticket is good once: it must not stay in the address bar or the history.
    history.replaceState(undefined, "", location.pathname);
    void signIn(() => props.api.signIn({ ticket }));
  };

  onMount(() => {
    nameField?.focus();
    useLink();
  });
  // The link may be opened in a tab that shows this page already: then only the hash changes.
  window.addEventListener("hashchange", useLink);
  onCleanup(() => window.removeEventListener("hashchange", useLink));

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const username = nameField?.value.trim() ?? "";
    const password = passwordField?.value ?? "";
    if (username === "" || password === "") setProblem("Name and password are needed.");
    else void signIn(() => props.api.signIn({ username, password }));
  };

  return (
    <main class="sign-in">
      <form onSubmit={submit} aria-label="Sign in">
        <h1>
          <img src="/icon.svg" alt="" width="28" height="28" /> Jware Trader
        </h1>
        <Show when={props.notice !== ""}>
          <p class="notice" role="status">
            {props.notice}
          </p>
        </Show>
        <label>
          Name
          <input ref={nameField} name="username" autocomplete="username" autocapitalize="none" spellcheck={false} />
        </label>
        <label>
          Password
          <input ref={passwordField} name="password" type="password" autocomplete="current-password" />
        </label>
        <button type="submit" class="primary" disabled={busy()}>
          {busy() ? "Signing in…" : "Sign in"}
        </button>
        <p class="problem" role="alert">
          {problem()}
        </p>
        <p class="faint">
          The start screen prints a one-time sign-in link. Passwords are in <code>credentials.json</code> in the data folder.
        </p>
      </form>
    </main>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiProblem)) return "The server does not answer. Is it running?";
  if (error.status === 429) return "Too many attempts. Wait a little and try again.";
  if (error.status === 401) return error.message === "" ? "The sign-in was refused." : error.message;
  return error.message;
}
