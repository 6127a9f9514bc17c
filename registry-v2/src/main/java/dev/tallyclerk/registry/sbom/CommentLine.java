package dev.tallyclerk.registry.sbom;

/** Text on one line of a comment. */
final class CommentLine {
    private CommentLine() {}

    /** {@return the text with escaped line feeds and backslashes} */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    /** {@return the text that was escaped} */
    static String unescaped(String line) {
        if (line.indexOf('\\') < 0) {
            return line;
        }
        StringBuilder out = new StringBuilder(line.length());
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                i++;
                c = line.charAt(i);
                out.append(c == 'n' ? '\n' : c == 'r' ? '\r' : c);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
