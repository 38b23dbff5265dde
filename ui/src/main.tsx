/** Entry of the page. */
import { render } from "solid-js/web";
import { App } from "./app/app.js";
import "./styles/tokens.css";
import "./styles/base.css";

const root = document.getElementById("root");
if (root !== null) render(() => <App />, root);
