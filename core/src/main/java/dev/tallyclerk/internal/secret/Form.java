package dev.tallyclerk.internal.secret;

/** What follows the keyword of a secret. Immutable; takes time linear in the part of the text that it looks at. */
interface Form {
    /**
     * Looks at a keyword.
     *
     * @param text the text
     * @param start the first character of the keyword
     * @param body the character after it
     * @param match is told whether this is a secret, and how far the text was looked at
     */
    void match(Window text, int start, int body, Match match);
}
