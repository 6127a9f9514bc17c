package dev.tallyclerk.examples.fleet;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * What decides on verdicts, wherever images are judged.
 *
 * @param policy the file of the policy, or an empty text for the default one
 * @param profile the profile of rules, or an empty text for the policy's
 * @param failOn the lowest severity that rejects, {@code NONE}, or an empty text for the policy's
 * @param platform the wanted platform, or an empty text for {@code linux/amd64}
 * @param plainHttp the registries that are reached by plain HTTP
 * @param time the time at which all images are judged
 */
public record Settings(
        String policy, String profile, String failOn, String platform, List<String> plainHttp, Instant time)
        implements Serializable {
    /** Keeps a copy. */
    public Settings {
        plainHttp = List.copyOf(plainHttp);
    }

    private static final long serialVersionUID = 1;
}
