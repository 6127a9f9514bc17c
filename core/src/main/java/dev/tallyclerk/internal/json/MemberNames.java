package dev.tallyclerk.internal.json;

import dev.tallyclerk.internal.json.JsonException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The member names that a specification gives to an object.
 *
 * <p>Readers that ignore case, as Go's does, take {@code Layers} for {@code layers}. Two readers would then see two
 * documents under one digest, so such a name has to be noticed.
 */
public final class MemberNames {
    private static final String RULE =
            "no member may differ from one of the specification's in case only, because readers that ignore case take it"
                    + " for that";

    private final Map<String, String> names = new HashMap<>();
    private final String[] inOrder;
    private final byte[][] inBytes;

    /** The names of at most eight bytes, which are compared at once; 0 for a longer one. */
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

    /** {@return whether the specification has this name, in this spelling} */
    public boolean contains(String name) {
        return name.equals(names.get(name));
    }

    /** {@return the name that stands in {@code text}, in this spelling and without escapes, or null if it is none} */
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
     * Refuses a name that is one of these in another case.
     *
     * @param pointer says where it stands
     */
    void refuseVariant(String name, Supplier<String> pointer) throws JsonException {
        if (isVariant(name)) {
            throw variant(name, pointer.get());
        }
    }

    /** {@return whether a name is one of these in another case} */
    boolean isVariant(String name) {
        String known = known(name);
        return known != null && !known.equals(name);
    }

    /** {@return what says that a {@linkplain #isVariant variant} stands at {@code pointer}} */
    JsonException variant(String name, String pointer) {
        String detail = "member differs from \"" + known(name) + "\" in case only";
        return new JsonException(Reason.CASE_VARIANT_MEMBER, pointer, detail, RULE);
    }

    private @Nullable String known(String name) {
        String spelled = names.get(name);
        return spelled != null ? spelled : names.get(fold(name));
    }

    /** Folds more than any reader does: the Kelvin sign is a k, the long s an s, the i without a dot an i. */
    private static String fold(String name) {
        char[] folded = name.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = Character.toLowerCase(Character.toUpperCase(folded[i]));
        }
        return new String(folded);
    }
}
