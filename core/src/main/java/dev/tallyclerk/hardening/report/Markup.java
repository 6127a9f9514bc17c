package dev.tallyclerk.hardening.report;

import dev.tallyclerk.internal.text.Quoted;

/** Escapes text for XML and HTML, and leaves out what neither may have. */
final class Markup {
    private Markup() {}

    /** {@return {@code text} as the content of an element or as an attribute's value in quotes} */
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
