/** What a new password has, characters. One that is known is never refused for its length. */
export const PASSWORD_LENGTH_MIN = 12;
export const PASSWORD_LENGTH_MAX = 128;
