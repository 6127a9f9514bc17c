package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.text.Words;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least version of the Engine API that has all members of a HostConfig.
 *
 * <p>An absent member that is older than a present one was removed from the document, and tells nothing. If all present
 * members are older, it did not exist yet.
 */
record ApiGeneration(int minor) {
    /** Members that are written even if empty, with the minor version of API 1 that introduced them. */
    private static final Map<String, String> SINCE = Words.map("""
            GroupAdd=20 KernelMemory=21 OomScoreAdj=22 BlkioDeviceReadBps=22 UsernsMode=23 PidsLimit=23 AutoRemove=25
            NanoCpus=25 DeviceCgroupRules=28 MaskedPaths=38 ReadonlyPaths=38 DeviceRequests=40 KernelMemoryTCP=40
            CgroupnsMode=41
            """);

    static ApiGeneration of(@Nullable JsonObject hostConfig) {
        if (hostConfig == null) {
            return new ApiGeneration(Integer.MAX_VALUE);
        }
        return new ApiGeneration(hostConfig.members().keySet().stream()
                .mapToInt(name -> Integer.parseInt(SINCE.getOrDefault(name, "0")))
                .max()
                .orElse(0));
    }

    boolean isBefore(int minorVersion) {
        return minor < minorVersion;
    }
}
