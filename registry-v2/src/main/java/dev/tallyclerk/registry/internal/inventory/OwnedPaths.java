package dev.tallyclerk.registry.internal.inventory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * The files that packages brought, as hashes of their paths, because a distribution has hundreds of thousands.
 *
 * <p>Folders that hold no programs or packages of languages are left out.
 */
public final class OwnedPaths {
    private static final List<String> WITHOUT_PACKAGES = List.of(
            "usr/share/doc/",
            "usr/share/man/",
            "usr/share/locale/",
            "usr/share/zoneinfo/",
            "usr/share/icons/",
            "usr/share/licenses/",
            "usr/include/",
            "etc/");
    private static final int OWNER_BYTES = 80;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final MemoryBudget budget;
    private final List<String> owners = new ArrayList<>();
    private long[] paths = new long[8];
    private int[] ownerOf = new int[8];
    private int count;

    OwnedPaths(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Adds the owner of the paths that follow. */
    public void owner(String name) throws UnreadableException {
        budget.take(OWNER_BYTES);
        owners.add(name);
    }

    /** Adds a path of the last owner, from the root, with or without a slash before it. */
    public void add(String path) throws UnreadableException {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        if (owners.isEmpty() || relative.isEmpty() || isWithoutPackages(relative)) {
            return;
        }
        if (count == paths.length) {
            budget.take(12L * count);
            paths = Arrays.copyOf(paths, 2 * count);
            ownerOf = Arrays.copyOf(ownerOf, 2 * count);
        }
        paths[count] = hash(relative);
        ownerOf[count] = owners.size() - 1;
        count++;
    }

    private static boolean isWithoutPackages(String path) {
        for (String folder : WITHOUT_PACKAGES) {
            if (path.startsWith(folder)) {
                return true;
            }
        }
        return false;
    }

    /** Gives each owner with the hash of each of its paths. */
    public void forEach(ObjLongConsumer<String> consumer) {
        for (int i = 0; i < count; i++) {
            consumer.accept(owners.get(ownerOf[i]), paths[i]);
        }
    }

    /** {@return the 64-bit FNV-1a hash of a path without a slash before it} */
    public static long hash(String path) {
        long hash = FNV_OFFSET;
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
