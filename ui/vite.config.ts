/**
 * Builds the page into `dist/`: no inline script or style (the server's policy forbids them), the decode worker as a file of its
 * own. `npx vite` serves it for development with the API of a running engine behind it.
 */
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const ENGINE = process.env.JWARE_ENGINE ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [solid()],
  build: {
    outDir: "dist",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/api": ENGINE, "/health": ENGINE } },
});
