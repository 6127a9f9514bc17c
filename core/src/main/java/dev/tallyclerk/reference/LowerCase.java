package dev.tallyclerk.reference;

/**
 * A text with each character lower-cased by Unicode's simple mapping, which depends on neither neighbours nor locale.
 *
 * @param text the text, not copied
 */
record LowerCase(CharSequence text) implements CharSequence {
    /** {@return whether {@code text} has a character that the mapping changes} */
    static boolean changes(String text) {
        return text.codePoints().anyMatch(c -> Character.toLowerCase(c) != c);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        return Character.toLowerCase(text.charAt(index));
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new LowerCase(text.subSequence(start, end));
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(length());
        text.chars().forEach(c -> out.append(Character.toLowerCase((char) c)));
        return out.toString();
    }
}
