package dev.tallyclerk.trust.store;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import java.nio.charset.StandardCharsets;

/**
 * The name under which a store keeps a metadata file.
 *
 * <p>Safe as a file name whatever the metadata says: role names are untrusted and never become part of a path
 * (CVE-2021-41131).
 *
 * @param fileName 1 to 100 characters of {@code [a-z0-9.-]}, not starting with a dot
 */
public record StoredName(String fileName) {
    /** The newest trusted root, {@code root.json}. */
    public static final StoredName ROOT = new StoredName("root.json");

    /**
     * A copy of {@link #ROOT}, {@code root.copy}, for clients that trust the stored root: nothing else could replace
     * it.
     */
    public static final StoredName ROOT_COPY = new StoredName("root.copy");

    /** The trusted timestamp, {@code timestamp.json}. */
    public static final StoredName TIMESTAMP = new StoredName("timestamp.json");

    /** The trusted snapshot, {@code snapshot.json}. */
    public static final StoredName SNAPSHOT = new StoredName("snapshot.json");

    /** The trusted top-level targets, {@code targets.json}. */
    public static final StoredName TARGETS = new StoredName("targets.json");

    private static final int MAX_LENGTH = 100;

    public StoredName {
        if (fileName.isEmpty() || fileName.length() > MAX_LENGTH || fileName.charAt(0) == '.' || !isSafe(fileName)) {
            throw new IllegalArgumentException(
                    "not a safe file name of 1 to " + MAX_LENGTH + " characters: " + Quoted.quote(fileName));
        }
    }

    /**
     * {@return the name of a numbered root, a link in the chain of roots}
     *
     * @param version the root's version, at least 1
     */
    public static StoredName rootVersion(long version) {
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " is below 1");
        }
        return new StoredName("root." + version);
    }

    /**
     * {@return the name of a delegated role's file}
     *
     * @param role the role's name, any text. Two roles never share a file name, on any file system
     */
    public static StoredName delegated(String role) {
        return new StoredName("delegated-"
                + Digest.sha256Of(role.getBytes(StandardCharsets.UTF_8)).encoded() + ".json");
    }

    private static boolean isSafe(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-') {
                return false;
            }
        }
        return true;
    }
}
