package dev.tallyclerk.internal.checksum;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The checksums that package managers record for the files they install.
 *
 * <p>Not for security: files that differ can be made to have the same MD5 or SHA-1. They say whether a file was changed
 * by accident or by a later step, as {@code dpkg --verify} does.
 */
public enum FileChecksum {
    /** The checksum of dpkg, and of rpm in old databases. */
    MD5("MD5"),

    /** The checksum of apk. */
    SHA1("SHA-1"),

    /** The checksum of rpm. */
    SHA256("SHA-256");

    private final String standardName;

    FileChecksum(String standardName) {
        this.standardName = standardName;
    }

    /** {@return the checksum of some bytes} */
    public byte[] of(byte[] bytes, int offset, int length) {
        try {
            MessageDigest hash = MessageDigest.getInstance(standardName);
            hash.update(bytes, offset, length);
            return hash.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + standardName, e);
        }
    }
}
