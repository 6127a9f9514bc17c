package dev.tallyclerk.testing;

import java.util.ArrayList;
import java.util.List;

/** Variants of a JSON document that have a value of another type in one place. */
public final class WrongTypes {
    private static final List<String> VALUES = List.of(
            "null", "true", "0", "-1e999", "\"\"", "\"\\u0000\\ud83d\\ude00\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":{}}");

    private final String document;
    private final List<int[]> places = new ArrayList<>();
    private int at;

    private WrongTypes(String document) {
        this.document = document;
    }

    /** {@return the document with each of its values, at any depth, replaced by some of each type} */
    public static List<String> of(String document) {
        WrongTypes walk = new WrongTypes(document);
        walk.value();
        List<String> variants = new ArrayList<>();
        for (int[] place : walk.places) {
            for (String value : VALUES) {
                variants.add(document.substring(0, place[0]) + value + document.substring(place[1]));
            }
        }
        return variants;
    }

    private void value() {
        skipSpace();
        int start = at;
        char first = document.charAt(at);
        if (first == '{' || first == '[') {
            at++;
            elements(first == '{');
        } else if (first == '"') {
            string();
        } else {
            while (at < document.length() && ",]} \n".indexOf(document.charAt(at)) < 0) {
                at++;
            }
        }
        places.add(new int[] {start, at});
    }

    private void elements(boolean hasNames) {
        for (skipSpace(); "]}".indexOf(document.charAt(at)) < 0; skipSpace()) {
            if (document.charAt(at) == ',') {
                at++;
                continue;
            }
            if (hasNames) {
                string();
                skipSpace();
                at++;
            }
            value();
        }
        at++;
    }

    private void string() {
        for (at++; document.charAt(at) != '"'; at++) {
            if (document.charAt(at) == '\\') {
                at++;
            }
        }
        at++;
    }

    private void skipSpace() {
        while (Character.isWhitespace(document.charAt(at))) {
            at++;
        }
    }
}
