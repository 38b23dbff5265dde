/** Changes one's own password. Every other session of the person ends; this page goes on with a new one. */
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "@jware/schemas";
import { createEffect, createSignal } from "solid-js";
import { ApiProblem, type Api } from "./api.js";
import "./password-dialog.css";

interface Props {
  readonly api: Api;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function PasswordDialog(props: Props) {
  const [problem, setProblem] = createSignal("");
  const [done, setDone] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  let dialog: HTMLDialogElement | undefined;
  let form: HTMLFormElement | undefined;
  let presentField: HTMLInputElement | undefined;
  let newField: HTMLInputElement | undefined;
  let againField: HTMLInputElement | undefined;

  createEffect(() => {
    if (!props.open) {
      dialog?.close();
      return;
    }
    form?.reset();
    setProblem("");
    setDone(false);
    dialog?.showModal();
    presentField?.focus();
  });

  const change = async (password: string, newPassword: string): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      await props.api.changePassword(password, newPassword);
      form?.reset();
      setDone(true);
    } catch (error) {
      setProblem(sentence(error));
      presentField?.select();
    } finally {
      setBusy(false);
    }
  };

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const [password, newPassword] = [presentField?.value ?? "", newField?.value ?? ""];
    setDone(false);
    if (password === "") setProblem("Your present password is needed.");
    else if (newPassword.length < PASSWORD_LENGTH_MIN) setProblem(`A password has ${PASSWORD_LENGTH_MIN} characters at least.`);
    else if (newPassword !== againField?.value) setProblem("The new password was not typed twice alike.");
    else void change(password, newPassword);
  };

  return (
    <dialog ref={dialog} class="password" aria-labelledby="password-title" onClose={() => props.onClose()}>
      <form ref={form} onSubmit={submit}>
        <h2 id="password-title">Change your password</h2>
        {/* Keepers of passwords want to know whose it is. */}
        <input type="text" name="username" autocomplete="username" value={props.api.user?.name ?? ""} hidden readOnly />
        <label>
          Present password
          <input
            ref={presentField}
            name="present"
            type="password"
            autocomplete="current-password"
            maxLength={PASSWORD_LENGTH_MAX}
          />
        </label>
        <label>
          New password, {PASSWORD_LENGTH_MIN} characters or more
          <input ref={newField} name="new" type="password" autocomplete="new-password" maxLength={PASSWORD_LENGTH_MAX} />
        </label>
        <label>
          New password again
          <input ref={againField} name="again" type="password" autocomplete="new-password" maxLength={PASSWORD_LENGTH_MAX} />
        </label>
        <p class="dim">Your other sessions end. API keys stay.</p>
        <p class="problem" role="alert">
          {problem()}
        </p>
        <p class="done" role="status">
          {done() ? "Your password was changed." : ""}
        </p>
        <div class="password-buttons">
          <button type="button" onClick={() => props.onClose()}>
            {done() ? "Close" : "Leave"}
          </button>
          <button type="submit" class="primary" disabled={busy()}>
            {busy() ? "Changing…" : "Change"}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiProblem)) return "The server does not answer. Nothing is known of the change: try to sign in again.";
  if (error.status === 429) return "Too many attempts. Wait a little and try again.";
  return error.message;
}
