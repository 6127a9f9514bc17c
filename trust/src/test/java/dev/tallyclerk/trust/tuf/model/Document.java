package dev.tallyclerk.trust.tuf.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file says and whose signatures it has, as its writer knows.
 *
 * @param signed the signed part
 * @param signatures in the order of the file
 */
record Document(Map<String, Object> signed, List<Signature> signatures) {
    /**
     * One signature.
     *
     * @param keyId under which it stands
     * @param signer the public text of the key that made it; empty if none did
     */
    record Signature(String keyId, String signer) {}

    Document {
        signed = copyOf(signed);
        signatures = List.copyOf(signatures);
    }

    static Map<String, Object> copyOf(Map<String, Object> tree) {
        return object(copy(tree));
    }

    private static Object copy(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((name, value) -> copy.put((String) name, copy(value)));
            return copy;
        }
        if (tree instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(copy(element)));
            return copy;
        }
        if (tree == null) {
            throw new IllegalArgumentException("no file of these tests has a null");
        }
        return tree;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(@Nullable Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(@Nullable Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }

    static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    static String text(@Nullable Object value) {
        return String.valueOf(value);
    }

    long version() {
        return number(signed.get("version"));
    }
}
