package dev.tallyclerk.trust.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Delegations that share out the targets of a role by the SHA-256 of their paths, so that a change of one target writes
 * one bin and not the list of all targets.
 *
 * @param prefix how the names of the bins begin, before {@code -} and their number in hexadecimal
 * @param count how many bins there are, a power of two from 2 to 4,096; 256 are enough for 100,000 targets
 * @param keys the keys that sign for every bin
 * @param form how the metadata declares them
 */
public record HashBins(String prefix, int count, KeySet keys, Form form) {
    /** Clients read a snapshot of at most 2,000,000 bytes. */
    private static final int MAX_COUNT = 4_096;

    private static final int BITS_OF_DIGIT = 4;

    /** How metadata declares hash bins. */
    public enum Form {
        /**
         * A delegation with {@code path_hash_prefixes} for each bin (TUF 1.0.34, 4.5), which all clients with
         * delegations read. Teams can be beside the bins.
         */
        PATH_HASH_PREFIXES,
        /** One member {@code succinct_roles} (TAP 15), which is short. Not all clients read it. */
        SUCCINCT
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the prefix is no name of a role, or the count is out of range
     */
    public HashBins {
        TeamDelegation.requireRoleName(prefix);
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(form, "form");
        requireCount(count);
    }

    static void requireCount(int count) {
        if (count < 2 || count > MAX_COUNT || Integer.bitCount(count) != 1) {
            throw new IllegalArgumentException(
                    "count is " + count + ", and must be a power of two from 2 to " + MAX_COUNT);
        }
    }

    /** {@return bins in the form {@link Form#PATH_HASH_PREFIXES}} */
    public static HashBins of(String prefix, int count, KeySet keys) {
        return new HashBins(prefix, count, keys, Form.PATH_HASH_PREFIXES);
    }

    /** {@return these bins in another form} */
    public HashBins withForm(Form form) {
        return new HashBins(prefix, count, keys, form);
    }

    int bitLength() {
        return Integer.numberOfTrailingZeros(count);
    }

    static String name(String prefix, int count, int bin) {
        return prefix + '-' + hex(bin, Integer.toHexString(count - 1).length());
    }

    /** {@return the prefixes of the hashes in one of so many bins, all of one length, as few as there can be} */
    static List<String> prefixes(int count, int bin) {
        int digits = (Integer.numberOfTrailingZeros(count) + BITS_OF_DIGIT - 1) / BITS_OF_DIGIT;
        int each = (1 << (BITS_OF_DIGIT * digits)) / count;
        List<String> prefixes = new ArrayList<>(each);
        for (int i = 0; i < each; i++) {
            prefixes.add(hex(bin * each + i, digits));
        }
        return prefixes;
    }

    private static String hex(int number, int digits) {
        String hex = Integer.toHexString(number);
        return "0".repeat(digits - hex.length()) + hex;
    }
}
