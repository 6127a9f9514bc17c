package dev.tallyclerk.internal.secret;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Tells random characters from words and examples. */
final class Randomness {
    private static final int CHECKSUM_DIGITS = 6;
    private static final int REPEATS = 6;
    private static final int STEPS = 8;
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private Randomness() {}

    /** {@return the bits of each character, by how often characters occur (Shannon)} */
    static double entropy(byte[] bytes, int from, int to) {
        int[] counts = new int[256];
        for (int i = from; i < to; i++) {
            counts[bytes[i] & 0xff]++;
        }
        double length = to - from;
        double sum = 0;
        for (int count : counts) {
            if (count > 0) {
                sum -= count / length * Math.log(count / length);
            }
        }
        return sum / Math.log(2);
    }

    /** {@return whether characters are repeated or count up as in no random text, or say that they are an example} */
    static boolean isExample(byte[] bytes, int from, int to) {
        int same = 1;
        int up = 1;
        for (int i = from + 1; i < to; i++) {
            int step = bytes[i] - bytes[i - 1];
            same = step == 0 ? same + 1 : 1;
            up = step == 1 || (bytes[i] == '0' && bytes[i - 1] == '9') ? up + 1 : 1;
            if (same >= REPEATS || up >= STEPS) {
                return true;
            }
        }
        return Placeholders.saysSo(new String(bytes, from, Math.min(to - from, 400), StandardCharsets.ISO_8859_1));
    }

    /** {@return whether there are no digits, and letters of one case only} */
    static boolean isWords(byte[] bytes, int from, int to) {
        boolean hasLower = false;
        boolean hasUpper = false;
        for (int i = from; i < to; i++) {
            if (Characters.isDigit(bytes[i])) {
                return false;
            }
            hasLower |= bytes[i] >= 'a' && bytes[i] <= 'z';
            hasUpper |= bytes[i] >= 'A' && bytes[i] <= 'Z';
        }
        return !(hasLower && hasUpper);
    }

    /** {@return whether the last six characters are the CRC-32 of those before as digits of base 62} */
    static boolean hasChecksum(byte[] bytes, int from, int to) {
        int end = to - CHECKSUM_DIGITS;
        if (end <= from) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, from, end - from);
        byte[] digits = new byte[CHECKSUM_DIGITS];
        long rest = crc.getValue();
        for (int i = CHECKSUM_DIGITS - 1; i >= 0; i--) {
            digits[i] = (byte) DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return Arrays.equals(digits, 0, CHECKSUM_DIGITS, bytes, end, to);
    }

    /** {@return whether at least two of lower case, upper case and digits occur} */
    static boolean isMixed(String text) {
        int kinds = (text.chars().anyMatch(Character::isLowerCase) ? 1 : 0)
                + (text.chars().anyMatch(Character::isUpperCase) ? 1 : 0)
                + (text.chars().anyMatch(Character::isDigit) ? 1 : 0);
        return kinds >= 2;
    }
}
