package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The member names of an object in a specification.
 *
 * <p>Readers that ignore case, such as Go's, accept {@code Layers} as {@code layers}. Two readers would then see two
 * documents under one digest, so such a case variant is detected.
 */
public final class MemberNames {
    private static final String RULE =
            "no member may differ only in case from one of the specification, because readers that ignore case accept it"
                    + " as that";

    private final Map<String, String> names = new HashMap<>();
    private final String[] inOrder;
    private final byte[][] inBytes;

    /** The names of at most eight bytes, to compare at once; 0 for longer ones. */
    private final long[] inWords;

    private MemberNames(String... names) {
        this.inOrder = names.clone();
        this.inBytes = new byte[names.length][];
        this.inWords = new long[names.length];
        for (int i = 0; i < names.length; i++) {
            inBytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
            if (inBytes[i].length <= Long.BYTES) {
                inWords[i] = (long) JsonBytes.EIGHT.get(Arrays.copyOf(inBytes[i], Long.BYTES), 0);
            }
        }
        for (String name : names) {
            this.names.put(name, name);
        }
        for (String name : names) {
            this.names.putIfAbsent(fold(name), name);
        }
    }

    public static MemberNames of(String... names) {
        return new MemberNames(names);
    }

    /** {@return whether the specification has exactly this name} */
    public boolean contains(String name) {
        return name.equals(names.get(name));
    }

    /** {@return the name that is exactly in {@code text}, without escapes, or null if none is} */
    @Nullable String named(byte[] text, int from, int to) {
        int length = to - from;
        boolean isWord = 0 < length && length <= Long.BYTES && from <= text.length - Long.BYTES;
        long word = isWord ? JsonBytes.firstOf((long) JsonBytes.EIGHT.get(text, from), length) : 0;
        for (int i = 0; i < inBytes.length; i++) {
            byte[] name = inBytes[i];
            if (name.length == length
                    && (isWord ? inWords[i] == word : Arrays.equals(name, 0, length, text, from, to))) {
                return inOrder[i];
            }
        }
        return null;
    }

    /**
     * Refuses a case variant of one of these names.
     *
     * @param pointer gives the position
     */
    void refuseVariant(String name, Supplier<String> pointer) throws JsonException {
        if (isVariant(name)) {
            throw variant(name, pointer.get());
        }
    }

    /** {@return whether a name is a case variant of one of these} */
    boolean isVariant(String name) {
        String known = known(name);
        return known != null && !known.equals(name);
    }

    /** {@return the exception for a {@linkplain #isVariant case variant} at {@code pointer}} */
    JsonException variant(String name, String pointer) {
        String detail = "member differs only in case from \"" + known(name) + "\"";
        return new JsonException(Reason.CASE_VARIANT_MEMBER, pointer, detail, RULE);
    }

    private @Nullable String known(String name) {
        String spelled = names.get(name);
        return spelled != null ? spelled : names.get(fold(name));
    }

    /** Folds more than any reader does: the Kelvin sign to k, the long s to s, the dotless i to i. */
    private static String fold(String name) {
        char[] folded = name.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = Character.toLowerCase(Character.toUpperCase(folded[i]));
        }
        return new String(folded);
    }
}
