package dev.tallyclerk.testing;

import dev.tallyclerk.digest.Digest;

/** A digest that is nearly another one. */
public final class ChangedDigest {
    private static final int HEX = 16;

    private ChangedDigest() {}

    /**
     * {@return the digest with one digit changed}
     *
     * @param at which one, by any number
     * @param change by how much, from 1 to 15
     */
    public static Digest of(Digest digest, int at, int change) {
        StringBuilder digits = new StringBuilder(digest.encoded());
        int index = Math.floorMod(at, digits.length());
        int digit = Character.digit(digits.charAt(index), HEX);
        digits.setCharAt(index, Character.forDigit((digit + change) % HEX, HEX));
        return new Digest(digest.algorithm(), digits.toString());
    }
}
