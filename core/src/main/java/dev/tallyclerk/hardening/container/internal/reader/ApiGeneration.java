package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least version of the Engine API whose Docker wrote a HostConfig, seen from what it has.
 *
 * <p>A member that is absent though a younger one is there was taken away, and says nothing. A member that is absent
 * from a document with older members only did not exist.
 */
record ApiGeneration(int minor) {
    /** Members that are written even if empty, by the minor version of API 1 that began to. */
    private static final Map<String, Integer> SINCE = Map.ofEntries(
            Map.entry("GroupAdd", 20),
            Map.entry("KernelMemory", 21),
            Map.entry("OomScoreAdj", 22),
            Map.entry("BlkioDeviceReadBps", 22),
            Map.entry("UsernsMode", 23),
            Map.entry("PidsLimit", 23),
            Map.entry("AutoRemove", 25),
            Map.entry("NanoCpus", 25),
            Map.entry("DeviceCgroupRules", 28),
            Map.entry("MaskedPaths", 38),
            Map.entry("ReadonlyPaths", 38),
            Map.entry("DeviceRequests", 40),
            Map.entry("KernelMemoryTCP", 40),
            Map.entry("CgroupnsMode", 41));

    static ApiGeneration of(@Nullable JsonObject hostConfig) {
        if (hostConfig == null) {
            return new ApiGeneration(Integer.MAX_VALUE);
        }
        return new ApiGeneration(hostConfig.members().keySet().stream()
                .mapToInt(name -> SINCE.getOrDefault(name, 0))
                .max()
                .orElse(0));
    }

    boolean isBefore(int minorVersion) {
        return minor < minorVersion;
    }
}
