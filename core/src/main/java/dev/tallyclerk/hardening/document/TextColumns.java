package dev.tallyclerk.hardening.document;

/** Converts columns in code points, as the YAML parser counts, to columns in UTF-16 code units. */
final class TextColumns {
    private final String text;
    private final boolean isSimple;
    private int line;
    private int lineStart;

    TextColumns(String text) {
        this.text = text;
        this.isSimple = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    /** {@return the column from 1; lines and columns are from 0} */
    int utf16(int ofLine, int codePoints) {
        if (isSimple) {
            return codePoints + 1;
        }
        if (ofLine < line) {
            line = 0;
            lineStart = 0;
        }
        while (line < ofLine) {
            int end = text.indexOf('\n', lineStart);
            if (end < 0) {
                return codePoints + 1;
            }
            lineStart = end + 1;
            line++;
        }
        int end = Math.min(text.length(), lineStart + 2 * codePoints);
        int available = Math.min(codePoints, text.codePointCount(lineStart, end));
        return text.offsetByCodePoints(lineStart, available) - lineStart + 1;
    }
}
