package dev.tallyclerk.examples.fleet;

/** Writes JSON in one line. */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private boolean needsComma;

    Json open(char bracket) {
        comma();
        out.append(bracket);
        needsComma = false;
        return this;
    }

    Json close(char bracket) {
        out.append(bracket);
        needsComma = true;
        return this;
    }

    Json name(String name) {
        text(name);
        out.append(':');
        needsComma = false;
        return this;
    }

    Json member(String name, String value) {
        return name(name).text(value);
    }

    Json member(String name, long value) {
        name(name);
        out.append(value);
        needsComma = true;
        return this;
    }

    Json member(String name, boolean value) {
        name(name);
        out.append(value);
        needsComma = true;
        return this;
    }

    Json text(String value) {
        comma();
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == '"' || next == '\\') {
                out.append('\\').append(next);
            } else if (next < ' ' || next >= 0x7f) {
                out.append(String.format("\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
        needsComma = true;
        return this;
    }

    private void comma() {
        if (needsComma) {
            out.append(',');
        }
        needsComma = false;
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
