package dev.tallyclerk.internal.json;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The member names that a specification gives to an object.
 *
 * <p>Readers that ignore case, as Go's does, take {@code Layers} for {@code layers}. Two readers would then see two
 * documents under one digest, so such a name has to be noticed.
 */
public final class MemberNames {
    private final Map<String, String> names = new HashMap<>();

    private MemberNames(String... names) {
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

    /** {@return the name of the specification that {@code name} is, in whatever case, or null if it is none} */
    @Nullable String ofAnyCase(String name) {
        String known = names.get(name);
        return known != null ? known : names.get(fold(name));
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
