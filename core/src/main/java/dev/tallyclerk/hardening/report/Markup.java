package dev.tallyclerk.hardening.report;

import dev.tallyclerk.text.Quoted;

/** Escapes text for XML and HTML, and removes characters that neither allows. */
final class Markup {
    private Markup() {}

    /** {@return {@code text} as element content or as a quoted attribute value} */
    static String escape(String text) {
        String printable = Quoted.printable(text);
        StringBuilder out = new StringBuilder(printable.length() + 16);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
