/** The account that the first start opens. Alone in its file, so that whoever trades in it need not load the gateway. */
export const PAPER_ACCOUNT = 1001;
export const PAPER_ACCOUNT_NAME = "PAPER-1";
