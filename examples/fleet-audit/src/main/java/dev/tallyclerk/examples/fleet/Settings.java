package dev.tallyclerk.examples.fleet;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What decides on verdicts, wherever images are judged.
 *
 * @param policy the file of the policy, or an empty text for the default one
 * @param profile the profile of rules, or an empty text for the policy's
 * @param failOn the lowest severity that rejects, {@code NONE}, or an empty text for the policy's
 * @param platform the wanted platform, or an empty text for {@code linux/amd64}
 * @param trustPolicy the file that says who has to have signed, if there is one
 * @param keys the files of public keys of which one has to have signed; only without {@code trustPolicy}
 * @param plainHttp the registries that are reached by plain HTTP
 * @param maxImageMemory the most memory for the entries of one image, in bytes. It is a number of its own and no part
 *     of the heap, because one that follows from the machine would decide otherwise on another
 * @param time the time at which all images are judged
 */
public record Settings(
        String policy,
        String profile,
        String failOn,
        String platform,
        @Nullable String trustPolicy,
        List<String> keys,
        List<String> plainHttp,
        long maxImageMemory,
        Instant time)
        implements Serializable {
    /** The default memory for the entries of one image, enough for 250,000 files. */
    public static final int DEFAULT_IMAGE_MIB = 64;

    private static final long serialVersionUID = 1;
    private static final int MIB = 1 << 20;

    /**
     * Keeps copies.
     *
     * @throws IllegalArgumentException if both a trust policy and keys are given
     */
    public Settings {
        keys = List.copyOf(keys);
        if (trustPolicy != null && !keys.isEmpty()) {
            throw new IllegalArgumentException("give one of --trust-policy and --key");
        }
        plainHttp = List.copyOf(plainHttp);
    }

    /** {@return a number of MiB in bytes} */
    public static long mebibytes(int count) {
        return (long) count * MIB;
    }
}
