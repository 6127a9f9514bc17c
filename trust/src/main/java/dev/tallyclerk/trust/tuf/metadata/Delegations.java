package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.internal.text.TextMaps;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.internal.text.TargetPathHash;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The other roles that may list target files on behalf of a targets role. Immutable.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.34/#file-formats-targets">TUF 1.0.34, 4.5</a>
 */
public sealed interface Delegations {
    /**
     * Calls the function that applies.
     *
     * @param none called if nothing is delegated
     * @param listed called if the roles are listed one by one
     * @param succinct called if the roles are hash bins
     * @param <R> the type of the result
     * @return what the function returned
     */
    default <R> R fold(
            Supplier<? extends R> none,
            Function<? super Listed, ? extends R> listed,
            Function<? super Succinct, ? extends R> succinct) {
        if (this instanceof Listed it) {
            return listed.apply(it);
        }
        return this instanceof Succinct it ? succinct.apply(it) : none.get();
    }

    /** {@return the delegations of a role that delegates nothing} */
    static Delegations none() {
        return new None();
    }

    /** Nothing is delegated. */
    record None() implements Delegations {}

    /**
     * Roles listed one by one, in order of priority.
     *
     * @param keys the declared keys by key id, usable or not
     * @param roles the roles in document order, with different names
     */
    record Listed(Map<String, DeclaredKey> keys, List<Role> roles) implements Delegations {
        public Listed {
            keys = TextMaps.copyOf(keys);
            roles = List.copyOf(roles);
        }
    }

    /**
     * A delegated role.
     *
     * @param name the role's name: untrusted text, not empty and not the name of a top-level role; never to be used in
     *     a path unchecked
     * @param keys the keys that sign for it
     * @param terminating whether a search ends here even if the role does not list the target
     * @param paths the targets it may list
     */
    record Role(String name, RoleKeys keys, boolean terminating, PathSelector paths) {
        public Role {
            Objects.requireNonNull(keys, "keys");
            Objects.requireNonNull(paths, "paths");
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a delegated role has an empty name");
            }
            if (TopLevelRole.named(name).isPresent()) {
                throw new IllegalArgumentException("a delegated role has the name of a top-level role: " + name);
            }
        }
    }

    /**
     * Hash bins (TAP 15): the first bits of the SHA-256 of a target's path are the number of its bin.
     *
     * <p>A bin ends the search, like a terminating delegation: TAP 15 calls bins non-terminating, but python-tuf and
     * go-tuf treat them so, and it is the stricter reading. It matters only for bins that a delegated role declares,
     * where another role may be responsible for the same paths.
     *
     * @param keys the declared keys by key id, usable or not
     * @param signers the keys that sign for every bin
     * @param bitLength how many bits number a bin, 1 to 32
     * @param namePrefix how the name of every bin starts, not empty
     */
    record Succinct(Map<String, DeclaredKey> keys, RoleKeys signers, int bitLength, String namePrefix)
            implements Delegations {
        private static final int MAX_BITS = 32;

        public Succinct {
            keys = TextMaps.copyOf(keys);
            Objects.requireNonNull(signers, "signers");
            if (bitLength < 1 || bitLength > MAX_BITS || namePrefix.isEmpty()) {
                throw new IllegalArgumentException("hash bins need 1 to 32 bits and a name prefix, but have "
                        + bitLength + " bits" + " and the prefix '" + namePrefix + "'");
            }
        }

        /** {@return how many bins there are} */
        public long count() {
            return 1L << bitLength;
        }

        private int digits() {
            return Long.toHexString(count() - 1).length();
        }

        /**
         * {@return whether a role is one of the bins}
         *
         * @param role the name of the role
         */
        public boolean isBin(String role) {
            String start = namePrefix + '-';
            String digits = role.startsWith(start) ? role.substring(start.length()) : "";
            return digits.length() == digits()
                    && digits.chars().allMatch(c -> HexFormat.isHexDigit(c) && !(c >= 'A' && c <= 'F'))
                    && HexFormat.fromHexDigitsToLong(digits) < count();
        }

        /**
         * {@return the name of the one bin that may list a target}
         *
         * @param targetPath the target's path as metadata writes it
         */
        public String binOf(String targetPath) {
            String hash = TargetPathHash.of(targetPath);
            long bin = Long.parseLong(hash.substring(0, 8), 16) >>> (MAX_BITS - bitLength);
            String number = Long.toHexString(bin);
            return namePrefix + '-' + "0".repeat(digits() - number.length()) + number;
        }
    }
}
