package dev.tallyclerk.internal.json;

import dev.tallyclerk.text.Quoted;

/** The steps of a JSON pointer (RFC 6901). */
final class JsonPointer {
    private JsonPointer() {}

    /** {@return a member name as a step, bounded and printable} */
    static String escape(String step) {
        String bounded = step.length() > 200 ? step.substring(0, 200) + "…" : step;
        return Quoted.printable(bounded).replace("~", "~0").replace("/", "~1");
    }
}
