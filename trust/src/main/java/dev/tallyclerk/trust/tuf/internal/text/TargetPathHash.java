package dev.tallyclerk.trust.tuf.internal.text;

import dev.tallyclerk.digest.Digest;
import java.nio.charset.StandardCharsets;

/** The hash of a target path that selects its bin (TUF 4.5). */
public final class TargetPathHash {
    private TargetPathHash() {}

    /** {@return the SHA-256 of the path in UTF-8, in lower-case hexadecimal} */
    public static String of(String targetPath) {
        return Digest.sha256Of(targetPath.getBytes(StandardCharsets.UTF_8)).encoded();
    }
}
