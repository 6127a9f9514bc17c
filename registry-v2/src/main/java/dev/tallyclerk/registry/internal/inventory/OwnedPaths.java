package dev.tallyclerk.registry.internal.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * The files that packages brought, as hashes of their paths, because a distribution has hundreds of thousands.
 *
 * <p>{@linkplain HashedPath#isIgnored Folders without programs or packages of languages} are left out.
 */
public final class OwnedPaths {
    private static final int OWNER_BYTES = 80;

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
        add(HashedPath.of(path));
    }

    /** Adds a path of the last owner. */
    public void add(HashedPath path) throws UnreadableException {
        if (owners.isEmpty() || path.isIgnored()) {
            return;
        }
        if (count == paths.length) {
            budget.take(12L * count);
            paths = Arrays.copyOf(paths, 2 * count);
            ownerOf = Arrays.copyOf(ownerOf, 2 * count);
        }
        paths[count] = path.hash();
        ownerOf[count] = owners.size() - 1;
        count++;
    }

    /** Gives each owner with the hash of each of its paths. */
    public void forEach(ObjLongConsumer<String> consumer) {
        for (int i = 0; i < count; i++) {
            consumer.accept(owners.get(ownerOf[i]), paths[i]);
        }
    }

    /** {@return the hash of a path from the root, with or without a slash before it} */
    public static long hash(String path) {
        return HashedPath.of(path).hash();
    }
}
