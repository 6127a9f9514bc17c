package dev.tallyclerk.trust.tuf.metadata;

import java.util.HashSet;
import java.util.List;

/**
 * The keys of a role: their ids, and how many different keys must sign (TUF 1.0.34, 4.3 and 4.5).
 *
 * @param keyIds the ids, all different, in document order; an id without a declared key never verifies anything
 * @param threshold how many different keys must sign, at least 1
 */
public record RoleKeys(List<String> keyIds, long threshold) {
    public RoleKeys {
        keyIds = List.copyOf(keyIds);
        if (new HashSet<>(keyIds).size() != keyIds.size()) {
            throw new IllegalArgumentException("a role names a key id twice");
        }
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold " + threshold + " is below 1");
        }
    }
}
