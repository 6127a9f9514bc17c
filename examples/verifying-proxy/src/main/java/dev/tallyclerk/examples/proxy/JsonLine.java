package dev.tallyclerk.examples.proxy;

/** One JSON object in one line. Used by one thread at a time. */
final class JsonLine {
    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder out = new StringBuilder("{");

    JsonLine add(String name, String value) {
        return key(name).text(value);
    }

    JsonLine add(String name, long value) {
        key(name).out.append(value);
        return this;
    }

    JsonLine add(String name, boolean value) {
        key(name).out.append(value);
        return this;
    }

    private JsonLine key(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        text(name).out.append(':');
        return this;
    }

    private JsonLine text(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
        return this;
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
